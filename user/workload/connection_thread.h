// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"
#include "workload/channel.h"
#include "workload/stop.h"
#include "workload/worker_thread.h"

namespace netio::workload {

/// How long connections may take to finish their message after a stop before they are cut.
inline constexpr std::uint64_t stop_patience_ns = 2'000'000'000;

/// A connection, the thread that runs it, and what came of it. Stays where it is while the thread runs; joins it on
/// destruction.
template <typename Outcome>
class ConnectionThread {
  public:
    ConnectionThread() = default;
    explicit ConnectionThread(UniqueFd socket) : channel(std::move(socket)) {}

    /// Runs `body`, which gets the channel and returns the outcome, in a new thread; signals `done` when it has ended.
    template <typename Body>
    Result<void> start(StopEvent& done, Body body) {
        Result<WorkerThread> thread = WorkerThread::start([this, &done, body = std::move(body)] {
            outcome = body(channel);
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
    Outcome outcome; ///< to be read after finished() or join()

  private:
    std::atomic<bool> finished_ = false;
    WorkerThread thread_; ///< last, so that it is joined before what it uses goes away
};

} // namespace netio::workload
