// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Whose figures something is: tasks that are added, inherited and freed, and the sockets that packets are for.
#include <gtest/gtest.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "exchange.h"
#include "netio_abi.h"

namespace netio::tracer {
namespace {

Session session_of(std::vector<Subject> subjects, unsigned sample_frequency = 0) {
    SessionOptions options;
    options.subjects = std::move(subjects);
    return open_session(sample_frequency, std::move(options));
}

Trace ended(Session& session) {
    auto trace = session.end(1);
    if (!trace)
        throw std::runtime_error(trace.error().message());
    return std::move(trace).value();
}

void add(Session& session, std::uint32_t subject) {
    if (auto added = session.add_this_task(subject); !added)
        throw std::runtime_error(added.error().message());
}

/// In a thread of its own, so that the calling one is not traced. Its exceptions are passed on.
template <typename Work>
auto in_thread(Work work) {
    return std::async(std::launch::async, std::move(work)).get();
}

TEST(Subjects, OwnTheThreadsThatTheirThreadsCreate) {
    Session session = session_of({{"everything", {}, {}}, {"nothing", {}, {}}});
    ASSERT_TRUE(session.begin(false).ok());
    const ExchangeCounts counts = in_thread([&] {
        add(session, 0);
        ExchangeOptions options;
        options.register_threads = false;
        return exchange(session, options);
    });
    const Trace trace = ended(session);
    EXPECT_EQ(trace.subjects[0].calls.send_bytes, counts.sender.calls.send_bytes);
    EXPECT_EQ(trace.subjects[0].calls.send_calls, counts.sender.calls.send_calls);
    EXPECT_EQ(trace.subjects[0].calls.recv_calls, counts.receiver.calls.recv_calls);
    EXPECT_EQ(trace.subjects[1].calls, CallTotals{});
    EXPECT_EQ(lost_in(trace), "");
}

TEST(Subjects, OwnTheProcessesThatTheirThreadsFork) {
    Session session = session_of({{"one", {}, {}}});
    ASSERT_TRUE(session.begin(false).ok());
    const int status = in_thread([&] {
        add(session, 0);
        const pid_t child = fork();
        if (child == 0) {
            ExchangeOptions options;
            options.register_threads = false;
            options.messages = 50;
            exchange(session, options);
            _exit(0);
        }
        int result = -1;
        waitpid(child, &result, 0);
        return result;
    });
    ASSERT_EQ(status, 0);
    const Trace trace = ended(session);
    EXPECT_EQ(trace.subjects[0].calls.send_calls, 50U);
    EXPECT_EQ(trace.subjects[0].calls.recv_bytes, 50U * 4096);
}

/// More than the table has room for, one after the other. The kernel frees a task after a grace period, which
/// membarrier(2) waits for.
TEST(Subjects, GiveTheirThreadsPlacesBackWhenTheyEnd) {
    constexpr unsigned batch = 2000;
    Session session = session_of({{"one", {}, {}}});
    ASSERT_TRUE(session.begin(false).ok());
    in_thread([&] {
        add(session, 0);
        for (unsigned created = 0; created < 2 * NETIO_THREADS; created += batch) {
            for (unsigned i = 0; i < batch; ++i)
                std::thread([] {}).join();
            require(syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) == 0, "membarrier");
        }
    });
    EXPECT_EQ(lost_of(ended(session), "thread_table_full"), 0U);
}

TEST(Subjects, AreAsManyAsTheSessionWasOpenedFor) {
    Session session = session_of({{"sender", {}, {}}, {"first", {}, {}}, {"second", {}, {}}});
    ASSERT_TRUE(session.begin(false).ok());
    ExchangeOptions options;
    options.messages = 30;
    exchange(session, options);
    options.receiver = 2;
    options.messages = 70;
    exchange(session, options);
    const Trace trace = ended(session);
    ASSERT_EQ(trace.subjects.size(), 3U);
    EXPECT_EQ(trace.subjects[2].subject.name, "second");
    EXPECT_EQ(trace.subjects[0].calls.send_bytes, 100U * 4096);
    EXPECT_EQ(trace.subjects[0].path(Path::copy_in).bytes.value, 100.0 * 4096);
    EXPECT_EQ(trace.subjects[1].path(Path::copy_out).bytes.value, 30.0 * 4096);
    EXPECT_EQ(trace.subjects[2].path(Path::copy_out).bytes.value, 70.0 * 4096);
    EXPECT_EQ(lost_in(trace), "");
}

/// A thread knows its id in its own PID namespace only; that one is another thread's, or nobody's, in the initial one.
TEST(Subjects, OwnThreadsInAPidNamespaceBelow) {
    Session session = session_of({{"sender", {}, {}}, {"receiver", {}, {}}});
    ASSERT_TRUE(session.begin(false).ok());
    const pid_t parent = fork();
    ASSERT_GE(parent, 0);
    if (parent == 0) {
        if (unshare(CLONE_NEWPID) != 0)
            _exit(2);
        const pid_t child = fork();
        if (child == 0) {
            exchange(session, {});
            _exit(getpid() == 1 ? 0 : 3);
        }
        int status = -1;
        waitpid(child, &status, 0);
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 4);
    }
    int status = -1;
    ASSERT_EQ(waitpid(parent, &status, 0), parent);
    ASSERT_EQ(status, 0);
    const Trace trace = ended(session);
    EXPECT_EQ(trace.subjects[0].calls.send_calls, 100U);
    EXPECT_EQ(trace.subjects[1].calls.recv_bytes, 100U * 4096);
}

