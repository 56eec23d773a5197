// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include "isolation.h"
#include "netns/guardian.h"
#include "netns/link.h"
#include "netns/reachability.h"

namespace netio::netns {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LinkSpec devices(const std::string& server, const std::string& client) { return {LinkKind::devices, server, client}; }

/// Two joined devices with everything that is to come back: "first" is up and has an MTU, several addresses, one with a
/// label, one with a peer; "second" is down and has one address.
void make_devices() {
    output_of("ip link add first mtu 1400 type veth peer name second");
    output_of("ip link set first up");
    output_of("ip addr add 10.9.8.7/24 brd + dev first");
    output_of("ip addr add 10.9.8.9/24 dev first label first:more");
    output_of("ip addr add 10.1.1.1 peer 10.1.1.2/32 dev first");
    output_of("ip addr add fd00:9::7/64 dev first nodad");
    output_of("ip addr add 172.16.5.5/16 dev second");
    output_of("ip link add third type veth peer name fourth && ip link set third up && ip link set fourth up");
    output_of("ip addr add 10.3.3.1/24 dev third");
    output_of("ip route add 192.0.2.0/24 via 10.9.8.1 dev first src 10.9.8.9 metric 7");
    output_of("ip route add 10.9.0.0/16 dev first proto static");
    output_of("ip route add 198.51.100.0/24 via 10.9.0.99 dev first onlink table 42");
    output_of("ip route add 203.0.113.0/24 nexthop via 10.9.8.1 dev first weight 3 nexthop via 10.3.3.3 dev third");
    output_of("ip route add unreachable 10.77.0.0/16");
    output_of("ip -6 route add 2001:db8::/32 via fd00:9::1 dev first");
}

/// All that must be as before, in words: name, flags, MTU and addresses of each device, and the routes.
std::string snapshot() {
    std::string text = output_of("ip -o link | sed -E 's/^[0-9]+: //; s/state [A-Z]+ //; s/LOWERLAYERDOWN //' | sort");
    text += output_of("ip -o addr | grep -v fe80 | sed -E 's/^[0-9]+: //; s/tentative//' | sort");
    return text + output_of("for of in -4 -6; do ip $of -o route show table all | grep -v fe80 | grep -v ff00 |"
                            " sed -E 's/ (linkdown|pref medium)//g; s/ +$//' | sort; done");
}

TEST(BorrowedDevices, AreUsedAndGivenBackAsTheyWere) {
    in_isolation([] {
        make_devices();
        const std::string before = snapshot();
        {
            auto link = Link::create(devices("first", "second"), {.mtu = 1300, .ipv6 = false});
            ASSERT_TRUE(link) << link.error().message();
            EXPECT_EQ(link->description(), "dev:first,second (veth), MTU 1300");
            EXPECT_TRUE(check_reachable(link->server_namespace(), link->client_namespace(), link->server_address()));
            EXPECT_EQ(output_of("ip -o link | grep -c -e first -e second || true"), "0\n") << "the devices have left";
        }
        EXPECT_EQ(snapshot(), before);
        EXPECT_TRUE(living_children().empty()) << "the guardian has ended";
    });
}

TEST(BorrowedDevices, CanBeUsedAgainAndWithIpv6) {
    in_isolation([] {
        make_devices();
        const std::string before = snapshot();
        for (int i = 0; i < 3; ++i) {
            auto link = Link::create(devices("second", "first"), {.mtu = 0, .ipv6 = true});
            ASSERT_TRUE(link) << link.error().message();
        }
        EXPECT_EQ(snapshot(), before);
    });
}

TEST(BorrowedDevices, ThatAreNotJoinedAreNamedAndGivenBack) {
    in_isolation([] {
        output_of("ip link add one type veth peer name far-one && ip link set far-one up");
        output_of("ip link add two type veth peer name far-two && ip link set far-two up");
        output_of("ip addr add 10.0.0.1/8 dev two");
        const std::string before = snapshot();
        auto link = Link::create(devices("one", "two"), {});
        ASSERT_FALSE(link);
        EXPECT_THAT(link.error().message(), HasSubstr("cannot reach"));
        EXPECT_THAT(link.error().message(), HasSubstr("connects the two devices"));
        EXPECT_EQ(snapshot(), before);
        EXPECT_TRUE(living_children().empty());
    });
}

TEST(BorrowedDevices, ThatCannotBeTakenAreRefusedAndNothingChanges) {
    in_isolation([] {
        make_devices();
        output_of("ip link add bridge type bridge");
        output_of("ip link add port type veth peer name far-port && ip link set port master bridge");
        output_of("ip link add uplink type veth peer name far-uplink && ip addr add 10.55.0.1/24 dev uplink && ip link "
                  "set uplink up");
        output_of("ip route add default via 10.55.0.2 dev uplink");
        const std::string before = snapshot();
        struct Case {
            LinkSpec spec;
            const char* cause;
            ExitCode code;
        };
        const std::vector<Case> cases{
            {devices("first", "absent"), "no network device \"absent\"", ExitCode::bad_input},
            {devices("a-name-that-is-too-long", "first"), "1 to 15 characters", ExitCode::bad_input},
            {devices("", "first"), "1 to 15 characters", ExitCode::bad_input},
            {devices("first", "first"), "named for both ends", ExitCode::bad_input},
            {devices("first", "port"), "part of bridge", ExitCode::bad_input},
            {devices("uplink", "first"), "default route", ExitCode::bad_input},
            {devices("first", "lo"), "belongs to its namespace", ExitCode::bad_input},
            {devices("first", "bridge"), "cannot leave their namespace", ExitCode::failure},
        };
        for (const Case& bad : cases) {
            auto link = Link::create(bad.spec, {});
            ASSERT_FALSE(link) << bad.cause;
            EXPECT_THAT(link.error().message(), HasSubstr(bad.cause));
            EXPECT_EQ(link.error().exit_code, bad.code) << link.error().message();
            EXPECT_EQ(snapshot(), before) << bad.cause;
        }
        EXPECT_TRUE(living_children().empty());
    });
}

TEST(BorrowedDevices, AreGivenBackWhenTheMtuIsImpossible) {
    in_isolation([] {
        make_devices();
        const std::string before = snapshot();
        auto link = Link::create(devices("first", "second"), {.mtu = 20, .ipv6 = false});
        ASSERT_FALSE(link);
        EXPECT_EQ(link.error().exit_code, ExitCode::bad_input);
        EXPECT_EQ(snapshot(), before);
    });
}

/// May make network namespaces, but not touch the devices of the one that it is in: what a user namespace's root is to
/// the machine's own devices.
TEST(BorrowedDevices, OfAnotherUserNamespaceNeedRoot) {
    in_isolation([] {
        make_devices();
        const std::string before = snapshot();
        const pid_t stranger = in_child([] {
            ASSERT_EQ(setresgid(65534, 65534, 65534), 0);
            ASSERT_EQ(setresuid(65534, 65534, 65534), 0);
            ASSERT_EQ(prctl(PR_SET_DUMPABLE, 1), 0); // else /proc/self belongs to root
            auto gained = gain_network_privileges();
            ASSERT_TRUE(gained) << gained.error().message();
            auto link = Link::create(devices("first", "second"), {});
            ASSERT_FALSE(link);
            EXPECT_THAT(link.error().message(), HasSubstr("run as root"));
        });
        EXPECT_EQ(wait_for(stranger), 0);
        EXPECT_EQ(snapshot(), before);
    });
}

TEST(BorrowedDevices, AreNotGivenBackByAForkedCopy) {
    in_isolation([] {
        make_devices();
        auto link = Link::create(devices("first", "second"), {});
        ASSERT_TRUE(link) << link.error().message();
        const pid_t child = in_child([&] { const Link taken = std::move(*link); });
        EXPECT_EQ(wait_for(child), 0);
        EXPECT_EQ(output_of("ip -o link | grep -c -e first -e second || true"), "0\n");
        EXPECT_TRUE(check_reachable(link->server_namespace(), link->client_namespace(), link->server_address()));
    });
}

/// Starts a guardian whose work is to write into a pipe, and ends it; true if the work was done.
bool works_when(const std::function<void(std::optional<Guardian>&)>& end) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_NONBLOCK), 0);
    auto started = Guardian::start({ends[1]}, [&] { (void)!write(ends[1], "x", 1); });
    EXPECT_TRUE(started) << started.error().message();
    std::optional<Guardian> guardian(std::move(started).value());
    const pid_t holder_of_the_pipe = fork();
    if (holder_of_the_pipe == 0)
        for (;;)
            pause();
    end(guardian);
    char word = 0;
    const bool worked = read(ends[0], &word, 1) == 1;
    kill(holder_of_the_pipe, SIGKILL);
    EXPECT_EQ(wait_for(holder_of_the_pipe), SIGKILL);
    close(ends[0]);
    close(ends[1]);
    return worked;
}

