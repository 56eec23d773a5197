// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>

#include "model/run_result.h"

namespace netio::report {

/// What a count is divided by. What the kernel counts by the event is told per message; what the processor counts by
/// the byte or the instruction is told per byte; clocks count nanoseconds.
enum class Per { byte, message };
[[nodiscard]] Per denominator(std::string_view event);

/// "/B", "/msg" or "ns/B".
[[nodiscard]] std::string_view unit_of(std::string_view event);

/// nullptr when the event was not asked for at this end.
[[nodiscard]] const CounterReading* reading_of(const EndResult& end, const std::string& event);

/// An event of one end, per payload byte or message of the measured part; estimated where it was multiplexed.
[[nodiscard]] Figure counter_figure(const Cell& cell, const EndResult& end, const std::string& event);

/// The same of both ends together.
[[nodiscard]] Figure counter_figure(const Cell& cell, const std::string& event);

} // namespace netio::report
