// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/error_queue.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <time.h>

#include <linux/errqueue.h>

#include <array>
#include <cstring>

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

} // namespace
} // namespace netio::workload
