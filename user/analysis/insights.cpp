// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/insights.h"

#include <algorithm>
#include <array>
#include <functional>

#include "analysis/finders.h"

namespace netio::analysis {
namespace {

constexpr std::array finders{
    FinderEntry{"law-broken", find_broken_laws},
    FinderEntry{"hits-missed", find_laws_with_missed_hits},
    FinderEntry{"events-lost", find_losses},
    FinderEntry{"zerocopy-copied", find_zerocopy_fallback},
    FinderEntry{"delayed-ack-stall", find_delayed_ack_stall},
    FinderEntry{"zerocopy-balance", find_zerocopy_balance},
    FinderEntry{"crossover-a2-a1", find_crossover_a2_a1},
    FinderEntry{"crossover-a3-a1", find_crossover_a3_a1},
    FinderEntry{"crossover-a3-a2", find_crossover_a3_a2},
    FinderEntry{"copy-share", find_copy_share},
    FinderEntry{"syscall-share", find_system_call_share},
    FinderEntry{"wait-share", find_wait_share},
    FinderEntry{"tracing-cost", find_tracing_cost},
    FinderEntry{"enobufs", find_enobufs},
    FinderEntry{"cpus-oversubscribed", find_oversubscribed_cpus},
    FinderEntry{"counters-multiplexed", find_multiplexed_counters},
    FinderEntry{"counters-missing", find_missing_counters},
};

} // namespace

std::span<const FinderEntry> all_finders() { return finders; }

std::vector<Finding> find_insights(const Run& run) {
    const FindingInput input(run);
    std::vector<Finding> findings;
    for (const FinderEntry& entry : finders)
        if (std::optional<Finding> found = entry.find(input)) {
            found->id = entry.id;
            findings.push_back(*std::move(found));
        }
    std::ranges::stable_sort(findings, std::ranges::greater{}, &Finding::severity);
    return findings;
}

} // namespace netio::analysis
