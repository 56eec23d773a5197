// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// A ratio: two decimals below 10, three digits above: "0.53", "449".
[[nodiscard]] std::string ratio_text(double ratio);

/// "0.53 to 0.93"; one ratio when the ends read alike.
[[nodiscard]] std::string ratio_range(double low, double high);

/// "1 cell", "2,000 cells".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view thing);

[[nodiscard]] std::string joined(const std::vector<std::string>& words);        ///< "a, b, c"
[[nodiscard]] std::string joined_by_and(const std::vector<std::string>& words); ///< "a, b and c"

} // namespace netio::analysis
