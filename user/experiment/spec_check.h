// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "base/result.h"
#include "model/run_spec.h"

namespace netio::experiment {

inline constexpr unsigned most_repeats = 1000;
inline constexpr double shortest_timeline_ms = 0.1;
inline constexpr double longest_timeline_ms = 1000.0;
inline constexpr unsigned most_sample_frequency = 20'000; ///< per second and CPU

/// Whether a run of this spec makes sense; the first thing that does not is an input error with the way out.
[[nodiscard]] Result<void> check_spec(const RunSpec& spec);

} // namespace netio::experiment
