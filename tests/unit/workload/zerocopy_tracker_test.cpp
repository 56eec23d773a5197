// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/zerocopy_tracker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

namespace netio::workload {
namespace {

using Outcome = ZerocopyTracker::Outcome;

ZerocopyTracker with_sends(unsigned sends, std::uint64_t first_id = 0) {
    ZerocopyTracker tracker(first_id);
    for (unsigned i = 0; i < sends; ++i)
        tracker.add_send();
    return tracker;
}

TEST(ZerocopyTracker, NumbersSendsFromZero) {
    ZerocopyTracker tracker;
    EXPECT_EQ(tracker.next_id(), 0U);
    EXPECT_EQ(tracker.add_send(), 0U);
    EXPECT_EQ(tracker.add_send(), 1U);
    EXPECT_EQ(tracker.next_id(), 2U);
    EXPECT_EQ(tracker.outstanding(), 2U);
    EXPECT_FALSE(tracker.is_complete(0, 1));
}

TEST(ZerocopyTracker, AnEmptyRangeIsComplete) { EXPECT_TRUE(ZerocopyTracker().is_complete(0, 0)); }

TEST(ZerocopyTracker, AReportCompletesItsRangeOnly) {
    ZerocopyTracker tracker = with_sends(5);
    EXPECT_EQ(tracker.complete(0, 2, false), Outcome::accepted);
    EXPECT_TRUE(tracker.is_complete(0, 3));
    EXPECT_FALSE(tracker.is_complete(0, 4));
    EXPECT_FALSE(tracker.is_complete(3, 4));
    EXPECT_EQ(tracker.outstanding(), 2U);
    EXPECT_EQ(tracker.totals().completions, 3U);
    EXPECT_EQ(tracker.totals().notifications, 1U);
    EXPECT_EQ(tracker.totals().copied, 0U);
}

TEST(ZerocopyTracker, ReportsMayComeOutOfOrder) {
    ZerocopyTracker tracker = with_sends(6);
    EXPECT_EQ(tracker.complete(4, 4, true), Outcome::accepted);
    EXPECT_EQ(tracker.complete(2, 3, false), Outcome::accepted);
    EXPECT_TRUE(tracker.is_complete(2, 5));
    EXPECT_FALSE(tracker.is_complete(1, 5));
    EXPECT_EQ(tracker.complete(0, 1, false), Outcome::accepted);
    EXPECT_TRUE(tracker.is_complete(0, 5));
    EXPECT_FALSE(tracker.is_complete(5, 6));
    EXPECT_EQ(tracker.totals().copied, 1U);
    EXPECT_EQ(tracker.outstanding(), 1U);
}

TEST(ZerocopyTracker, CountsTheCopiedSendsOfAMergedReport) {
    ZerocopyTracker tracker = with_sends(10);
    EXPECT_EQ(tracker.complete(0, 9, true), Outcome::accepted);
    EXPECT_EQ(tracker.totals().copied, 10U);
    EXPECT_EQ(tracker.totals().notifications, 1U);
}

TEST(ZerocopyTracker, IdsWrapAroundAfter32Bits) {
    const std::uint64_t first = (std::uint64_t{1} << 32) - 3;
    ZerocopyTracker tracker = with_sends(6, first);
    EXPECT_EQ(tracker.complete(0xfffffffeU, 1, true), Outcome::accepted); // four sends, two on each side
    EXPECT_EQ(tracker.totals().completions, 4U);
    EXPECT_FALSE(tracker.is_complete(first, first + 1));
    EXPECT_TRUE(tracker.is_complete(first + 1, first + 5));
    EXPECT_EQ(tracker.complete(0xfffffffdU, 0xfffffffdU, false), Outcome::accepted);
    EXPECT_TRUE(tracker.is_complete(first, first + 5));
    EXPECT_EQ(tracker.complete(2, 2, false), Outcome::accepted);
    EXPECT_EQ(tracker.outstanding(), 0U);
}

TEST(ZerocopyTracker, ADuplicateIsReportedAndCountedOnce) {
    ZerocopyTracker tracker = with_sends(4);
    EXPECT_EQ(tracker.complete(2, 2, false), Outcome::accepted);
    EXPECT_EQ(tracker.complete(2, 2, false), Outcome::duplicate); // in the window
    EXPECT_EQ(tracker.complete(0, 1, false), Outcome::accepted);
    EXPECT_EQ(tracker.complete(0, 0, false), Outcome::duplicate); // below it
    EXPECT_EQ(tracker.complete(2, 3, true), Outcome::duplicate);  // half new
    EXPECT_EQ(tracker.totals().completions, 4U);
    EXPECT_EQ(tracker.totals().copied, 1U);
    EXPECT_EQ(tracker.outstanding(), 0U);
}

TEST(ZerocopyTracker, ARangeOfSendsThatWereNeverMadeChangesNothing) {
    ZerocopyTracker tracker = with_sends(3);
    EXPECT_EQ(tracker.complete(3, 3, true), Outcome::unknown);
    EXPECT_EQ(tracker.complete(1, 3, true), Outcome::unknown);
    EXPECT_EQ(tracker.complete(5, 4, true), Outcome::unknown); // 2^32 sends
    EXPECT_EQ(tracker.totals().completions, 0U);
    EXPECT_EQ(tracker.totals().notifications, 0U);
    EXPECT_FALSE(tracker.is_complete(1, 2));
}

TEST(ZerocopyTracker, IsFullAtItsCapacityUntilTheOldestIsComplete) {
    ZerocopyTracker tracker = with_sends(ZerocopyTracker::capacity);
    EXPECT_TRUE(tracker.full());
    EXPECT_EQ(tracker.complete(1, ZerocopyTracker::capacity - 1, false), Outcome::accepted);
    EXPECT_TRUE(tracker.full());
    EXPECT_EQ(tracker.complete(0, 0, false), Outcome::accepted);
    EXPECT_FALSE(tracker.full());
    EXPECT_EQ(tracker.outstanding(), 0U);
    EXPECT_EQ(tracker.totals().deepest_outstanding, ZerocopyTracker::capacity);
}

TEST(ZerocopyTracker, RemembersTheDeepest) {
    ZerocopyTracker tracker = with_sends(3);
    tracker.complete(0, 2, false);
    tracker.add_send();
    EXPECT_EQ(tracker.totals().deepest_outstanding, 3U);
    EXPECT_EQ(tracker.outstanding(), 1U);
}

TEST(ZerocopyTracker, AgreesWithAPlainListOverManyRandomReports) {
    std::mt19937 random(20260101);
    const std::uint64_t first = (std::uint64_t{1} << 32) - 5000;
    ZerocopyTracker tracker(first);
    std::vector<bool> complete; // by id - first
    std::vector<std::pair<std::uint64_t, std::uint64_t>> unreported;
    for (int step = 0; step < 20'000; ++step) {
        if (!tracker.full() && random() % 2 == 0) {
            const std::uint64_t begin = tracker.next_id();
            const unsigned length = 1 + random() % 4;
            for (unsigned i = 0; i < length && !tracker.full(); ++i) {
                tracker.add_send();
                complete.push_back(false);
            }
            unreported.emplace_back(begin, tracker.next_id());
        } else if (!unreported.empty()) {
            const std::size_t chosen = random() % std::min<std::size_t>(unreported.size(), 9);
            const auto [begin, end] = unreported[chosen];
            unreported.erase(unreported.begin() + static_cast<std::ptrdiff_t>(chosen));
            ASSERT_EQ(tracker.complete(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - 1), false),
                      Outcome::accepted);
            std::fill(complete.begin() + static_cast<std::ptrdiff_t>(begin - first),
                      complete.begin() + static_cast<std::ptrdiff_t>(end - first), true);
        }
        if (!complete.empty()) {
            const std::uint64_t id = random() % complete.size();
            ASSERT_EQ(tracker.is_complete(first + id, first + id + 1), complete[id]) << "step " << step;
        }
    }
    const auto done = static_cast<std::uint64_t>(std::count(complete.begin(), complete.end(), true));
    EXPECT_EQ(tracker.totals().completions, done);
    EXPECT_EQ(tracker.outstanding(), complete.size() - done);
    EXPECT_GT(complete.size(), 5000U) << "the wrap-around was not reached";
}

} // namespace
} // namespace netio::workload
