// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/run_result.h"

namespace netio::analysis {

/// The laws that the kernel's own counts must obey in any trace, whoever made the calls: copy_in_bytes, copy_out_bytes,
/// send_time and recv_time, below, of each subject, with its name after theirs. What calls returned is as it was
/// traced.
[[nodiscard]] std::vector<LawCheck> check_trace(const Trace& trace);

/// The laws that a cell's figures must obey (docs/method.md), checked against the workload's own counts. A law that the
/// backend cannot check is in the list with checked = false and the reason. Empty for an untraced cell. What lost
/// events make of them is for weigh_losses() to say.
///
/// Names are stable. For each role, with ".sender" or ".receiver" after the name: send_calls, send_bytes, recv_calls,
/// recv_bytes, errqueue_calls (tracer = workload; the last only where there were such reads), copy_in_bytes,
/// copy_out_bytes, send_time and recv_time (exclusive times add up to the inclusive time of the system call). With
/// zero-copy: zerocopy_completions, zerocopy_copied, traced_zerocopy_sends, traced_zerocopy_completions,
/// traced_zerocopy_copied, copied_bytes (where a send was reported as copied). Of the workload alone: payload_bytes,
/// whole_messages, latency_count, verified_bytes.
///
/// Bytes of deferred_copy are no law, for they may rightly differ from the pinned ones: a device may send the user's
/// pages as they are, and a segment that is retransmitted over a local link is copied again.
[[nodiscard]] std::vector<LawCheck> check_laws(const Cell& cell);

/// How much of what the workload did the tracer accounted for, over all cells, by the laws that the cells carry. 100 %
/// exactly when every checked law holds. Otherwise that of the law with the largest share missing (or too much) over
/// all cells, rounded down to three decimals, and never more than 99.999. 0 when no law was checked.
struct Accounting {
    double percent = 0.0; ///< 0 to 100
    unsigned laws_checked = 0;
    unsigned laws_broken = 0;            ///< of those
    unsigned laws_with_missed_hits = 0;  ///< of those; see LawOutcome::missed_hits
    std::vector<MissedHits> missed_hits; ///< in the cells that have such laws
    std::uint64_t lost = 0;              ///< events that are missing in figures, over all cells

    /// A checked law is broken, or could not be shown.
    [[nodiscard]] bool any_law_open() const { return laws_broken != 0 || laws_with_missed_hits != 0; }
};
[[nodiscard]] Accounting account(const Run& run);
/// The same of what was traced together: the laws of each cell or subject, and what was lost over all of them.
[[nodiscard]] Accounting account(std::span<const std::vector<LawCheck>* const> laws, std::span<const Loss> losses);

/// "all 12 checked laws hold", "1 of 12 checked laws broken" or "2 of 12 checked laws not shown: 5 hits missed by
/// tp_sys_exit"; of a run with laws that were checked.
[[nodiscard]] std::string laws_in_words(const Accounting& accounting);

} // namespace netio::analysis
