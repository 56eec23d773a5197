// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/names.h"
#include "workload/channel.h"
#include "workload/progress.h"
#include "workload/start_and_stop.h"

namespace netio::workload {

/// Bytes of address space.
inline constexpr std::size_t thread_stack_size = 256 * 1024;

/// A thread with a small stack (thousands of them must fit) and all signals blocked, so that no system call in it is
/// cut short by a signal that was meant for the process. Joined on destruction.
class WorkerThread {
  public:
    static Result<WorkerThread> start(std::function<void()> body);
    WorkerThread() = default;
    WorkerThread(WorkerThread&& other) noexcept;
    WorkerThread& operator=(WorkerThread&& other) noexcept;
    WorkerThread(const WorkerThread&) = delete;
    WorkerThread& operator=(const WorkerThread&) = delete;
    ~WorkerThread() { join(); }

    void join();

  private:
    explicit WorkerThread(pthread_t thread) : thread_(thread), joinable_(true) {}

    pthread_t thread_{};
    bool joinable_ = false;
};

/// Pins the calling thread to one CPU of the process' affinity mask c[0] .. c[n-1]: the sender of connection i to
/// c[i mod n], its receiver to c[(i + n/2) mod n]. So the two ends of a connection never share a CPU when there are two
/// or more, and no sender shares one with any receiver while there are at most n/2 connections.
[[nodiscard]] Result<void> pin_this_thread(Role role, unsigned connection);

/// How long connections may take to finish their message after a stop before they are cut.
inline constexpr std::uint64_t stop_patience_ns = 2'000'000'000;

/// A connection, the thread that runs it, and what came of it. Stays where it is while the thread runs; joins it on
/// destruction.
template <typename Outcome>
class ConnectionThread {
  public:
    explicit ConnectionThread(Progress::Stage first) : progress(first) {}
    ConnectionThread(UniqueFd socket, Progress::Stage first) : channel(std::move(socket)), progress(first) {}

    /// Runs `body`, which gets the channel and the progress to tell and returns the outcome, in a new thread; signals
    /// `done` when it has ended.
    template <typename Body>
    Result<void> start(StopEvent& done, Body body) {
        Result<WorkerThread> thread = WorkerThread::start([this, &done, body = std::move(body)] {
            try {
                outcome = body(channel, progress);
            } catch (const std::bad_alloc&) {
                outcome.error = out_of_memory();
            }
            finished_.store(true, std::memory_order_release);
            done.signal();
        });
        if (!thread)
            return std::move(thread).error();
        thread_ = std::move(*thread);
        return {};
    }

    [[nodiscard]] bool finished() const { return finished_.load(std::memory_order_acquire); }
    void join() { thread_.join(); }

    Channel channel;
    Progress progress;
    Watch<Progress::State> watch;
    Outcome outcome; ///< to be read after finished() or join()

  private:
    std::atomic<bool> finished_ = false;
    WorkerThread thread_; ///< last, so that it is joined before what it uses goes away
};

} // namespace netio::workload
