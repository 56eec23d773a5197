// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "analysis/gate.h"
#include "base/result.h"

namespace netio::cli {

/// Reads what --fail-if takes: WHAT > BOUND or WHAT < BOUND.
///
/// WHAT is mean, p50, p90, p99, p99.9 or max of the latency, or of a path's calls with its name and a dot before it
/// (copy_in.p99); throughput; or the name of a path alone, for its nanoseconds a byte. BOUND is a percentage of the
/// baseline (+5 %), or a difference: ns, us, ms or s for durations, Gbit/s for throughput, ns/byte for a path. With >
/// it must not be below 0, with < not above. Spaces may stand between the parts.
///
/// The error (exit code 2) names the column that it could not go on from.
[[nodiscard]] Result<analysis::Gate> parse_gate(const std::string& text);

} // namespace netio::cli
