// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/capability.h"

#include <linux/capability.h>
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

} // namespace netio
