// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace netio::experiment {

/// A program that is started for a trace, with the standard streams of this process. It waits before its first
/// instruction until it is released. It is the user's: it ends by itself, and only one that was never released is
/// killed with its owner.
class TracedCommand {
  public:
    /// Forks. SIGINT and SIGTERM, which this process may have blocked, are as they were when the program was started.
    static Result<TracedCommand> start(const std::vector<std::string>& words);
    TracedCommand(TracedCommand&& other) noexcept;
    TracedCommand& operator=(TracedCommand&&) = delete;
    ~TracedCommand();

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// Lets it execute the program. An error, of bad input, when the program cannot be executed.
    [[nodiscard]] Result<void> release();
    /// Readable when it has ended.
    [[nodiscard]] int ended_fd() const { return pidfd_.get(); }
    /// Its exit code, or 128 + the signal that ended it; nothing while it runs. What the kernel knows of it stays until
    /// this object is destroyed.
    [[nodiscard]] std::optional<int> exit_code();
    void send(int signal) const;

  private:
    TracedCommand(pid_t pid, std::string name, UniqueFd pidfd, UniqueFd release, UniqueFd failure);

    pid_t pid_;
    std::string name_;
    UniqueFd pidfd_;
    UniqueFd release_; ///< closed: it may go on; a byte written before: it shall
    UniqueFd failure_; ///< from which errno comes when it cannot be executed
    std::optional<int> exit_code_;
};

} // namespace netio::experiment
