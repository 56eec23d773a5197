// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "isolation.h"
#include "netns/in_namespace.h"
#include "netns/reachability.h"

namespace netio::netns {
namespace {

using testing::HasSubstr;

LinkSpec veth() { return {LinkKind::veth, {}, {}}; }
LinkSpec loopback() { return {LinkKind::loopback, {}, {}}; }

std::string output_in(const Namespace& where, const std::string& command) {
    auto output = in_namespace(where, [&]() -> Result<std::string> { return output_of(command); });
    return output ? *output : output.error().message();
}

TEST(Namespace, IsNewAndEmptyAndLeavesTheCallerWhereItIs) {
    in_isolation([] {
        const ino_t before = this_threads_namespace();
        auto created = Namespace::create();
        ASSERT_TRUE(created) << created.error().message();
        EXPECT_EQ(this_threads_namespace(), before);
        EXPECT_EQ(output_in(*created, "ip -o link | wc -l"), "1\n");
        EXPECT_THAT(output_in(*created, "ip link show lo"), HasSubstr("LOOPBACK,UP,LOWER_UP"));
        ASSERT_TRUE(created->enter());
        EXPECT_NE(this_threads_namespace(), before);
    });
}

TEST(Namespace, CurrentLeadsBack) {
    in_isolation([] {
        const ino_t before = this_threads_namespace();
        auto home = Namespace::current();
        auto other = Namespace::create();
        ASSERT_TRUE(home);
        ASSERT_TRUE(other);
        ASSERT_TRUE(other->enter());
        ASSERT_TRUE(home->enter());
        EXPECT_EQ(this_threads_namespace(), before);
    });
}

TEST(Link, VethJoinsTwoNamespacesAtOnce) {
    in_isolation([] {
        const ino_t before = this_threads_namespace();
        for (const bool ipv6 : {false, true}) {
            auto link = Link::create(veth(), {.mtu = 0, .ipv6 = ipv6});
            ASSERT_TRUE(link) << link.error().message();
            EXPECT_NE(&link->server_namespace(), &link->client_namespace());
            auto reached = check_reachable(link->server_namespace(), link->client_namespace(), link->server_address());
            EXPECT_TRUE(reached) << reached.error().message();
            EXPECT_EQ(link->mtu(), 1500U);
            EXPECT_EQ(link->description(), "veth, MTU 1500");
            EXPECT_THAT(output_in(link->server_namespace(), "ip -o addr"), HasSubstr(link->server_address() + "/"));
            EXPECT_EQ(output_in(link->server_namespace(), "ip -o link | wc -l"), "2\n");
            EXPECT_EQ(output_in(link->client_namespace(), "ip -o link | wc -l"), "2\n");
        }
        EXPECT_EQ(this_threads_namespace(), before);
        EXPECT_EQ(output_of("ip -o link | wc -l"), "1\n");
    });
}

TEST(Link, NoAddressIsTentativeWhenItIsReady) {
    in_isolation([] {
        auto link = Link::create(veth(), {.mtu = 0, .ipv6 = true});
        ASSERT_TRUE(link) << link.error().message();
        EXPECT_EQ(output_in(link->server_namespace(), "ip -o -6 addr show tentative scope global"), "");
        EXPECT_EQ(output_in(link->client_namespace(), "ip -o -6 addr show tentative scope global"), "");
    });
}

TEST(Link, LoopbackHasBothEndsInOneNamespace) {
    in_isolation([] {
        for (const bool ipv6 : {false, true}) {
            auto link = Link::create(loopback(), {.mtu = 0, .ipv6 = ipv6});
            ASSERT_TRUE(link) << link.error().message();
            EXPECT_EQ(link->server_namespace().fd(), link->client_namespace().fd());
            EXPECT_EQ(link->server_address(), ipv6 ? "::1" : "127.0.0.1");
            EXPECT_EQ(link->description(), "loopback, MTU 65536");
        }
    });
}

TEST(Link, LetsAClientUsePortsAgainThatWaitForLateSegments) {
    in_isolation([] {
        auto link = Link::create(veth(), {});
        ASSERT_TRUE(link) << link.error().message();
        EXPECT_EQ(output_in(link->client_namespace(), "cat /proc/sys/net/ipv4/tcp_tw_reuse"), "1\n");
        EXPECT_EQ(output_in(link->server_namespace(), "cat /proc/sys/net/ipv4/tcp_tw_reuse"), "2\n");
    });
}

TEST(Link, SetsTheMtuAtBothEnds) {
    in_isolation([] {
        auto link = Link::create(veth(), {.mtu = 9000, .ipv6 = false});
        ASSERT_TRUE(link) << link.error().message();
        EXPECT_EQ(link->mtu(), 9000U);
        EXPECT_THAT(output_in(link->server_namespace(), "ip link show server"), HasSubstr("mtu 9000"));
        EXPECT_THAT(output_in(link->client_namespace(), "ip link show client"), HasSubstr("mtu 9000"));
        auto both = Link::create(loopback(), {.mtu = 1500, .ipv6 = false});
        ASSERT_TRUE(both) << both.error().message();
        EXPECT_EQ(both->mtu(), 1500U);
    });
}

TEST(Link, PassesOnWhatTheKernelSaysOfAnImpossibleMtu) {
    in_isolation([] {
        for (const unsigned mtu : {50U, 100'000U}) {
            auto link = Link::create(veth(), {.mtu = mtu, .ipv6 = false});
            ASSERT_FALSE(link) << mtu;
            EXPECT_EQ(link.error().exit_code, ExitCode::bad_input);
            EXPECT_THAT(link.error().message(), HasSubstr(std::to_string(mtu) + " bytes"));
            EXPECT_THAT(link.error().message(),
                        HasSubstr(mtu < 68 ? "mtu less than device minimum" : "mtu greater than device maximum"));
        }
        auto link = Link::create(veth(), {.mtu = 1000, .ipv6 = true});
        ASSERT_FALSE(link);
        EXPECT_EQ(link.error().exit_code, ExitCode::bad_input);
        EXPECT_THAT(link.error().message(), HasSubstr("1280"));
    });
}

TEST(Link, TellsWhatTheDevicesCanDo) {
    in_isolation([] {
        auto link = Link::create(veth(), {});
        ASSERT_TRUE(link) << link.error().message();
        EXPECT_EQ(link->facts().server.driver, "veth");
        EXPECT_EQ(link->facts().client.name, "client");
        EXPECT_EQ(link->facts().server.scatter_gather, true);
        EXPECT_EQ(link->facts().server.transmit_checksum, true);
        auto both = Link::create(loopback(), {});
        ASSERT_TRUE(both) << both.error().message();
        EXPECT_EQ(both->facts().server.mtu, 65536U);
    });
}

TEST(Link, WithoutPrivilegesSaysWhatToDo) {
    in_isolation([] {
        ASSERT_EQ(setresuid(65534, 65534, 65534), 0);
        auto link = Link::create(veth(), {});
        ASSERT_FALSE(link);
        EXPECT_THAT(link.error().message(), HasSubstr("run as root"));
        EXPECT_THAT(link.error().message(), HasSubstr("EPERM"));
    });
}

} // namespace
} // namespace netio::netns
