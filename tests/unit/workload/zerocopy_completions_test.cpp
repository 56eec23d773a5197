// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/zerocopy_completions.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <time.h>

#include <linux/errqueue.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

namespace netio::workload {
namespace {

/// Control messages as the kernel lays them out: a report, then the address of the offender.
class ErrorReport {
  public:
    ErrorReport(int level, int type, const sock_extended_err& report) {
        message_.msg_control = control_.data();
        message_.msg_controllen = CMSG_SPACE(sizeof(Payload));
        cmsghdr* control = CMSG_FIRSTHDR(&message_);
        control->cmsg_level = level;
        control->cmsg_type = type;
        control->cmsg_len = CMSG_LEN(sizeof(Payload));
        const Payload payload{report, {}};
        std::memcpy(CMSG_DATA(control), &payload, sizeof payload);
    }

    msghdr& message() { return message_; }

  private:
    struct Payload {
        sock_extended_err report;
        sockaddr_in offender;
    };
    alignas(cmsghdr) std::array<std::byte, 128> control_{};
    msghdr message_{};
};

sock_extended_err completion(std::uint32_t first, std::uint32_t last, std::uint8_t code) {
    sock_extended_err report{};
    report.ee_origin = SO_EE_ORIGIN_ZEROCOPY;
    report.ee_code = code;
    report.ee_info = first;
    report.ee_data = last;
    return report;
}

TEST(ErrorQueue, ReadsACompletionOfEitherFamily) {
    ErrorReport over_ipv4(SOL_IP, IP_RECVERR, completion(5, 9, 0));
    const auto first = parse_notification(over_ipv4.message());
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->first, 5U);
    EXPECT_EQ(first->last, 9U);
    EXPECT_FALSE(first->copied);

    ErrorReport over_ipv6(SOL_IPV6, IPV6_RECVERR, completion(0xffffffffU, 0, SO_EE_CODE_ZEROCOPY_COPIED));
    const auto second = parse_notification(over_ipv6.message());
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->first, 0xffffffffU);
    EXPECT_EQ(second->last, 0U);
    EXPECT_TRUE(second->copied);
}

TEST(ErrorQueue, OtherReportsAreNoCompletions) {
    sock_extended_err icmp = completion(1, 1, 0);
    icmp.ee_origin = SO_EE_ORIGIN_ICMP;
    ErrorReport other_origin(SOL_IP, IP_RECVERR, icmp);
    EXPECT_FALSE(parse_notification(other_origin.message()).has_value());

    sock_extended_err failed = completion(1, 1, 0);
    failed.ee_errno = EHOSTUNREACH;
    ErrorReport with_errno(SOL_IP, IP_RECVERR, failed);
    EXPECT_FALSE(parse_notification(with_errno.message()).has_value());

    ErrorReport other_type(SOL_IP, IP_TTL, completion(1, 1, 0));
    EXPECT_FALSE(parse_notification(other_type.message()).has_value());

    msghdr nothing{};
    EXPECT_FALSE(parse_notification(nothing).has_value());
}

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

TEST(ZerocopyTracker, ARangeBeyondTheLastSendIsUnknownHoweverManyAreComplete) {
    ZerocopyTracker tracker = with_sends(3, 1'000'000);
    EXPECT_EQ(tracker.complete(1'000'000, 1'000'001, false), Outcome::accepted);
    EXPECT_EQ(tracker.complete(1'000'002, 1'000'003, false), Outcome::unknown);
    EXPECT_EQ(tracker.totals().completions, 2U);
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
