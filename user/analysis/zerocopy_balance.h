// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "analysis/finding.h"
#include "analysis/summary.h"

namespace netio::analysis {

/// What zero-copy saves and what it costs instead, in CPU time for each payload byte, at one size and number of
/// connections where A2 and A3 were both run and traced.
struct ZerocopyBalance {
    Place place;         ///< of A3
    Figure saved;        ///< copy_in of A2, less what A3 still copies there
    Figure pin;          ///< A3, as the next two
    Figure copied_later; ///< deferred_copy, linearize and skb_copy, as far as they are measured
    Figure completions;  ///< errqueue_syscall
    Figure net;          ///< saved - pin - copied_later - completions; positive: zero-copy saves CPU time

    [[nodiscard]] bool pays() const { return net.available() && net.low > 0.0; }
    [[nodiscard]] bool loses() const { return net.available() && net.high < 0.0; }
};

/// "with fields of 64 KiB and 1 connection A3 saves 0.08 ns a byte of A2's copy_in and spends …: 0.10 ns more".
[[nodiscard]] std::string say(const ZerocopyBalance& balance);

/// In the order of the groups. Places where one of the parts is unavailable are left out.
[[nodiscard]] std::vector<ZerocopyBalance> zerocopy_balances(const std::vector<Group>& groups);

} // namespace netio::analysis
