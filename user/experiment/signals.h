// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

namespace netio::experiment {

/// Turns SIGINT and SIGTERM of this process into something that can be waited for beside other descriptors: blocks them
/// and receives them through a signalfd. Worker processes undo this for themselves.
class SignalReceiver {
  public:
    static Result<SignalReceiver> create();
    /// The number of a signal that has arrived, 0 when none has.
    [[nodiscard]] int take() const;
    [[nodiscard]] int fd() const { return fd_.get(); }

  private:
    explicit SignalReceiver(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

} // namespace netio::experiment
