// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/sudo_user.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "base/capability.h"

namespace netio {
namespace {

std::optional<unsigned> number_from_environment(const char* name) {
    const char* text = std::getenv(name);
    unsigned number = 0;
    if (text == nullptr)
        return std::nullopt;
    const char* end = text + std::strlen(text);
    const auto [parsed, failure] = std::from_chars(text, end, number);
    return failure == std::errc{} && parsed == end ? std::optional{number} : std::nullopt;
}

std::vector<gid_t> groups_of(const char* user_name) {
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::vector<gid_t> groups;
    const std::unique_ptr<std::FILE, Close> file(user_name == nullptr ? nullptr : std::fopen("/etc/group", "re"));
    if (!file)
        return groups;
    while (const group* entry = fgetgrent(file.get()))
        for (char** member = entry->gr_mem; *member != nullptr; ++member)
            if (std::strcmp(*member, user_name) == 0)
                groups.push_back(entry->gr_gid);
    return groups;
}

// The C library's setgroups(3) changes all threads; the system call, like setfsuid(2), the calling one.
bool set_groups(const std::vector<gid_t>& groups) { return syscall(SYS_setgroups, groups.size(), groups.data()) == 0; }

/// Given a value that is none, setfsuid(2) and setfsgid(2) tell the one in force, and that alone.
uid_t file_user() { return static_cast<uid_t>(setfsuid(static_cast<uid_t>(-1))); }
gid_t file_group() { return static_cast<gid_t>(setfsgid(static_cast<gid_t>(-1))); }

} // namespace

std::optional<SudoUser> sudo_user() {
    const auto user = number_from_environment("SUDO_UID");
    const auto group = number_from_environment("SUDO_GID");
    if (geteuid() != 0 || !user || !group || *user == 0)
        return std::nullopt;
    return SudoUser{*user, *group, groups_of(std::getenv("SUDO_USER"))};
}

Result<FileRights> FileRights::of(const std::optional<SudoUser>& user) {
    if (!user)
        return FileRights{std::nullopt};
    Before before{file_user(), file_group(),
                  std::vector<gid_t>(static_cast<std::size_t>(std::max(getgroups(0, nullptr), 0))),
                  prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1};
    if (getgroups(static_cast<int>(before.groups.size()), before.groups.data()) < 0)
        return system_error("cannot read the groups of this process", errno);
    const auto refused = [&](const std::string& why) {
        return Error{"cannot take the rights of user " + std::to_string(user->user) + ", who called sudo", why,
                     "start it without SUDO_UID: sudo env -u SUDO_UID netio-trace ...", ExitCode::failure};
    };
    if (!set_groups(user->other_groups))
        return refused("cannot change groups: " + system_error("", errno).why);
    FileRights rights{std::move(before)}; // from here on, its end takes back what was done
    setfsgid(user->group);
    setfsuid(user->user);
    if (file_group() != user->group || file_user() != user->user)
        return refused("no such user or group");
    // The kernel takes these away with the user id, unless securebits(7) keep it from doing so.
    if (has_capability(CAP_DAC_OVERRIDE) || has_capability(CAP_DAC_READ_SEARCH) || has_capability(CAP_FOWNER))
        return refused("root's capabilities stay in force");
    return rights;
}

FileRights::FileRights(FileRights&& other) noexcept : before_(std::exchange(other.before_, std::nullopt)) {}

FileRights::~FileRights() {
    if (!before_)
        return;
    setfsuid(before_->user);
    setfsgid(before_->group);
    set_groups(before_->groups);
    // Last, for each change of the user and group above has taken it away.
    if (before_->dumpable)
        prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

} // namespace netio
