// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/start_and_stop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace netio::workload {
namespace {

TEST(StartBarrier, OpensOnceForAllAtOneMoment) {
    constexpr unsigned threads = 8;
    std::atomic<int> opened = 0;
    std::atomic<unsigned> arrived = 0;
    std::atomic<unsigned> arrived_at_opening = 0;
    StartBarrier barrier(threads, [&] {
        ++opened;
        arrived_at_opening = arrived.load();
    });
    std::vector<std::optional<std::uint64_t>> moments(threads);
    {
        std::vector<std::jthread> workers;
        for (unsigned i = 0; i < threads; ++i)
            workers.emplace_back([&, i] {
                ++arrived;
                moments[i] = barrier.arrive_and_wait();
            });
    }
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(arrived_at_opening, threads);
    for (const auto& moment : moments) {
        ASSERT_TRUE(moment.has_value());
        EXPECT_EQ(moment, barrier.opened_at());
    }
}

TEST(StartBarrier, BreakingItUpSendsEverybodyAway) {
    StartBarrier barrier(3, [] { FAIL() << "opened"; });
    std::vector<std::optional<std::uint64_t>> moments(2, 1);
    {
        std::vector<std::jthread> workers;
        for (auto& moment : moments)
            workers.emplace_back([&] { moment = barrier.arrive_and_wait(); });
        barrier.break_up();
    }
    EXPECT_FALSE(moments[0].has_value());
    EXPECT_FALSE(moments[1].has_value());
    EXPECT_FALSE(barrier.arrive_and_wait().has_value()) << "the last one comes too late";
    EXPECT_FALSE(barrier.opened_at().has_value());
}

TEST(StartBarrier, BreakingItUpAfterItOpenedChangesNothing) {
    StartBarrier barrier(1, [] {});
    EXPECT_TRUE(barrier.arrive_and_wait().has_value());
    barrier.break_up();
    EXPECT_TRUE(barrier.opened_at().has_value());
}

} // namespace
} // namespace netio::workload
