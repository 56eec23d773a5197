// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <pthread.h>

#include <functional>
#include <memory>

#include "base/result.h"
#include "model/names.h"

namespace netio::workload {

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

} // namespace netio::workload
