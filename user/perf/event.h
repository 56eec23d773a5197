// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <linux/perf_event.h>

#include <cstdint>

#include "base/unique_fd.h"

namespace netio::perf {

/// Whether it is one of the kernel's two clocks, which count nanoseconds of the thread's running, wherever it runs.
[[nodiscard]] bool is_clock(const perf_event_attr& attributes);

/// A descriptor that counts the calling thread on any CPU, or the errno with which the kernel refused.
struct OpenedEvent {
    UniqueFd fd;
    int error = 0;
};
[[nodiscard]] OpenedEvent open_event(const perf_event_attr& attributes);

/// What the kernel returns for PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING.
struct EventValues {
    std::uint64_t count = 0;
    std::uint64_t enabled_ns = 0;
    std::uint64_t running_ns = 0;
};

/// False when there is nothing to read: the kernel answers with an end of file when an event that must always be on
/// the hardware (modifier "pinned") could not be.
[[nodiscard]] bool read_event(int fd, EventValues& values);

} // namespace netio::perf
