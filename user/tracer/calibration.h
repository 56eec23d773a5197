// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <vector>

#include "base/result.h"
#include "tracer/kernel_types.h"
#include "tracer/loaded_programs.h"
#include "tracer/probe_plan.h"

namespace netio::tracer {

/// Median nanoseconds of the tracer's own bookkeeping inside a bracketed time: brackets around nothing, made by the
/// programs `calibration` on the kernel's test functions, in the calling thread. They are detached again, and the
/// thread stays traced until the tables are cleared. An error when the kernel does not let those functions be hooked or
/// called.
[[nodiscard]] Result<double> measure_bracket(LoadedPrograms& programs, const std::vector<PlannedProgram>& calibration,
                                             const KernelTypes& types);

} // namespace netio::tracer
