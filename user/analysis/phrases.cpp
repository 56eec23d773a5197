// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/phrases.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace netio::analysis {

std::string grouped(std::uint64_t count) {
    const std::string digits = std::to_string(count);
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i != 0 && (digits.size() - i) % 3 == 0)
            text += ',';
        text += digits[i];
    }
    return text;
}

std::string size(std::uint64_t bytes) {
    constexpr std::array units{"B", "KiB", "MiB", "GiB"};
    std::size_t unit = 0;
    std::uint64_t scale = 1;
    while (unit + 1 < units.size() && bytes / scale >= 1024) {
        scale *= 1024;
        ++unit;
    }
    const bool whole = bytes % scale == 0;
    return fixed(static_cast<double>(bytes) / static_cast<double>(scale), whole ? 0 : 1) + " " + units[unit];
}

std::string percent(double share) {
    const double value = share * 100.0;
    if (value <= 0.0)
        return "0 %";
    if (value < 0.1)
        return "under 0.1 %";
    if (value < 10.0)
        return fixed(value, 1) + " %";
    constexpr double largest_below_all = 99.0;
    return fixed(value < 100.0 ? std::min(value, largest_below_all) : value, 0) + " %";
}

std::string fixed(double value, int decimals) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}

std::string plural(std::uint64_t count, const std::string& noun) {
    return grouped(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        if (!text.empty())
            text += ", ";
        text += word;
    }
    return text;
}

} // namespace netio::analysis
