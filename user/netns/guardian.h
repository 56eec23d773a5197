// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/types.h>

#include <functional>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace netio::netns {

/// A process of its own that outlives this one long enough to tidy up after it, kill -9 included.
///
/// It is forked, in a session of its own so that the terminal's signals and a kill of the process group pass it by, and
/// keeps no descriptor but the given ones, a channel and a descriptor of its parent (pidfd_open(2)). The latter is what
/// tells it of the parent's end: the channel's other end may live on in the parent's other children.
class Guardian {
  public:
    /// From now on `tidy_up` runs, in the other process, if this process ends before dismiss(). It may use the
    /// descriptors in `keep`, and allocate memory; it must not count on threads of this process.
    static Result<Guardian> start(const std::vector<int>& keep, const std::function<void()>& tidy_up);
    Guardian(Guardian&&) noexcept;
    Guardian& operator=(Guardian&&) = delete;
    /// Not dismissed: its work is to be done now. Returns when it has done it.
    ~Guardian();

    /// Ends the guardian without any tidying up, and returns when it has ended. Like the destructor, it does nothing in
    /// a process other than the one that started the guardian.
    void dismiss();

  private:
    void end_with(char word);
    Guardian(pid_t owner, pid_t process, UniqueFd channel);
    pid_t owner_;
    pid_t process_;
    UniqueFd channel_;
};

} // namespace netio::netns
