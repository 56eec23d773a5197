// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "experiment/control_channel.h"

namespace netio::experiment {

/// Turns the signals that ask this process to end (SIGINT, SIGTERM, SIGHUP, SIGQUIT) into something that can be waited
/// for beside other descriptors: blocks them and receives them through a signalfd. Worker processes undo this for
/// themselves.
class SignalReceiver {
  public:
    /// From now on these signals wait for a receiver, so that what is begun is also cleaned up; and a pipe that nobody
    /// reads and a file that may not grow (SIGPIPE, SIGXFSZ) are errors of the call. May be called more than once.
    static Result<void> hold_signals();

    static Result<SignalReceiver> create();
    /// The number of a signal that has arrived, 0 when none has.
    [[nodiscard]] int take() const;
    [[nodiscard]] int fd() const { return fd_.get(); }

  private:
    explicit SignalReceiver(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

/// A forked process of this program that ends with the runner, whatever ends the runner: the kernel sends it SIGKILL
/// when its parent dies (PR_SET_PDEATHSIG), kill -9 included. Destroying the owner kills and reaps it.
class WorkerProcess {
  public:
    /// Forks and calls `body` in the child with its end of the control channel; the child exits when it returns. The
    /// signals above are ignored there: a terminal or a service manager sends them to all processes, and the runner
    /// decides. The calling process must have one thread only.
    static Result<WorkerProcess> start(std::string name, const std::function<void(const ControlChannel&)>& body);

    WorkerProcess(WorkerProcess&&) noexcept;
    WorkerProcess& operator=(WorkerProcess&&) = delete;
    ~WorkerProcess();

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] const ControlChannel& channel() const { return channel_; }

    /// Reaps the process, which must be about to end, and says how it ended: "" for exit code 0, otherwise for instance
    /// "was killed by signal 9 (Killed)".
    [[nodiscard]] std::string wait();

  private:
    WorkerProcess(std::string name, pid_t pid, ControlChannel channel)
        : name_(std::move(name)), pid_(pid), channel_(std::move(channel)) {}

    std::string name_;
    pid_t pid_ = -1;
    ControlChannel channel_;
};

} // namespace netio::experiment
