// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Some kernels do not tell of every context switch (docs/method.md, "Losses"). Here the program that would hear of them
 * is taken away while the receiver waits, so that its coming back is not seen. */
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/clock.h"
#include "exchange.h"
#include "own_bpf_objects.h"

namespace netio::tracer {
namespace {

struct Unseen {
    Result<Trace> result;
    ExchangeCounts counts;
    std::uint64_t slept_ns = 0; ///< in which the receiver waited, until its coming back was not seen
};

/// The receiver waits for each message, and comes back unseen with the one that `seen` others went before.
Unseen exchange_with_unseen_switch(unsigned seen) {
    Session session = open_session();
    EXPECT_TRUE(session.begin(false).ok());
    unsigned message = 0;
    std::uint64_t slept_ns = 0;
    ExchangeOptions options;
    options.messages = seen + 1;
    options.message_bytes = 100;
    options.before_send = [&](int) {
        // Time for the receiver to take what there is and block; what it takes is not counted. The wait whose end is
        // not seen is longer than all others together, so that without it the sum is too small.
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        const std::uint64_t before = monotonic_ns();
        std::this_thread::sleep_for(std::chrono::milliseconds(message == seen ? 400 : 20));
        slept_ns += monotonic_ns() - before;
        if (message++ == seen) {
            EXPECT_EQ(detach_own_programs("_sched_swit"), 1U);
        }
    };
    const ExchangeCounts counts = exchange(session, options);
    return {session.end(counts.sender.calls.send_bytes), counts, slept_ns};
}

void expect_whole_waits(const Unseen& run) {
    const PathFigures& wait = figures_of(*run.result, Role::receiver, Path::wait_recv);
    const PathFigures& recv = figures_of(*run.result, Role::receiver, Path::recv_syscall);
    EXPECT_GE(wait.calls.value, static_cast<double>(run.counts.receiver.calls.recv_calls - 1)) << "all but the last";
    EXPECT_GE(wait.time_ns.value, 0.9 * static_cast<double>(run.slept_ns));
    EXPECT_LE(wait.time_ns.value, recv.time_ns.value);
    EXPECT_EQ(recv.exclusive_ns.value + recv.preempted_ns.value + wait.time_ns.value, recv.time_ns.value);
    EXPECT_EQ(lost_in(*run.result), "");
}

TEST(UnseenSwitch, EndsAWaitByTheSchedulersBook) {
    const Unseen run = exchange_with_unseen_switch(3);
    ASSERT_TRUE(run.result.ok());
    expect_whole_waits(run);
    EXPECT_EQ(lost_of(*run.result, "missed_switches"), 0U) << "the three before told how the two clocks differ";
}

TEST(UnseenSwitch, IsALossWhereTheSchedulersClockIsNotKnown) {
    const Unseen run = exchange_with_unseen_switch(0);
    ASSERT_TRUE(run.result.ok());
    expect_whole_waits(run);
    EXPECT_EQ(lost_of(*run.result, "missed_switches"), 1U);
}

} // namespace
} // namespace netio::tracer
