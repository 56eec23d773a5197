// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/finding.h"
#include "analysis/summary.h"

namespace netio::analysis {

/// Figures as they stand in sentences and tables, for everything that is shown to a person.

/// 1234567 -> "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t value);

/// So many digits after the decimal point, thousands grouped, and a minus sign (not a hyphen) before what is still
/// negative when rounded; "?" for what is no number.
[[nodiscard]] std::string fixed(double value, int decimals);

/// So many significant digits, never an exponent, thousands grouped; digits before the decimal point are never dropped:
/// 0.0123, 2.31, 118, 41,023.
[[nodiscard]] std::string significant(double value, int digits = 3);

/// At most three digits after the decimal point, and no zeros at the end: 2, 0.5, 1.125.
[[nodiscard]] std::string trimmed(double value);

/// A size that somebody chose, exactly: 64 -> "64 B", 4096 -> "4 KiB", 1500 -> "1,500 B", 1572864 -> "1.5 MiB".
[[nodiscard]] std::string binary_size(std::uint64_t bytes);

/// An amount that came about, with three significant digits: 100 -> "100 B", 1500 -> "1.46 KiB", 65536 -> "64.0 KiB".
[[nodiscard]] std::string amount(double bytes);

/// A duration with the unit that suits it: "850 ns", "9.12 µs", "41.0 ms", "2.00 s".
[[nodiscard]] std::string duration(double nanoseconds);

/// A share (0 to 1) in a sentence: "96 %", "0.4 %": one decimal below 10 %; never "0 %" or "100 %" unless it is exactly
/// that.
[[nodiscard]] std::string share_text(double share);

/// "2.4 to 31 %": the two ends of a range of shares; one figure when they read alike.
[[nodiscard]] std::string share_range(double low, double high);

/// A ratio: two decimals below 10, two digits below 0.1, three above: "0.53", "0.012", "449". Beyond what a ratio can
/// reasonably tell: "<0.0001", ">10,000".
[[nodiscard]] std::string ratio_text(double ratio);

/// A bound of a ratio's interval: the same, with so many more decimals that it shows on which side of 1 it lies:
/// "1.003".
[[nodiscard]] std::string ratio_bound(double bound);

/// "0.53–0.93"; one ratio when the ends read alike.
[[nodiscard]] std::string ratio_range(double low, double high);

/// `least` decimals, or so many more that none of the values reads as 0 that is not 0.
[[nodiscard]] int decimals_of(std::initializer_list<double> values, int least);

/// A figure with its 95 % interval, with decimals_of() all three: "12 % [9, 15]".
[[nodiscard]] std::string with_interval(double value, double low, double high, int least, std::string_view unit);

/// "2.000–2.13", "≥2.000" where nothing is known from above. The upper end has no more decimals than it deserves.
[[nodiscard]] std::string bounds_text(const Bounds& bounds, int decimals);

/// "1 cell", "2,000 cells".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view thing);

[[nodiscard]] std::string joined(const std::vector<std::string>& words);        ///< "a, b, c"
[[nodiscard]] std::string joined_by_and(const std::vector<std::string>& words); ///< "a, b and c"

/// "VARIANT, 8 × 256 B, 4 connections".
[[nodiscard]] std::string name_of(const Cell& cell);

/// "fields of 256 B, 4 connections".
[[nodiscard]] std::string name_of(const Group& group);

/// Says in which places of a run something is so, as briefly as it can be said: "at 64 B to 4 KiB", "at 64 B with 2
/// connections", "at 64 B with 1 connection and at 4 KiB with 2 connections", "in 9 of 16 combinations of size and
/// connections". All connections of the run need no mention. Variants are not told. Not for no place at all.
[[nodiscard]] std::string say_where(const std::vector<Location>& places, const std::vector<Group>& groups);

/// What stands for all zero-copy sends of a run: their variant, where only one has made such.
[[nodiscard]] Location location_of_zero_copy(const Run& run);
/// The variants of a run that send without copying, in words: "A and B".
[[nodiscard]] std::string zero_copy_names(const Run& run);

/// "64 B to 64 KiB"; one size when they are equal.
[[nodiscard]] std::string size_range(std::uint64_t smallest, std::uint64_t largest);

} // namespace netio::analysis
