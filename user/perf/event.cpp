// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "perf/event.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace netio::perf {

bool is_clock(const perf_event_attr& attributes) {
    return attributes.type == PERF_TYPE_SOFTWARE &&
           (attributes.config == PERF_COUNT_SW_TASK_CLOCK || attributes.config == PERF_COUNT_SW_CPU_CLOCK);
}

OpenedEvent open_event(const perf_event_attr& attributes) {
    constexpr pid_t calling_thread = 0;
    constexpr int any_cpu = -1;
    constexpr int no_group = -1;
    OpenedEvent opened;
    opened.fd = UniqueFd(static_cast<int>(
        syscall(SYS_perf_event_open, &attributes, calling_thread, any_cpu, no_group, PERF_FLAG_FD_CLOEXEC)));
    if (!opened.fd)
        opened.error = errno;
    return opened;
}

bool read_event(int fd, EventValues& values) {
    static_assert(sizeof(EventValues) == 3 * sizeof(std::uint64_t));
    return ::read(fd, &values, sizeof values) == static_cast<ssize_t>(sizeof values);
}

} // namespace netio::perf
