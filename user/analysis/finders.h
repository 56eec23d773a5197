// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/finding.h"
#include "analysis/summary.h"

namespace netio::analysis {

/// A run as finders look at it: its cells, and its repeats merged.
struct FindingInput {
    explicit FindingInput(const Run& run) : run(run), groups(summarize(run)) {}

    const Run& run;
    std::vector<Group> groups;
};

/// Looks for one thing. Nothing is found where the data does not carry it. The id is the table's, see `finders`.
using Finder = std::optional<Finding> (*)(const FindingInput&);

[[nodiscard]] std::optional<Finding> find_broken_laws(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_laws_with_missed_hits(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_losses(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_zerocopy_fallback(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_machine_busy(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_delayed_ack_stall(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_retransmissions(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_packet_tap(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_fragmentation(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_send_buffer_limit(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_receive_window_limit(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_outlying_repeat(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_tracing_cost(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_zerocopy_balance(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_crossover_a2_a1(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_crossover_a3_a1(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_crossover_a3_a2(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_copy_share(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_system_call_share(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_wait_share(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_enobufs(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_oversubscribed_cpus(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_multiplexed_counters(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_missing_counters(const FindingInput& input);

struct FinderEntry {
    std::string_view id;
    Finder find;
};

/// All of them with the ids of what they find, the most important first. A new finding is its own source, its
/// declaration and its line here, the source's name in CMakeLists.txt, and a paragraph in docs/method.md.
inline constexpr std::array finders{
    FinderEntry{"law-broken", find_broken_laws},
    FinderEntry{"hits-missed", find_laws_with_missed_hits},
    FinderEntry{"events-lost", find_losses},
    FinderEntry{"zerocopy-copied", find_zerocopy_fallback},
    FinderEntry{"machine-busy", find_machine_busy},
    FinderEntry{"outlying-repeat", find_outlying_repeat},
    FinderEntry{"delayed-ack-stall", find_delayed_ack_stall},
    FinderEntry{"retransmissions", find_retransmissions},
    FinderEntry{"packet-tap", find_packet_tap},
    FinderEntry{"fragmentation", find_fragmentation},
    FinderEntry{"send-buffer-limited", find_send_buffer_limit},
    FinderEntry{"receive-window-limited", find_receive_window_limit},
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

} // namespace netio::analysis
