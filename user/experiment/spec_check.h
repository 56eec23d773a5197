// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "base/result.h"
#include "model/run_spec.h"

namespace netio::experiment {

/// Limits of what a run accepts; docs and messages name them.
inline constexpr std::uint64_t max_field_size = std::uint64_t{64} << 20; ///< bytes
inline constexpr unsigned max_threads = 4096;
inline constexpr double min_duration_s = 0.05;
inline constexpr double max_duration_s = 86'400.0;
inline constexpr unsigned max_repeats = 1000;

/// Whether a run of this spec makes sense; the first thing that does not is an input error with the way out.
[[nodiscard]] Result<void> check_spec(const RunSpec& spec);

[[nodiscard]] Result<void> check_field_size(std::uint64_t bytes);
[[nodiscard]] Result<void> check_threads(unsigned threads);
[[nodiscard]] Result<void> check_duration(double seconds);

} // namespace netio::experiment
