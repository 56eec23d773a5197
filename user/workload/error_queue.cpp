// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/error_queue.h"

#include <ctime> // for errqueue.h, which takes timespec for granted
#include <netinet/in.h>

#include <linux/errqueue.h>

#include <array>
#include <cerrno>
#include <cstring>

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
        return Error{"the connection's error queue holds something else than a zero-copy completion",
                     "an error report of another kind came", "run again"}
            .or_choose({Choice::no_zero_copy});
    return notification;
}

} // namespace netio::workload