struct Delivery {
    const char* name;
    LinkKind link;
    bool ipv6;
    bool with_peers; ///< then who receives is known from the sending socket, where the packet has it
};

class Softirqs : public testing::TestWithParam<Delivery> {};

/// Loopback's packets have lost their socket when they are received, and without peers those over veth are looked up
/// likewise. Two connections, so that each flow is its own socket's.
TEST_P(Softirqs, AreForTheSocketThatReceives) {
    const std::optional<std::uint32_t> none;
    const auto peer = [&](std::uint32_t number) { return GetParam().with_peers ? std::optional(number) : none; };
    Session session = session_of({{"sender", {}, peer(1)}, {"first", {}, peer(0)}, {"second", {}, peer(0)}}, 4999);
    ASSERT_TRUE(session.begin(false).ok());
    ExchangeOptions options;
    options.link = GetParam().link;
    options.ipv6 = GetParam().ipv6;
    options.messages = 3000;
    options.message_bytes = 262144;
    session.start_sampling();
    exchange(session, options);
    if (!GetParam().with_peers) {
        options.receiver = 2;
        exchange(session, options);
    }
    session.stop_sampling();
    const Trace trace = ended(session);
    const auto softirqs_of = [&](std::size_t subject) {
        const CpuProfile& cpu = trace.subjects[subject].cpu;
        return cpu.softirq.value * static_cast<double>(cpu.samples);
    };
    EXPECT_GT(softirqs_of(1), 10.0);
    if (!GetParam().with_peers) {
        EXPECT_GT(softirqs_of(2), 10.0);
    }
    EXPECT_LT(static_cast<double>(trace.samples->unattributed_softirq), softirqs_of(1) / 10);
}

INSTANTIATE_TEST_SUITE_P(Links, Softirqs,
                         testing::Values(Delivery{"loopback", LinkKind::loopback, false, true},
                                         Delivery{"loopback_without_peers", LinkKind::loopback, false, false},
                                         Delivery{"loopback_ipv6", LinkKind::loopback, true, false},
                                         Delivery{"veth", LinkKind::veth, false, true},
                                         Delivery{"veth_without_peers", LinkKind::veth, false, false}),
                         [](const auto& info) { return std::string(info.param.name); });

} // namespace
} // namespace netio::tracer
