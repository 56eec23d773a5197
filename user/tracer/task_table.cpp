// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/task_table.h"

#include <atomic>
#include <cstddef>
#include <string>

namespace netio::tracer {

Result<void> TaskTable::add(std::uint32_t tid, std::uint32_t subject) {
    constexpr const char* not_added = "cannot add a thread to the trace";
    if (tid == 0 || tid >= index_.size())
        return Error{not_added, "unknown thread id " + std::to_string(tid), {}};
    const std::uint16_t known = std::atomic_ref(index_[tid]).load(std::memory_order_acquire);
    netio_thread* thread = known != 0 ? &threads_[known - 1U] : claim(tid);
    if (thread == nullptr) {
        std::atomic_ref(lost_).fetch_add(1);
        return Error{not_added, "the table of threads is full", {}}.or_choose(
            {Choice::fewer_threads, Choice::no_tracing});
    }
    netio_start_thread(thread, subject, always_slow_ ? 1 : 0);
    // The programs see the entry only when it is complete.
    std::atomic_ref(index_[tid])
        .store(static_cast<std::uint16_t>(1 + (thread - threads_.data())), std::memory_order_release);
    return {};
}

/// A free entry, which is the thread's from now on; null when there is none.
netio_thread* TaskTable::claim(std::uint32_t tid) {
    for (std::size_t attempt = 0; attempt < threads_.size(); ++attempt) {
        netio_thread& thread = threads_[std::atomic_ref(next_).fetch_add(1) % threads_.size()];
        std::uint32_t free = 0;
        if (std::atomic_ref(thread.tid).compare_exchange_strong(free, tid))
            return &thread;
    }
    return nullptr;
}

void TaskTable::clear() {
    for (netio_thread& thread : threads_) {
        if (thread.tid == 0)
            continue;
        index_[thread.tid] = 0;
        thread.tid = 0;
    }
    next_ = 0;
}

void TaskTable::restart() {
    for (netio_thread& thread : threads_)
        if (thread.tid != 0)
            netio_start_thread(&thread, thread.subject, always_slow_ ? 1 : 0);
}

} // namespace netio::tracer
