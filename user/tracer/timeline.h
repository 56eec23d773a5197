// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/trace.h"
#include "netio_abi.h"

namespace netio::tracer {

/// Takes all events out of the ring buffer `map_fd`, oldest first. Nobody may be writing to it.
[[nodiscard]] Result<std::vector<netio_event>> drain_timeline(int map_fd);

/// The model's timeline of what came out of the ring. `begins_ns` is when the window was opened; 0: it never was, for
/// the cell ended before its measured part. Pure.
[[nodiscard]] Timeline make_timeline(std::span<const netio_event> events, std::uint64_t begins_ns,
                                     std::uint64_t window_ns, std::uint32_t lost_at_end);

} // namespace netio::tracer
