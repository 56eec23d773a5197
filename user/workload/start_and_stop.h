// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "base/result.h"
#include "base/unique_fd.h"

namespace netio::workload {

/// Where the client's threads meet after the warm-up, so that they start to measure together.
class StartBarrier {
  public:
    /// `open` is called by the last thread to arrive, before any is let go.
    StartBarrier(unsigned threads, std::function<void()> open) : missing_(threads), open_(std::move(open)) {}

    /// Waits for all threads. Returns the moment at which they were let go (CLOCK_MONOTONIC, ns; the same in every
    /// thread), or nothing when the barrier was broken.
    std::optional<std::uint64_t> arrive_and_wait();

    /// Sends everybody away who waits or will come: a thread has failed, or the run is stopped. Without effect once the
    /// barrier has opened.
    void break_up();

    /// Nothing before it has opened.
    [[nodiscard]] std::optional<std::uint64_t> opened_at();

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    unsigned missing_;
    bool broken_ = false;
    std::optional<std::uint64_t> opened_at_;
    std::function<void()> open_;
};

/// Asks a server or client to stop: an eventfd, so that it can be waited for beside sockets and be signalled from a
/// signal handler or another thread.
class StopEvent {
  public:
    static Result<StopEvent> create();
    /// Async-signal-safe. Stays signalled.
    void signal() const;
    [[nodiscard]] bool signalled() const;
    /// Not signalled any more.
    void clear() const;
    [[nodiscard]] int fd() const { return fd_.get(); }

  private:
    explicit StopEvent(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

} // namespace netio::workload
