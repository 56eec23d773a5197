// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "model/run_result.h"

namespace netio::fixed_runs {

/// A run made up by hand, the same every time, with everything that a renderer can meet: three variants, two repeats,
/// exact, bracketed, sampled, estimated and unavailable figures, counters that are counted, multiplexed and missing,
/// lost events, zero-copy that copied after all, and a field of every kind that differs from its default. Its laws
/// hold.
[[nodiscard]] Run complete_run();

/// Its first cell of A3 alone, for files that a person can still review.
[[nodiscard]] Run one_cell_run();

/// A2 and A3 traced by fentry: times exact and bracketed, each with the sampler's second opinion, time of skb paths
/// inside of calls, copies after all for two reasons, notifications that were merged. All laws are checked and hold.
[[nodiscard]] Run exact_run();

/// Its cell of A3 alone.
[[nodiscard]] Run one_exact_cell_run();

/// The same cell with a timeline that has every kind of event, two gaps, and kernel stacks of every context.
[[nodiscard]] Run recorded_run();

/// A1 and A2 traced by fentry, where programs missed hits. Of A1 calls and bytes are missing, so that laws cannot be
/// shown; of A2 all laws hold, for what was missed was not of its connections.
[[nodiscard]] Run missed_run();

/// Several field sizes and numbers of threads, a broken law, an interruption, no message at all in one cell, a variant
/// that is missing in one group, and names with control characters, quotes and bytes that are not UTF-8.
[[nodiscard]] Run damaged_run();

/// Three field sizes, two numbers of connections and three repeats over a device that takes zero-copy pages as they
/// are, traced by fentry and with cache misses counted: A3 overtakes A2 and A1. All laws hold.
[[nodiscard]] Run crossing_run();

/// A1 alone with Nagle's algorithm on and without tracing.
[[nodiscard]] Run untraced_run();

/// Nothing was finished.
[[nodiscard]] Run empty_run();

struct FixedRun {
    const char* name;
    Run (*make)();
};

/// Each kind of run, to try something on all of them.
inline constexpr FixedRun all[] = {{"complete", complete_run}, {"one_cell", one_cell_run}, {"exact", exact_run},
                                   {"recorded", recorded_run}, {"damaged", damaged_run},   {"crossing", crossing_run},
                                   {"missed", missed_run},     {"untraced", untraced_run}, {"empty", empty_run}};

} // namespace netio::fixed_runs
