// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

namespace netio::workload {

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
