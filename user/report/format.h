// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/run_result.h"

namespace netio::report {

/// Text fit for a terminal: UTF-8 without control, zero-width and direction-changing characters. What is not UTF-8
/// becomes U+FFFD. Device names, kernel answers and the like pass through here before they are printed.
[[nodiscard]] std::string printable(std::string_view text);

/// Columns that printable text takes on a terminal: its code points. (The report's own text has no wide characters.)
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Filled with spaces to `width` columns, or cut with "…" at its end.
[[nodiscard]] std::string left_in(std::string_view text, std::size_t width);
[[nodiscard]] std::string right_in(std::string_view text, std::size_t width);

/// Broken at spaces into lines of at most `width` columns; a longer word is cut into pieces.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// The parts joined by " · ", with lines of at most `width` columns broken between parts. Empty parts are left out.
[[nodiscard]] std::vector<std::string> join_parts(const std::vector<std::string>& parts, std::size_t width);

/// 1234567 -> "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t value);

/// So many significant digits, never an exponent, thousands grouped; digits before the decimal point are never dropped:
/// 0.0123, 2.31, 118, 41,023.
[[nodiscard]] std::string significant(double value, int digits = 3);

/// At most three digits after the decimal point, and no zeros at the end: 2, 0.5, 1.125.
[[nodiscard]] std::string trimmed(double value);

/// So many digits after the decimal point, thousands grouped.
[[nodiscard]] std::string fixed(double value, int decimals);

/// 64 -> "64 B", 4096 -> "4 KiB", 1500 -> "1,500 B", 1572864 -> "1.5 MiB".
[[nodiscard]] std::string binary_size(std::uint64_t bytes);

/// A duration with the unit that suits it: "850 ns", "9.12 µs", "41.0 ms", "2.00 s".
[[nodiscard]] std::string duration(double nanoseconds);

/// A share from 0 to 1 in whole percent: "12%", "<1%" for less than half a percent but not nothing, "0%".
[[nodiscard]] std::string percent(double share);

/// A horizontal bar of `width` columns for a share from 0 to 1 of the full width, in eighths of a column. Not filled
/// up.
[[nodiscard]] std::string bar(double share, std::size_t width);

/// What stands before a figure to tell its quality: "" exact, "⊢" bracketed, "~" sampled, "≈" estimated.
[[nodiscard]] std::string_view mark_of(Quality quality);

/// "1 connection", "4 connections".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view thing);

} // namespace netio::report
