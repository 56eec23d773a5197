// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace netio::netns {

/// The settings with which a machine forbids user namespaces; empty where it has no such setting.
struct UserNamespaceSettings {
    std::optional<long> unprivileged_clone;   ///< kernel.unprivileged_userns_clone (Debian, Ubuntu); 0 forbids
    std::optional<long> maximum;              ///< user.max_user_namespaces; 0 forbids
    std::optional<long> apparmor_restriction; ///< kernel.apparmor_restrict_unprivileged_userns; 1 forbids

    static UserNamespaceSettings of_this_machine();
};

/// Why a step of making a user namespace failed with `errno_value`, and what to do. Ubuntu's AppArmor lets unshare(2)
/// succeed and then refuses the maps, so both steps come here.
[[nodiscard]] Error explain_refusal(const std::string& step, int errno_value, const UserNamespaceSettings& settings);

} // namespace netio::netns
