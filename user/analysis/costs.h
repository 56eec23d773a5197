// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <string_view>

#include "model/run_result.h"

namespace netio::analysis {

/// With fewer samples the interval of a share of them says too little.
inline constexpr std::uint64_t least_samples = 100;
/// Whether both ends together have as many.
[[nodiscard]] bool has_enough_samples(const TraceResult& trace);

/// Share of both ends' CPU time that copies take: the class data_copy of the sampled profile; without enough samples
/// the exclusive times of the copy paths over the CPU time that the kernel accounted to the worker threads, at most 1.
/// Unavailable where copies were not timed one by one either.
[[nodiscard]] Figure copy_share(const Cell& cell);

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
