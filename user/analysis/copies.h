// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "model/run_result.h"

namespace netio::analysis {

/// Copies per payload byte from sender to receiver, over whole connections: see docs/method.md.
///
/// Copies that no probe counts are not taken for none. Where there can be some, the figure is unavailable but for its
/// bounds: from the copies that were counted, up to what samples leave room for. That is the time of such copies at
/// most, over what a byte costs at least: half of what it costs in copy_in and copy_out of the same cell. There is no
/// upper bound without samples, and none where the sender's device says that it has payload copied, where IP made
/// fragments, and where a packet socket listened.
[[nodiscard]] Figure copies_per_byte(const Cell& cell);

/// What became of the zero-copy sends of a cell, completions and copies among them: by the tracer where it saw them,
/// for the error queue merges notifications under the first one's flag.
[[nodiscard]] const ZerocopyTotals& completed_zerocopy(const Cell& cell);

/// Bytes of zero-copy sends that were copied after all, as far as they are counted: those of deferred_copy, and those
/// of the other copies of skbs as their sites tell.
[[nodiscard]] Figure bytes_copied_after_all(const Trace& trace);

/// What the copies of skbs of a cell cost, for each payload byte: CPU time of deferred_copy, linearize and skb_copy
/// together. Unavailable where one of them is.
[[nodiscard]] Figure skb_copies_ns_per_byte(const Cell& cell);

} // namespace netio::analysis
