// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "workload/channel.h"

namespace netio::workload {

/// One MSG_ZEROCOPY report: the sends `first` to `last` (both included) are complete.
struct ZerocopyNotification {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    bool copied = false; ///< SO_EE_CODE_ZEROCOPY_COPIED: the kernel copied the bytes after all
};

/// Finds the report in the control messages of a recvmsg(MSG_ERRQUEUE): SO_EE_ORIGIN_ZEROCOPY in an IP_RECVERR or
/// IPV6_RECVERR message. Nothing when it is an error report of another kind.
[[nodiscard]] std::optional<ZerocopyNotification> parse_notification(msghdr& message);

/// Reads one report off the connection's error queue, without waiting: nothing when the queue is empty. An error report
/// of another kind is an error.
[[nodiscard]] Result<std::optional<ZerocopyNotification>> read_notification(Channel& channel);

} // namespace netio::workload
