// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/start_and_stop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/clock.h"

namespace netio::workload {

std::optional<std::uint64_t> StartBarrier::arrive_and_wait() {
    std::unique_lock lock(mutex_);
    if (!broken_ && --missing_ == 0) {
        open_();
        opened_at_ = monotonic_ns();
        changed_.notify_all();
    }
    changed_.wait(lock, [this] { return broken_ || opened_at_.has_value(); });
    return opened_at_;
}

void StartBarrier::break_up() {
    const std::lock_guard lock(mutex_);
    broken_ = !opened_at_.has_value();
    changed_.notify_all();
}

std::optional<std::uint64_t> StartBarrier::opened_at() {
    const std::lock_guard lock(mutex_);
    return opened_at_;
}

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
