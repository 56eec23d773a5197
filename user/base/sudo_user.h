// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/types.h>

#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"

namespace netio {

/// The user who called sudo.
struct SudoUser {
    uid_t user;
    gid_t group;
    std::vector<gid_t> other_groups; ///< those that /etc/group tells; without NSS, which a static program cannot use
};

/// Who called sudo (SUDO_UID, SUDO_GID, SUDO_USER), when this process is root and that user is not. To be asked before
/// a user namespace is entered, in which everybody is root.
[[nodiscard]] std::optional<SudoUser> sudo_user();

/// While it lives, the calling thread reaches files with the rights of the user who called sudo, and what it makes
/// belongs to that user. The kernel checks each step of each path so, hence nothing is gained by a folder that is
/// swapped for a link at the right moment, and nothing has to be given away afterwards. Changes nothing for nullopt.
///
/// While it lives, the process leaves no core dump: the kernel would write that, too, with the caller's rights and for
/// the caller, with all that root's process has in memory. setfsuid(2) sees to it (PR_SET_DUMPABLE of prctl(2)) and
/// leaves it so; the end of this puts it back, so that a crash can be looked into and processes that are forked later
/// are as usual. That opens nothing to the caller: ptrace(2) and /proc ask for the real, effective and saved user of
/// the process, which are root's all the time, not for the one that it reaches files as. Dumpable is a property of the
/// process, not of the thread: only one thread at a time may have these rights.
class FileRights {
  public:
    [[nodiscard]] static Result<FileRights> of(const std::optional<SudoUser>& user);

    FileRights(FileRights&& other) noexcept;
    FileRights& operator=(FileRights&&) = delete;
    FileRights(const FileRights&) = delete;
    FileRights& operator=(const FileRights&) = delete;
    ~FileRights();

  private:
    struct Before {
        uid_t user;
        gid_t group;
        std::vector<gid_t> groups;
        bool dumpable;
    };
    explicit FileRights(std::optional<Before> before) : before_(std::move(before)) {}

    std::optional<Before> before_; ///< nullopt: nothing was changed
};

} // namespace netio
