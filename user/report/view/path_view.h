// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "model/run_result.h"

namespace netio::report {

/// The figures of one path in one role of a cell. For a cell that was not traced: figures that are all unavailable, for
/// that reason, so that every renderer shows the same paths in the same order for every cell.
[[nodiscard]] const PathFigures& figures_of(const Cell& cell, Path path, Role role);

/// The same for the direction of the payload: the role that payload_role() names.
[[nodiscard]] const PathFigures& figures_of(const Cell& cell, Path path);

/// "copy_in        user→kernel": the label of the table of paths after the name, where all labels begin; the name alone
/// where there is no label.
[[nodiscard]] std::string labelled_name(Path path);

/// A time of a path as it is shown: where nothing went this way it is 0, which no sample can say without an interval.
[[nodiscard]] Figure shown_time(Path path, const PathFigures& figures, const Figure& time);

/// One quality for a whole path: the worst among its available calls, bytes and time; unavailable when none of them is.
[[nodiscard]] Quality overall_quality(const PathFigures& figures);

/// Why a path's figures are missing or not exact: "bytes and time: the reason; calls: another". Empty when all is
/// exact.
[[nodiscard]] std::string overall_reason(const PathFigures& figures);

/// Whether a message was finished in the measured part, so that there are rates and latencies.
[[nodiscard]] bool measured(const Cell& cell);

/// The kernel functions in which most samples of an end lie, with their shares: "skb_copy_bits 12%, …". Empty without
/// samples.
[[nodiscard]] std::string hottest_in_words(const Cell& cell, Role role);

/// What became of the samples of a cell: "1,234 samples, of which 900 of neither end". Empty where it is not known.
[[nodiscard]] std::string samples_in_words(const Cell& cell);

} // namespace netio::report
