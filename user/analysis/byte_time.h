// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <vector>

#include "model/run_result.h"

namespace netio::analysis {

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

} // namespace netio::analysis
