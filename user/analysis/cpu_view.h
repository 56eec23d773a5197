// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <functional>

#include "model/run_result.h"

namespace netio::analysis {

/// CPU time of both ends of a traced cell together, in nanoseconds.
[[nodiscard]] Figure total_cpu_ns(const TraceResult& trace);

/// A share of both ends' CPU time, from each end's own share weighted by its CPU time. Intervals are combined as those
/// of independent figures.
[[nodiscard]] Figure combined_share(const TraceResult& trace,
                                    const std::function<const Figure&(const CpuProfile&)>& share);

} // namespace netio::analysis
