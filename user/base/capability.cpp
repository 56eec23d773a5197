// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/capability.h"

#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

namespace netio {
namespace {

bool is_namespace(const char* file, ino_t inode) {
    struct stat of_file {};
    return stat(file, &of_file) == 0 && of_file.st_ino == inode;
}

} // namespace

bool has_capability(unsigned capability) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
    if (capability / 32 >= data.size() || syscall(SYS_capget, &header, data.data()) != 0)
        return false;
    return (data[capability / 32].effective & (1U << (capability % 32))) != 0;
}

bool exempt_from_memory_lock_limit() {
    constexpr ino_t first_user_namespace = 0xEFFFFFFD;
    return is_namespace("/proc/self/ns/user", first_user_namespace) && has_capability(CAP_IPC_LOCK);
}

bool in_first_pid_namespace() {
    constexpr ino_t first_pid_namespace = 0xEFFFFFFC;
    return is_namespace("/proc/self/ns/pid", first_pid_namespace);
}

bool lift_memory_lock_limit() {
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    return setrlimit(RLIMIT_MEMLOCK, &unlimited) == 0;
}

} // namespace netio