TEST(Guardian, WorksUnlessItIsDismissed) {
    in_isolation([] {
        EXPECT_FALSE(works_when([](auto& guardian) { guardian->dismiss(); }));
        EXPECT_TRUE(works_when([](auto& guardian) { guardian.reset(); }));
    });
}

std::vector<std::string> open_descriptors(pid_t process) {
    std::vector<std::string> targets;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd")) {
        std::string target = std::filesystem::read_symlink(entry.path());
        targets.push_back(target.substr(0, target.find('[')));
    }
    std::sort(targets.begin(), targets.end());
    return targets;
}

TEST(Guardian, HoldsNothingButItsPostAndGivesTheDevicesBack) {
    in_isolation([] {
        make_devices();
        const std::string before = snapshot();
        int ready[2];
        ASSERT_EQ(pipe(ready), 0);
        const pid_t borrower = in_child([&] {
            auto link = Link::create(devices("first", "second"), {.mtu = 1300, .ipv6 = false});
            ASSERT_TRUE(link) << link.error().message();
            // A worker process inherits the pipe to the guardian, and outlives its parent.
            const pid_t worker = fork();
            if (worker != 0) {
                ASSERT_EQ(write(ready[1], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
            }
            for (;;)
                pause();
        });
        pid_t worker = 0;
        ASSERT_EQ(read(ready[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
        std::ifstream list("/proc/" + std::to_string(borrower) + "/task/" + std::to_string(borrower) + "/children");
        pid_t guardian = 0;
        ASSERT_TRUE(list >> guardian);
        ASSERT_TRUE(eventually([&] { return open_descriptors(guardian).size() == 8; }));
        EXPECT_THAT(open_descriptors(guardian), ElementsAre("/dev/null", "/dev/null", "/dev/null", "anon_inode:",
                                                            "net:", "net:", "net:", HasSubstr("socket:")));
        EXPECT_EQ(getsid(guardian), guardian);
        for (const int number : {SIGINT, SIGTERM, SIGHUP})
            EXPECT_EQ(kill(guardian, number), 0);
        EXPECT_EQ(kill(borrower, SIGKILL), 0);
        wait_for(borrower);
        EXPECT_TRUE(eventually([&] {
            const std::vector<pid_t> living = living_children();
            return std::find(living.begin(), living.end(), guardian) == living.end();
        }));
        EXPECT_EQ(snapshot(), before);
        EXPECT_EQ(kill(worker, SIGKILL), 0);
        EXPECT_TRUE(all_children_ended());
    });
}

// A write to a channel without a reader raises SIGPIPE, which would end the run.
TEST(Guardian, MayBeKilledWithoutTakingItsOwnerAlong) {
    EXPECT_EQ(wait_for(in_child([] {
                  auto started = Guardian::start({}, [] {});
                  ASSERT_TRUE(started) << started.error().message();
                  std::ifstream list("/proc/thread-self/children");
                  pid_t guardian = 0;
                  ASSERT_TRUE(list >> guardian);
                  ASSERT_EQ(kill(guardian, SIGKILL), 0);
                  siginfo_t ended{};
                  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(guardian), &ended, WEXITED | WNOWAIT), 0);
                  started->dismiss();
              })),
              0);
}

} // namespace
} // namespace netio::netns
