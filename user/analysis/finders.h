// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <span>
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

/// Looks for one thing. Nothing is found where the data does not carry it. The id is the table's, see all_finders().
using Finder = std::optional<Finding> (*)(const FindingInput&);

[[nodiscard]] std::optional<Finding> find_broken_laws(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_laws_with_missed_hits(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_losses(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_zerocopy_fallback(const FindingInput& input);
[[nodiscard]] std::optional<Finding> find_delayed_ack_stall(const FindingInput& input);
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

/// All of them with the ids of what they find, the most important first.
[[nodiscard]] std::span<const FinderEntry> all_finders();

} // namespace netio::analysis
