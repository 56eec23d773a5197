// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/phrases.h"
#include "base/printable.h"
#include "model/run_result.h"

namespace netio::report {

/// Commands in a text, such as "netio-trace doctor", with what the program was called by instead of its name: from a
/// build folder it is a path.
[[nodiscard]] std::string as_called(std::string_view text, std::string_view program);

/// Columns that printable text takes on a terminal: its code points. (The report's own text has no wide characters.)
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Filled with spaces to `width` columns, or cut with "…" at its end.
[[nodiscard]] std::string left_in(std::string_view text, std::size_t width);
[[nodiscard]] std::string right_in(std::string_view text, std::size_t width);

/// Broken at spaces into lines of at most `width` columns, but not between a figure and its unit; a longer word is cut
/// into pieces.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// The parts joined by " · ", with lines of at most `width` columns broken between parts. Empty parts are left out.
[[nodiscard]] std::vector<std::string> join_parts(const std::vector<std::string>& parts, std::size_t width);

/// Numbers, sizes and durations read the same in tables and in sentences.
using analysis::amount;
using analysis::binary_size;
using analysis::counted;
using analysis::duration;
using analysis::fixed;
using analysis::grouped;
using analysis::significant;
using analysis::trimmed;

/// A share from 0 to 1 in a column of a table, in whole percent: "12%", "<1%" for less than half a percent but not
/// nothing, "0%".
[[nodiscard]] std::string percent(double share);

/// A horizontal bar of `width` columns for a share from 0 to 1 of the full width, in eighths of a column. Not filled
/// up.
[[nodiscard]] std::string bar(double share, std::size_t width);

/// How far the 95 % interval reaches from the value, in the figure's unit: to the farther of its ends, for few
/// intervals are symmetrical, and value ± reach holds all of it.
[[nodiscard]] double reach(const Figure& figure);

/// What stands before a figure to tell its quality: "" exact, "⊢" bracketed, "~" sampled, "≈" estimated.
[[nodiscard]] std::string_view mark_of(Quality quality);

} // namespace netio::report
