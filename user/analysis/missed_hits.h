// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "model/run_result.h"

namespace netio::analysis {

/// What a cell's losses make of its laws and figures. Goes after check_laws().
///
/// A law whose sides differ, and that rests on paths of which events were lost, gets these in LawCheck::missed; a law
/// on calls only if no more of them are missing than can have been lost.
///
/// A figure of such a path that was exact or bracketed is estimated, with what was lost as the reason, unless a law
/// that holds has counted the same: then what was missed was not of this path, for programs run for all that the kernel
/// does. The time of a path is as sure as its calls, where one program takes both.
void weigh_losses(Cell& cell);

/// Adds up by loss.
void add_up(std::vector<MissedHits>& sum, const std::vector<MissedHits>& other);

/// "12 hits missed by tp_sys_exit", "15 hits missed by tp_sys_exit (12) and tp_sys_enter (3)". Where no program has
/// missed a hit: "3 events lost (unclosed_calls)".
[[nodiscard]] std::string missed_in_words(const std::vector<MissedHits>& missed);

} // namespace netio::analysis
