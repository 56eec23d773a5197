// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "model/run_result.h"

namespace netio::analysis {

/// Nothing went this way, as far as it was counted: there was nothing to time or to sample.
[[nodiscard]] bool was_not_taken(const PathFigures& figures);

/// Nanoseconds on a path (time_ns) for each payload byte, in the direction of the payload, whether or not that byte
/// took the path. Sampled time is of the measured part and is divided by the payload of that, other time by all that
/// was sent. Unavailable, with the reason, where the time is, and where no payload was moved.
[[nodiscard]] Figure ns_per_payload_byte(const Cell& cell, Path path);

/// Nanoseconds that a path took for itself (exclusive_ns) for each payload byte, in the direction of the payload:
/// CPU time of any path that is no waiting, for neither waits nor preempted time are in it. Divided as above: dividing
/// by the payload, rather than by the path's own bytes, makes the figures of one cell a sum.
[[nodiscard]] Figure own_time_per_payload_byte_ns(const Cell& cell, Path path);

/// The paths nested in this one whose time its own time still contains, because they were not timed at their edges but
/// by samples, or not at all. Empty where own times can be added up: law 4 says so only of edges.
[[nodiscard]] std::vector<Path> still_contained(const Cell& cell, Path path);

/// CPU time of both ends of a traced cell together, in nanoseconds.
[[nodiscard]] Figure total_cpu_ns(const Trace& trace);

/// A share of both ends' CPU time, from each end's own share weighted by its CPU time. Intervals are combined as
/// those of independent figures (merge.h).
[[nodiscard]] Figure combined_share(const Trace& trace, const std::function<const Figure&(const CpuProfile&)>& share);

/// A figure, times `scale`, for each payload byte of the measured part.
[[nodiscard]] Figure per_payload_byte(const Cell& cell, const Figure& figure, double scale);

/// Nanoseconds per payload byte of a share of the CPU time of a traced cell. Uncertain is of which class a sample is,
/// and how many samples there are: the distances to each bound, of share and total, add up as squares. A part is no
/// less certain than the whole, for the number of its samples varies no more than that of all.
[[nodiscard]] Figure cpu_share_per_byte(const Cell& cell, const Figure& share);

/// With fewer samples the interval of a share of them says too little.
inline constexpr std::uint64_t least_samples = 100;
/// Whether both ends together have as many.
[[nodiscard]] bool has_enough_samples(const Trace& trace);

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
