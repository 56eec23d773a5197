// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <functional>

#include "model/run_result.h"

namespace netio::analysis {

/// CPU time of both ends of a traced cell together, in nanoseconds.
[[nodiscard]] Figure total_cpu_ns(const TraceResult& trace);

/// A share of both ends' CPU time, from each end's own share weighted by its CPU time. Intervals are combined as
/// those of independent figures (merge.h).
[[nodiscard]] Figure combined_share(const TraceResult& trace,
                                    const std::function<const Figure&(const CpuProfile&)>& share);

/// A figure, times `scale`, for each payload byte of the measured part.
[[nodiscard]] Figure per_payload_byte(const Cell& cell, const Figure& figure, double scale);

/// Nanoseconds per payload byte of a share of the CPU time of a traced cell. The interval is the share's own: what is
/// uncertain is the class of a sample, and the number of samples is known.
[[nodiscard]] Figure cpu_share_per_byte(const Cell& cell, const Figure& share);

} // namespace netio::analysis
