// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <string_view>

#include "model/run_result.h"

namespace netio::analysis {

/// The figures of a path for the payload's direction; the cell must be traced.
[[nodiscard]] const PathFigures& payload_path(const Cell& cell, Path path);

/// Nanoseconds on a path for each payload byte, whether or not that byte took the path: of the measured part where the
/// time is sampled, else of the whole connections. Unavailable, with the reason, where the time is.
[[nodiscard]] Figure ns_per_payload_byte(const Cell& cell, Path path);

/// Share of both ends' CPU time that copies take: the class data_copy of the sampled profile; without samples the times
/// of the copy paths over the CPU time that the kernel accounted to the worker threads. Unavailable with less than
/// `least_samples` samples, for their interval says too little then.
[[nodiscard]] Figure copy_share(const Cell& cell);
inline constexpr std::uint64_t least_samples = 100;

/// Share of the worker threads' CPU time that they spend in send, receive and error-queue calls: the calls' exclusive
/// times with those nested in them, so neither waiting nor preempted. An estimate, because the calls are timed over the
/// whole connections and CPU time is of the measured part.
[[nodiscard]] Figure system_call_share(const Cell& cell);

/// CPU time of the sender's send calls for each message, nanoseconds; as above.
[[nodiscard]] Figure send_ns_per_message(const Cell& cell);

/// Share of the connections' time that an end is blocked on `wait_send` or `wait_recv`, in the payload's direction.
/// Blocked time is counted from connect to close; how long that was is known for the measured part only, so the warm-up
/// is taken to be as fast a message as the rest: an estimate.
[[nodiscard]] Figure blocked_share(const Cell& cell, Path wait);

/// Share of both ends' sampled CPU time in the tracer's own programs.
[[nodiscard]] Figure tracing_share(const Cell& cell);

/// Of both ends together, per payload byte; unavailable, with the reason, when one end has no count.
[[nodiscard]] Figure counts_per_byte(const Cell& cell, std::string_view event);

} // namespace netio::analysis
