// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/run_result.h"

namespace netio::perf {

/// What the kernel returns for PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING.
struct EventValues {
    std::uint64_t count = 0;
    std::uint64_t enabled_ns = 0;
    std::uint64_t running_ns = 0;
};

/// A reading of what the kernel counted: scaled by enabled / running when the event shared its counter with others, and
/// not_counted when it never got one.
[[nodiscard]] CounterReading to_reading(std::string event, const EventValues& values);

/// Why an event has no count.
struct Refusal {
    CounterStatus status = CounterStatus::not_supported;
    std::string reason;
};

/// What perf_event_open(2)'s errno means, and what to do about it. `paranoid` is kernel.perf_event_paranoid where it is
/// known.
[[nodiscard]] Refusal explain_refusal(int errno_value, std::optional<int> paranoid);

/// kernel.perf_event_paranoid; none on a kernel without perf events.
[[nodiscard]] std::optional<int> perf_event_paranoid();

} // namespace netio::perf
