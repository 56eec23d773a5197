// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "analysis/finders.h"
#include "analysis/finding.h"

namespace netio::analysis {

/// What zero-copy saves and what it costs instead, in CPU time (exclusive, nanoseconds) for each payload byte, at one
/// size and number of connections where a zero-copy variant and its copying counterpart were both run and traced. All
/// figures are of the repeats together.
struct ZerocopyBalance {
    Location place;        ///< of the zero-copy variant
    Variant counterpart{}; ///< see VariantEntry
    Figure saved;          ///< copy_in of the counterpart, less what is still copied there
    Figure pin;            ///< of the zero-copy variant, as the next two
    Figure copied_later;   ///< deferred_copy, linearize and skb_copy
    Figure completions;    ///< errqueue_syscall
    /// saved - pin - copied_later - completions; positive: zero-copy saves CPU time. Its interval is that of the
    /// sampled ones among them; where all were timed call by call, it is as wide as Student's for the mean of the
    /// repeats, of which each has a balance of its own. With one such repeat there is none.
    Figure net;

    [[nodiscard]] bool has_interval() const { return net.quality == Quality::sampled; }
    /// The 95 % interval excludes 0; without an interval: by the value alone.
    [[nodiscard]] bool pays() const { return (has_interval() ? net.low : net.value) > 0.0; }
    [[nodiscard]] bool loses() const { return (has_interval() ? net.high : net.value) < 0.0; }
};

/// "with fields of 64 KiB and 1 connection ZERO-COPY saves 0.08 ns a byte of COUNTERPART's copy_in and spends …: 0.10
/// ns more".
[[nodiscard]] std::string say(const ZerocopyBalance& balance);

/// In the order of the groups. Places where one of the parts is unavailable are left out.
[[nodiscard]] std::vector<ZerocopyBalance> zerocopy_balances(const FindingInput& input);

} // namespace netio::analysis
