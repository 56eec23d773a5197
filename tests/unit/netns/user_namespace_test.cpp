// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/user_namespace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace netio::netns {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string explained(int error, const UserNamespaceSettings& settings) {
    return explain_refusal("cannot create a user namespace", error, settings).message();
}

TEST(UserNamespaceRefusal, NamesTheSettingThatForbids) {
    EXPECT_THAT(explained(EPERM, {0, 1000, {}}),
                AllOf(HasSubstr("kernel.unprivileged_userns_clone is 0"), HasSubstr("run as root")));
    EXPECT_THAT(explained(ENOSPC, {{}, 0, {}}), HasSubstr("user.max_user_namespaces is 0"));
    EXPECT_THAT(explained(EPERM, {{}, 1000, 1}), HasSubstr("apparmor_restrict_unprivileged_userns"));
    EXPECT_THAT(explained(EACCES, {1, 1000, 1}), HasSubstr("AppArmor"));
}

TEST(UserNamespaceRefusal, DoesNotBlameASettingThatAllows) {
    EXPECT_THAT(explained(EPERM, {1, 1000, 0}),
                AllOf(HasSubstr("container"), Not(HasSubstr("AppArmor")), Not(HasSubstr("userns_clone"))));
    EXPECT_THAT(explained(ENOSPC, {{}, 1000, {}}), AllOf(HasSubstr("too many"), Not(HasSubstr("is 0"))));
    EXPECT_THAT(explained(EINVAL, {}), HasSubstr("more than one thread"));
    EXPECT_THAT(explained(ENOSYS, {}), HasSubstr("CONFIG_USER_NS"));
}

} // namespace
} // namespace netio::netns
