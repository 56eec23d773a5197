// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/zerocopy_completions.h"

#include <netinet/in.h>

#include <linux/errqueue.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime> // for errqueue.h, which takes timespec for granted

namespace netio::workload {
namespace {

bool is_error_report(const cmsghdr& control) {
    return (control.cmsg_level == SOL_IP && control.cmsg_type == IP_RECVERR) ||
           (control.cmsg_level == SOL_IPV6 && control.cmsg_type == IPV6_RECVERR);
}

} // namespace

std::optional<ZerocopyNotification> parse_notification(msghdr& message) {
    for (cmsghdr* control = CMSG_FIRSTHDR(&message); control != nullptr; control = CMSG_NXTHDR(&message, control)) {
        if (!is_error_report(*control) || control->cmsg_len < CMSG_LEN(sizeof(sock_extended_err)))
            continue;
        sock_extended_err report{};
        std::memcpy(&report, CMSG_DATA(control), sizeof report);
        if (report.ee_errno != 0 || report.ee_origin != SO_EE_ORIGIN_ZEROCOPY)
            continue;
        return ZerocopyNotification{report.ee_info, report.ee_data, (report.ee_code & SO_EE_CODE_ZEROCOPY_COPIED) != 0};
    }
    return std::nullopt;
}

Result<std::optional<ZerocopyNotification>> read_notification(Channel& channel) {
    alignas(cmsghdr) std::array<std::byte, 256> control; // NOLINT(cppcoreguidelines-pro-type-member-init): read into
    msghdr message{};
    message.msg_control = control.data();
    for (;;) {
        message.msg_controllen = control.size();
        if (channel.read_error_queue(message) >= 0)
            break;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return std::optional<ZerocopyNotification>();
        if (errno != EINTR)
            return system_error("cannot read zero-copy completions", errno);
    }
    std::optional<ZerocopyNotification> notification = parse_notification(message);
    if (!notification)
        return Error{"unexpected report in the connection's error queue", "it is not a zero-copy completion",
                     "run again"}
            .or_choose({Choice::no_zero_copy});
    return notification;
}

std::uint64_t ZerocopyTracker::add_send() {
    ++totals_.sends;
    totals_.deepest_outstanding = std::max(totals_.deepest_outstanding, outstanding());
    return next_++;
}

ZerocopyTracker::Outcome ZerocopyTracker::complete(std::uint32_t first, std::uint32_t last, bool copied) {
    // The window is far smaller than 2^31, so the signed distance to its start tells which of the 2^32 ids it is; a
    // negative one was completed before.
    const auto distance = static_cast<std::int32_t>(first - static_cast<std::uint32_t>(oldest_));
    const std::uint64_t length = static_cast<std::uint64_t>(last - first) + 1;
    const std::int64_t end_distance = distance + static_cast<std::int64_t>(length);
    if (end_distance > static_cast<std::int64_t>(next_ - oldest_))
        return Outcome::unknown;
    ++totals_.notifications;
    Outcome outcome = distance < 0 ? Outcome::duplicate : Outcome::accepted;
    const std::uint64_t begin = oldest_ + static_cast<std::uint64_t>(std::max<std::int64_t>(distance, 0));
    const std::uint64_t end = oldest_ + static_cast<std::uint64_t>(std::max<std::int64_t>(end_distance, 0));
    for (std::uint64_t id = begin; id < end; ++id) {
        if (marked(id)) {
            outcome = Outcome::duplicate;
            continue;
        }
        flip(id);
        ++totals_.completions;
        totals_.copied += copied ? 1 : 0;
    }
    for (; oldest_ < next_ && marked(oldest_); ++oldest_)
        flip(oldest_); // its place in the window is free for another send
    return outcome;
}

bool ZerocopyTracker::is_complete(std::uint64_t first, std::uint64_t end) const {
    if (end <= oldest_)
        return true;
    for (std::uint64_t id = std::max(first, oldest_); id < end; ++id)
        if (id >= next_ || !marked(id))
            return false;
    return true;
}

} // namespace netio::workload
