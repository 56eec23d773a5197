// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace netio::analysis {

/// Figures as they stand in a sentence.

[[nodiscard]] std::string grouped(std::uint64_t count); ///< "10,183"
/// "64 B", "4 KiB", "1.5 MiB"; exact, or with one decimal.
[[nodiscard]] std::string size(std::uint64_t bytes);
/// "96 %", "0.4 %": a share (0 to 1) with one decimal below 10 %; never "0 %" or "100 %" unless it is exactly that.
[[nodiscard]] std::string percent(double share);
[[nodiscard]] std::string fixed(double value, int decimals);                    ///< "41.3"
[[nodiscard]] std::string plural(std::uint64_t count, const std::string& noun); ///< "1 cell", "2 cells"
[[nodiscard]] std::string joined(const std::vector<std::string>& words);        ///< "a, b, c"

} // namespace netio::analysis
