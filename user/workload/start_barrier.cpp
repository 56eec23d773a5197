// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/start_barrier.h"

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

} // namespace netio::workload
