// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "report/comparison/comparison.h"
#include "report/text/table.h"

namespace netio::report {

/// The parts of the page that `compare` prints.
void put_comparison_head(Page& page, const ComparisonReport& report);
void put_verdicts(Page& page, const analysis::Comparison& comparison);
void put_gates(Page& page, const ComparisonReport& report);
/// Distributions on one axis, counts, statistics and reasons of one group.
void put_compared_group(Page& page, const analysis::Comparison& comparison, const analysis::ComparedGroup& group);

} // namespace netio::report
