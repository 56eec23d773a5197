// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/clock.h"
#include "exchange.h"

namespace netio::tracer {
namespace {

double sum_of(const PathFigures& figures) { return figures.exclusive_ns.value + figures.preempted_ns.value; }

TEST(Waiting, OfTheReceiverIsWhatTheSenderSlept) {
    Session session = open_session();
    ASSERT_TRUE(session.begin(false).ok());
    ExchangeOptions options;
    options.messages = 10;
    options.message_bytes = 100;
    std::uint64_t slept_ns = 0;
    options.before_send = [&](int) {
        // Time for the receiver to take what there is and block; what it takes is not counted.
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        const std::uint64_t before = monotonic_ns();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        slept_ns += monotonic_ns() - before;
    };
    const ExchangeCounts counts = exchange(session, options);
    auto result = session.end(counts.sender.calls.send_bytes);
    ASSERT_TRUE(result.ok());

    const PathFigures& wait = figures_of(*result, Role::receiver, Path::wait_recv);
    const PathFigures& recv = figures_of(*result, Role::receiver, Path::recv_syscall);
    EXPECT_EQ(wait.time_ns.quality, Quality::exact);
    EXPECT_GE(wait.calls.value, 10.0);
    // What was asleep in the kernel is inside the call, and the call inside what user space saw of it.
    EXPECT_LE(wait.time_ns.value, recv.time_ns.value);
    EXPECT_LE(recv.time_ns.value, static_cast<double>(counts.receiver.blocked_ns));
    EXPECT_GE(wait.time_ns.value, static_cast<double>(slept_ns) / 2);
    EXPECT_EQ(sum_of(recv) + wait.time_ns.value, recv.time_ns.value);
    EXPECT_EQ(figures_of(*result, Role::sender, Path::wait_send).calls.value, 0.0);
    EXPECT_EQ(lost_in(*result), "");
}

TEST(Waiting, OfTheSenderIsSeenWhenItsBufferIsFull) {
    Session session = open_session();
    ASSERT_TRUE(session.begin(false).ok());
    ExchangeOptions options;
    options.messages = 4;
    options.message_bytes = 1 << 18;
    options.send_buffer = 16384;
    options.receiver_pause_ms = 20;
    const ExchangeCounts counts = exchange(session, options);
    auto result = session.end(counts.sender.calls.send_bytes);
    ASSERT_TRUE(result.ok());
    const PathFigures& wait = figures_of(*result, Role::sender, Path::wait_send);
    const PathFigures& send = figures_of(*result, Role::sender, Path::send_syscall);
    EXPECT_GT(wait.calls.value, 0.0);
    EXPECT_GT(wait.time_ns.value, 0.0);
    EXPECT_EQ(sum_of(send) + wait.time_ns.value, send.time_ns.value);
    ASSERT_TRUE(send.histogram.has_value());
    EXPECT_EQ(send.histogram->count(), counts.sender.calls.send_calls);
    EXPECT_EQ(send.histogram->sum(), static_cast<std::uint64_t>(send.time_ns.value));
}

} // namespace
} // namespace netio::tracer
