// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/stop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace netio::workload {

Result<StopEvent> StopEvent::create() {
    UniqueFd fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd)
        return system_error("cannot make an event descriptor", errno, "raise the limit of open files (ulimit -n)");
    return StopEvent(std::move(fd));
}

void StopEvent::signal() const {
    const int saved_errno = errno; // a signal handler must leave it as it was
    const std::uint64_t one = 1;
    // Fails only when the counter is at its end, and then the event is signalled already.
    [[maybe_unused]] const ssize_t written = write(fd_.get(), &one, sizeof one);
    errno = saved_errno;
}

bool StopEvent::signalled() const {
    pollfd descriptor{fd_.get(), POLLIN, 0};
    return poll(&descriptor, 1, 0) == 1;
}

void StopEvent::clear() const {
    std::uint64_t count = 0;
    // Fails only when it was not signalled.
    [[maybe_unused]] const ssize_t taken = read(fd_.get(), &count, sizeof count);
}

} // namespace netio::workload
