// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "model/run_result.h"
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

/// Which MSG_ZEROCOPY sends of one connection are complete. The kernel numbers them from 0 with a 32-bit counter that
/// wraps around, one number for each send call that returned bytes, and reports ranges of numbers, which may be merged
/// and may come out of order (Documentation/networking/msg_zerocopy.rst). Ids here are 64 bits wide and never wrap.
/// Pure bookkeeping: no system calls, no allocation.
class ZerocopyTracker {
  public:
    /// Most sends from the oldest incomplete one to the newest: a bound on the work that is outstanding.
    static constexpr std::uint64_t capacity = 1024;

    enum class Outcome {
        accepted,
        duplicate, ///< part of the range was reported before; what is new in it was accepted
        unknown    ///< the range names sends that were never made; nothing was accepted
    };

    ZerocopyTracker() = default;
    /// Starts as if `first_id` sends had been made and completed: for tests of the wrap-around.
    explicit ZerocopyTracker(std::uint64_t first_id) : oldest_(first_id), next_(first_id) {}

    [[nodiscard]] bool full() const { return next_ - oldest_ >= capacity; }

    /// A send call with MSG_ZEROCOPY has returned bytes. Returns its id. Not when full().
    std::uint64_t add_send();

    /// The kernel has reported the sends `first` to `last` (both included; last may be below first when the counter
    /// wrapped in between) as complete, and whether it had to copy them.
    Outcome complete(std::uint32_t first, std::uint32_t last, bool copied);

    /// Id that the next send will get.
    [[nodiscard]] std::uint64_t next_id() const { return next_; }
    /// Whether all sends from `first` up to but without `end` are complete.
    [[nodiscard]] bool is_complete(std::uint64_t first, std::uint64_t end) const;
    /// Sends without a completion.
    [[nodiscard]] std::uint64_t outstanding() const { return totals_.sends - totals_.completions; }
    /// All but `enobufs`.
    [[nodiscard]] const ZerocopyTotals& totals() const { return totals_; }

  private:
    [[nodiscard]] bool marked(std::uint64_t id) const {
        return (marks_[id / 64 % marks_.size()] >> (id % 64) & 1U) != 0;
    }
    void flip(std::uint64_t id) { marks_[id / 64 % marks_.size()] ^= std::uint64_t{1} << (id % 64); }

    std::uint64_t oldest_ = 0; ///< every send below is complete
    std::uint64_t next_ = 0;
    std::array<std::uint64_t, capacity / 64> marks_{}; ///< complete ones from oldest_ to next_
    ZerocopyTotals totals_;
};

} // namespace netio::workload
