// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <vector>

#include "model/run_result.h"

namespace netio::fixed_runs {

/// Replaces a cell's trace by what fentry would have seen of its calls and bytes. All laws hold.
void trace_exactly(Cell& cell);

/// What each path gets on a kernel that has everything.
[[nodiscard]] std::vector<PathPlan> exact_plan();

} // namespace netio::fixed_runs
