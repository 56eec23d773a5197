// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "isolation.h"
#include "netns/link.h"

namespace netio::netns {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 20;

/// What the machine would show of a leak. The network and mount namespaces are the test's own, so nobody else's doings
/// are in it.
std::string machine() {
    return output_of("ip -o link | sed -E 's/state [A-Z]+ //; s/LOWERLAYERDOWN //'") +
           output_of("ip -o addr | grep -v fe80 | sed 's/tentative//'") + output_of("ip netns") +
           output_of("cat /proc/self/mountinfo");
}

/// Creates and destroys `spec` for ever in a child, and kills the child at a moment drawn evenly from what one such
/// round takes, and then some.
void kill_at_random_moments(const LinkSpec& spec) {
    const std::string before = machine();
    std::mt19937 random(20'240'229);
    std::uniform_int_distribution<int> moment_us(0, 60'000);
    for (int round = 0; round < rounds; ++round) {
        const pid_t child = in_child([&] {
            for (;;) {
                auto link = Link::create(spec, {});
                ASSERT_TRUE(link) << link.error().message();
            }
        });
        std::this_thread::sleep_for(std::chrono::microseconds(moment_us(random)));
        ASSERT_EQ(kill(child, SIGKILL), 0);
        const int status = wait_for(child);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself, in round " << round;
        ASSERT_TRUE(all_children_ended()) << "a process was left behind, in round " << round;
        ASSERT_EQ(machine(), before) << "round " << round;
    }
}

/// Network namespaces count against the user namespace in which they are made until they are wholly gone
/// (dec_net_namespaces() at the end of cleanup_net(), net/core/net_namespace.c). So a limit turns namespaces that
/// nobody can see into an error that everybody can.
void limit_network_namespaces(int maximum) {
    ASSERT_EQ(unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS), 0);
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 0 1";
    std::ofstream("/proc/self/gid_map") << "0 0 1";
    std::ofstream limit("/proc/sys/user/max_net_namespaces");
    limit << maximum << std::flush;
    ASSERT_TRUE(limit.good());
}

/// Sends as fast as it can from server to client, which reads now and then.
void send_for_ever(const Link& link) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(8080);
    ASSERT_EQ(inet_pton(AF_INET, link.server_address().c_str(), &where.sin_addr), 1);
    const auto* address = reinterpret_cast<const sockaddr*>(&where);
    ASSERT_TRUE(link.server_namespace().enter());
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(bind(listener, address, sizeof where), 0);
    ASSERT_EQ(listen(listener, 1), 0);
    ASSERT_TRUE(link.client_namespace().enter());
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(connect(client, address, sizeof where), 0);
    const int server = accept(listener, nullptr, nullptr);
    std::vector<char> bytes(1 << 20);
    for (;;) {
        (void)send(server, bytes.data(), bytes.size(), MSG_DONTWAIT);
        (void)recv(client, bytes.data(), bytes.size() / 16, MSG_DONTWAIT);
    }
}

TEST(Kill, LeavesNoTraceOfAVethLink) {
    in_isolation([] { kill_at_random_moments({LinkKind::veth, {}, {}}); });
}

TEST(Kill, LeavesNoTraceOfALoopbackLink) {
    in_isolation([] { kill_at_random_moments({LinkKind::loopback, {}, {}}); });
}

/// Succeeds only if no namespace but the caller's is left. A failed attempt leaves namespaces that are themselves being
/// cleaned up, so the pause between attempts grows.
bool can_make_a_link() {
    for (auto pause = 20ms; pause < 10s; pause *= 2) {
        if (Link::create({LinkKind::veth, {}, {}}, {}))
            return true;
        std::this_thread::sleep_for(pause);
    }
    return false;
}

void kill_and_count_namespaces(const std::function<void()>& endless) {
    constexpr int own = 1;
    constexpr int link = 2;
    limit_network_namespaces(own + link);
    if (testing::Test::HasFatalFailure())
        return;
    std::mt19937 random(1);
    std::uniform_int_distribution<int> moment_us(0, 60'000);
    for (int round = 0; round < rounds; ++round) {
        ASSERT_TRUE(can_make_a_link()) << "a namespace was left behind, before round " << round;
        const pid_t child = in_child(endless);
        std::this_thread::sleep_for(std::chrono::microseconds(moment_us(random)));
        ASSERT_EQ(kill(child, SIGKILL), 0);
        wait_for(child);
        ASSERT_TRUE(all_children_ended());
    }
    ASSERT_TRUE(can_make_a_link()) << "a namespace was left behind at the end";
}

TEST(Kill, LeavesNoNamespaceBehind) {
    in_isolation([] {
        kill_and_count_namespaces([] {
            for (;;)
                (void)Link::create({LinkKind::veth, {}, {}}, {}).ok();
        });
    });
}

/// A socket holds its namespace, and one with data in flight outlives its process.
TEST(Kill, LeavesNoNamespaceBehindWhenDataIsInFlight) {
    in_isolation([] {
        kill_and_count_namespaces([] {
            std::optional<Result<Link>> link;
            do
                link.emplace(Link::create({LinkKind::veth, {}, {}}, {}));
            while (!link->ok());
            send_for_ever(**link);
        });
    });
}

TEST(Kill, GivesBorrowedDevicesBack) {
    in_isolation([] {
        output_of("ip link add first mtu 1400 type veth peer name second");
        output_of("ip addr add 10.9.8.7/24 brd + dev first && ip addr add fd00:9::7/64 dev first nodad");
        output_of("ip addr add 10.9.8.8/24 dev second && ip link set first up && ip link set second up");
        kill_at_random_moments({LinkKind::devices, "first", "second"});
    });
}

} // namespace
} // namespace netio::netns
