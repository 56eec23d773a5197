// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "analysis/comparison.h"
#include "analysis/gate.h"
#include "report/text/run.h"

namespace netio::report {

/// A comparison, and what its gates said.
struct ComparisonReport {
    analysis::Comparison comparison;
    std::vector<analysis::Gate> gates;
    std::vector<analysis::GateResult> results;
};

/// The verdicts first, then for each of them the distributions on one axis, side by side, and every difference.
[[nodiscard]] std::string render_comparison_text(const ComparisonReport& report, const TextOptions& options);
/// Schema "netio-trace/compare/1"; docs/formats.md describes it.
[[nodiscard]] std::string render_comparison_json(const ComparisonReport& report);
/// One row for each statistic of each pair.
[[nodiscard]] std::string render_comparison_csv(const ComparisonReport& report);

/// Why it is not compared, has no interval, or is not shown although the interval excludes "no difference"; "" else.
[[nodiscard]] std::string why(const analysis::Difference& difference);
/// "Gbit/s", "ns/byte" or "ns".
[[nodiscard]] std::string_view unit_of(analysis::Statistic statistic);
/// "passed", "failed", "failed_unproven", "unchecked".
[[nodiscard]] std::string_view name_of(analysis::GateOutcome outcome);

} // namespace netio::report
