// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "model/run_result.h"

namespace netio::analysis {

/// The laws that a cell's figures must obey (docs/method.md), checked against the workload's own counts. A law that the
/// backend cannot check is in the list with checked = false and the reason. Empty for an untraced cell.
[[nodiscard]] std::vector<LawCheck> check_laws(const Cell& cell);

/// How much of what the workload did the tracer accounted for, over all cells: 100 % exactly when every checked law
/// holds. With it, how many events were lost.
struct Accounting {
    double percent = 0.0;
    unsigned laws_checked = 0;
    unsigned laws_broken = 0;
    std::uint64_t lost = 0;
};
[[nodiscard]] Accounting account(const Run& run);

} // namespace netio::analysis
