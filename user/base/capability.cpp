// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/capability.h"

#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

namespace netio {

bool has_capability(unsigned capability) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
    if (capability / 32 >= data.size() || syscall(SYS_capget, &header, data.data()) != 0)
        return false;
    return (data[capability / 32].effective & (1U << (capability % 32))) != 0;
}

bool exempt_from_memory_lock_limit() {
    constexpr ino_t first_user_namespace = 0xEFFFFFFD;
    struct stat user_namespace {};
    return stat("/proc/self/ns/user", &user_namespace) == 0 && user_namespace.st_ino == first_user_namespace &&
           has_capability(CAP_IPC_LOCK);
}

} // namespace netio
