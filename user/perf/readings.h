// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "model/run_result.h"
#include "perf/event.h"

namespace netio::perf {

/// A reading of what the kernel counted: scaled by enabled / running when the event shared its counter with others, and
/// not_counted when it never got one.
[[nodiscard]] CounterReading to_reading(std::string event, const EventValues& values);

} // namespace netio::perf
