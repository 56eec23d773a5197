// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/sysctl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "netns/in_namespace.h"

namespace netio::netns {
namespace {

using testing::HasSubstr;

std::string value_of(const std::string& name) {
    std::ifstream file("/proc/sys/" + name);
    std::string value;
    std::getline(file, value);
    return value;
}

std::string complaint(const Namespace& where, const std::string& name, const std::string& value) {
    const auto set = set_sysctls(where, {{name, value}});
    EXPECT_FALSE(set.ok()) << name;
    if (set.ok())
        return {};
    EXPECT_EQ(set.error().exit_code, ExitCode::bad_input) << name;
    return set.error().message();
}

TEST(Sysctls, AreSetInTheNamespaceAlone) {
    const auto where = Namespace::create();
    ASSERT_TRUE(where.ok());
    const std::string outside = value_of("net/ipv4/tcp_fin_timeout");
    const std::string other = outside == "17" ? "18" : "17";
    const auto set =
        set_sysctls(*where, {{"net.ipv4.tcp_fin_timeout", other}, {"net/ipv4/tcp_rmem", "4096 9000 30000"}});
    ASSERT_TRUE(set.ok()) << set.error().message();
    EXPECT_EQ(set->at("net.ipv4.tcp_fin_timeout"), other);
    EXPECT_EQ(set->at("net/ipv4/tcp_rmem"), "4096\t9000\t30000");
    EXPECT_EQ(value_of("net/ipv4/tcp_fin_timeout"), outside);
    const auto inside = in_namespace(*where, [] { return Result<std::string>(value_of("net/ipv4/tcp_fin_timeout")); });
    EXPECT_EQ(*inside, other);
}

TEST(Sysctls, ThatAllNamespacesShareAreRefused) {
    const auto where = Namespace::create();
    ASSERT_TRUE(where.ok());
    for (const std::string name : {"net/ipv4/tcp_mem", "kernel/pid_max", "net/core/netdev_budget"}) {
        const std::string outside = value_of(name);
        ASSERT_NE(outside, "") << name;
        EXPECT_THAT(complaint(*where, name, outside), HasSubstr("not each network namespace's own")) << name;
        EXPECT_EQ(value_of(name), outside);
    }
}

TEST(Sysctls, ThatAreNoneAndValuesThatAreNoneAreRefused) {
    const auto where = Namespace::create();
    ASSERT_TRUE(where.ok());
    for (const char* name : {"net.ipv4.none_such", "none_such", "net/../kernel/pid_max", "net.ipv4..tcp_sack"})
        EXPECT_THAT(complaint(*where, name, "1"), HasSubstr("there is none of this name")) << name;
    EXPECT_THAT(complaint(*where, "net.ipv4.tcp_sack", "many"), HasSubstr("Invalid argument"));
}

} // namespace
} // namespace netio::netns
