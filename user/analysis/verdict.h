// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "analysis/comparison.h"

namespace netio::analysis {

/// What an entry is called beside the others of its group: a variant, the run's name (or "run 2", counted
/// from 1, where a name is long), "4 connections", "8 × 1 KiB".
[[nodiscard]] std::string label_of(const Comparison& comparison, const CellKey& key);
/// What all entries of a group have in common: "VARIANT, 8 × 1 KiB, 4 connections".
[[nodiscard]] std::string title_of(const Comparison& comparison, const ComparedGroup& group);

/// The statistic that a verdict is about first: the median where single values are known.
[[nodiscard]] Statistic leading_statistic(const Metric& metric, const Pair& pair);

/// One sentence, such as "X answers 12 % [9, 15] faster than Y at p50, and no difference is shown at p99.", or "No
/// difference shown between X and Y at p50 (5 repeats each; 3 % would probably have been seen)." A difference that
/// would have been shown 4 times in 5 counts as one that would probably have been seen.
[[nodiscard]] std::string verdict_on(const Comparison& comparison, const ComparedGroup& group, const Pair& pair);

/// How many intervals were looked at, and how many of so many show a difference by chance.
[[nodiscard]] std::string caution_on(const Comparison& comparison);

/// What the intervals rest on beside the repeats: what had to be assumed between runs, and whether pairs were compared.
/// Empty: nothing.
[[nodiscard]] std::string basis_of(const Comparison& comparison);

} // namespace netio::analysis
