// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/task_table.h"

#include <gtest/gtest.h>

#include <barrier>
#include <set>
#include <thread>
#include <vector>

namespace netio::tracer {
namespace {

class Tasks : public testing::Test {
  protected:
    static constexpr std::size_t places = 64;

    const netio_thread& entry_of(std::uint32_t tid) { return threads_.at(index_.at(tid) - 1U); }

    std::vector<netio_thread> threads_{places};
    std::vector<std::uint16_t> index_ = std::vector<std::uint16_t>(1000);
    std::uint32_t next_ = 0;
    __u64 lost_ = 0;
    TaskTable table_{threads_, index_, next_, lost_, false};
};

TEST_F(Tasks, AreFoundByTheirIds) {
    ASSERT_TRUE(table_.add(7, 3).ok());
    EXPECT_EQ(entry_of(7).tid, 7U);
    EXPECT_EQ(entry_of(7).subject, 3U);
    EXPECT_EQ(entry_of(7).first_bank, NETIO_BANK_INDEX(3, 0));
    EXPECT_EQ(entry_of(7).fd, NETIO_NO_DESCRIPTOR);
    EXPECT_EQ(index_[8], 0U);
}

TEST_F(Tasks, KeepTheirPlaceWhenTheyAreAddedAgain) {
    ASSERT_TRUE(table_.add(7, 0).ok());
    const std::uint16_t place = index_[7];
    threads_[place - 1U].frames.innermost = 1;
    ASSERT_TRUE(table_.add(7, 1).ok());
    EXPECT_EQ(index_[7], place);
    EXPECT_EQ(entry_of(7).subject, 1U);
    EXPECT_EQ(entry_of(7).frames.innermost, 0U) << "in no call";
}

TEST_F(Tasks, TakePlacesThatWereGivenBackAndAreCountedWhereThereIsNone) {
    for (std::uint32_t tid = 1; tid <= places; ++tid)
        ASSERT_TRUE(table_.add(tid, 0).ok()) << tid;
    EXPECT_FALSE(table_.add(900, 0).ok());
    EXPECT_EQ(lost_, 1U);
    EXPECT_EQ(index_[900], 0U);
    threads_[index_[5] - 1U].tid = 0; // as the programs do when a task is freed
    index_[5] = 0;
    ASSERT_TRUE(table_.add(900, 0).ok());
    EXPECT_EQ(entry_of(900).tid, 900U);
    EXPECT_FALSE(table_.add(901, 0).ok());
}

TEST_F(Tasks, HaveIdsThatThereCanBe) {
    EXPECT_FALSE(table_.add(0, 0).ok());
    EXPECT_FALSE(table_.add(1000, 0).ok());
    EXPECT_EQ(lost_, 0U);
}

TEST_F(Tasks, TakeTheSlowPathWhereAllDo) {
    TaskTable with_timeline(threads_, index_, next_, lost_, true);
    ASSERT_TRUE(with_timeline.add(7, 0).ok());
    EXPECT_NE(entry_of(7).slow_path, 0U);
}

TEST_F(Tasks, AreForgottenTogether) {
    ASSERT_TRUE(table_.add(7, 0).ok());
    ASSERT_TRUE(table_.add(999, 0).ok());
    table_.clear();
    EXPECT_EQ(std::set<std::uint16_t>(index_.begin(), index_.end()), std::set<std::uint16_t>{0});
    for (const netio_thread& thread : threads_)
        EXPECT_EQ(thread.tid, 0U);
}

/// As worker threads of two processes do.
TEST(TasksAtOnce, HaveAPlaceEach) {
    constexpr std::uint32_t adders = 4;
    constexpr std::uint32_t each = 2000;
    std::vector<netio_thread> threads(adders * each);
    std::vector<std::uint16_t> index(1 + adders * each);
    std::uint32_t next = 0;
    __u64 lost = 0;
    TaskTable table(threads, index, next, lost, false);
    std::barrier start(adders);
    std::vector<std::thread> running;
    for (std::uint32_t adder = 0; adder < adders; ++adder)
        running.emplace_back([&, adder] {
            start.arrive_and_wait();
            for (std::uint32_t i = 0; i < each; ++i)
                EXPECT_TRUE(table.add(1 + adder * each + i, adder).ok());
        });
    for (std::thread& thread : running)
        thread.join();
    for (std::uint32_t tid = 1; tid < index.size(); ++tid)
        ASSERT_EQ(threads.at(index[tid] - 1U).tid, tid);
    EXPECT_EQ(lost, 0U);
}

} // namespace
} // namespace netio::tracer
