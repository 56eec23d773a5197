// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <linux/perf_event.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace netio::perf {

/// What perf_event_open(2) needs to count `name` in one thread, disabled at first, with times. Nothing is excluded
/// unless the name carries a modifier (after a colon) that says so.
[[nodiscard]] Result<perf_event_attr> encode(const std::string& name);

/// Whether it is one of the kernel's two clocks, which count nanoseconds of the thread's running, wherever it runs.
[[nodiscard]] bool is_clock(const perf_event_attr& attributes);

/// Every name that libpfm4 knows on this machine, as it would be typed: generic ones in lower case.
[[nodiscard]] std::vector<std::string> known_events();

} // namespace netio::perf
