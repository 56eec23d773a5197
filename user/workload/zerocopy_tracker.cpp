// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/zerocopy_tracker.h"

#include <algorithm>

namespace netio::workload {

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
