// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/user_namespace.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <thread>

#include "base/capability.h"
#include "netns/namespace.h"

namespace netio::netns {
namespace {

using namespace std::chrono_literals;

std::optional<long> setting(const char* path) {
    std::ifstream file(path);
    long value = 0;
    if (file >> value)
        return value;
    return std::nullopt;
}

Result<void> write_whole(const char* path, const std::string& text, const UserNamespaceSettings& settings) {
    const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return explain_refusal(std::string("cannot write ") + path, errno, settings);
    return {};
}

} // namespace

UserNamespaceSettings UserNamespaceSettings::of_this_machine() {
    return {setting("/proc/sys/kernel/unprivileged_userns_clone"), setting("/proc/sys/user/max_user_namespaces"),
            setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")};
}

Error explain_refusal(const std::string& step, int errno_value, const UserNamespaceSettings& settings) {
    Error error = system_error("no privileges, and " + step, errno_value, "run as root");
    const auto because = [&](const std::string& why, const std::string& hint) {
        error.why += ", " + why;
        error.hint = "run as root, or " + hint;
    };
    const bool forbidden = errno_value == EPERM || errno_value == EACCES;
    if (forbidden && settings.unprivileged_clone == 0)
        because("kernel.unprivileged_userns_clone is 0", "as root: sysctl -w kernel.unprivileged_userns_clone=1");
    else if ((errno_value == ENOSPC || errno_value == EUSERS) && settings.maximum == 0)
        because("user.max_user_namespaces is 0", "as root: sysctl -w user.max_user_namespaces=10000");
    else if (errno_value == ENOSPC || errno_value == EUSERS)
        because("too many user namespaces, or nested too deeply", "as root: raise sysctl user.max_user_namespaces");
    else if (forbidden && settings.apparmor_restriction.value_or(0) != 0)
        because("AppArmor restricts user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1)",
                "give the program an AppArmor profile that allows userns, or as root: sysctl -w "
                "kernel.apparmor_restrict_unprivileged_userns=0");
    else if (forbidden)
        because("a container's system call filter or chroot forbids user namespaces",
                "run outside of the container, or give it CAP_SYS_ADMIN and CAP_NET_ADMIN");
    else if (errno_value == ENOSYS)
        because("this kernel was built without user namespaces", "use a kernel with CONFIG_USER_NS");
    else if (errno_value == EINVAL)
        because("the process has more than one thread, or this kernel was built without user namespaces",
                "use a kernel with CONFIG_USER_NS");
    return error;
}

namespace {

/// A program that has file capabilities may not be looked into by its user (PR_SET_DUMPABLE), so that /proc/self
/// belongs to root and its maps cannot be written. For as long as it takes to write them, it may.
class OwnProcFiles {
  public:
    OwnProcFiles() : before_(::prctl(PR_GET_DUMPABLE)) { ::prctl(PR_SET_DUMPABLE, 1); }
    OwnProcFiles(const OwnProcFiles&) = delete;
    OwnProcFiles& operator=(const OwnProcFiles&) = delete;
    ~OwnProcFiles() {
        // 2, "readable by root", cannot be set by hand: prctl(2).
        if (before_ != 1)
            ::prctl(PR_SET_DUMPABLE, 0);
    }

  private:
    int before_;
};

} // namespace

/// CAP_SYS_ADMIN makes and enters network namespaces, CAP_NET_ADMIN configures what is in them.
bool has_network_privileges() { return has_capability(CAP_SYS_ADMIN) && has_capability(CAP_NET_ADMIN); }

Result<void> gain_network_privileges() {
    if (has_network_privileges())
        return {};
    const auto settings = UserNamespaceSettings::of_this_machine();
    const std::string uid = std::to_string(::geteuid());
    const std::string gid = std::to_string(::getegid());

    // EINVAL: unshare(2) counts a thread that has been joined until the kernel has reaped it, a moment later.
    int error = ::unshare(CLONE_NEWUSER) == 0 ? 0 : errno;
    for (int attempt = 0; error == EINVAL && attempt < 20; ++attempt) {
        std::this_thread::sleep_for(1ms);
        error = ::unshare(CLONE_NEWUSER) == 0 ? 0 : errno;
    }
    if (error != 0)
        return explain_refusal("cannot create a user namespace", error, settings);

    const OwnProcFiles own;
    // Without CAP_SETGID outside, a gid map is accepted only after setgroups(2) has been denied: user_namespaces(7).
    if (auto written = write_whole("/proc/self/setgroups", "deny", settings); !written)
        return written;
    if (auto written = write_whole("/proc/self/uid_map", "0 " + uid + " 1", settings); !written)
        return written;
    return write_whole("/proc/self/gid_map", "0 " + gid + " 1", settings);
}

} // namespace netio::netns
