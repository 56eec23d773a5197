// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "isolation.h"
#include "netns/link.h"
#include "netns/reachability.h"

namespace netio::netns {
namespace {

using testing::HasSubstr;

constexpr uid_t nobody = 65534;

/// What a program is that nobody started: no capabilities, and its files in /proc its own.
void become_nobody() {
    ASSERT_EQ(setresgid(nobody, nobody, nobody), 0);
    ASSERT_EQ(setresuid(nobody, nobody, nobody), 0);
    ASSERT_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
}

void drop_capabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const __user_cap_data_struct none[2]{};
    ASSERT_EQ(syscall(SYS_capset, &header, none), 0);
}

TEST(Unprivileged, GainsWhatVethAndLoopbackNeed) {
    in_isolation([] {
        become_nobody();
        ASSERT_FALSE(Link::create({LinkKind::veth, {}, {}}, {})) << "this test must start without privileges";
        auto gained = gain_network_privileges();
        ASSERT_TRUE(gained) << gained.error().message();
        EXPECT_EQ(geteuid(), 0U);
        for (const LinkKind kind : {LinkKind::veth, LinkKind::loopback}) {
            for (const bool ipv6 : {false, true}) {
                auto link = Link::create({kind, {}, {}}, {.mtu = 2000, .ipv6 = ipv6});
                ASSERT_TRUE(link) << link.error().message();
                EXPECT_TRUE(
                    check_reachable(link->server_namespace(), link->client_namespace(), link->server_address()));
            }
        }
    });
}

TEST(Unprivileged, BorrowsDevicesOfItsOwnNamespace) {
    in_isolation([] {
        become_nobody();
        ASSERT_TRUE(gain_network_privileges());
        ASSERT_EQ(unshare(CLONE_NEWNET), 0);
        output_of("ip link add first type veth peer name second && ip addr add 10.0.0.1/24 dev first");
        {
            auto link = Link::create({LinkKind::devices, "first", "second"}, {});
            ASSERT_TRUE(link) << link.error().message();
        }
        EXPECT_THAT(output_of("ip -o addr"), HasSubstr("10.0.0.1/24"));
    });
}

TEST(Unprivileged, RootStaysWhereItIs) {
    in_isolation([] {
        const std::string before = output_of("readlink /proc/self/ns/user");
        ASSERT_TRUE(gain_network_privileges());
        EXPECT_EQ(output_of("readlink /proc/self/ns/user"), before);
    });
}

TEST(Unprivileged, ALimitOfZeroIsNamed) {
    in_isolation([] {
        become_nobody();
        ASSERT_TRUE(gain_network_privileges());
        std::ofstream limit("/proc/sys/user/max_user_namespaces"); // of this user namespace, not the machine's
        limit << 0 << std::flush;
        ASSERT_TRUE(limit.good());
        drop_capabilities();
        auto gained = gain_network_privileges();
        ASSERT_FALSE(gained);
        EXPECT_THAT(gained.error().message(), HasSubstr("user.max_user_namespaces is 0"));
    });
}

TEST(Unprivileged, ASecondThreadIsNamed) {
    in_isolation([] {
        become_nobody();
        std::mutex mutex;
        std::condition_variable over;
        bool done = false;
        std::thread other([&] {
            std::unique_lock lock(mutex);
            over.wait(lock, [&] { return done; });
        });
        auto gained = gain_network_privileges();
        {
            const std::lock_guard lock(mutex);
            done = true;
        }
        over.notify_one();
        other.join();
        ASSERT_FALSE(gained);
        EXPECT_THAT(gained.error().message(), HasSubstr("more than one thread"));
    });
}

} // namespace
} // namespace netio::netns
