// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/phrases.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace netio::analysis {
namespace {

std::string with_groups(std::string digits) {
    const std::size_t point = std::min(digits.find('.'), digits.size());
    for (std::size_t i = point; i > 3; i -= 3)
        digits.insert(i - 3, 1, ',');
    return digits;
}

} // namespace

std::string grouped(std::uint64_t value) { return with_groups(std::to_string(value)); }

std::string fixed(double value, int decimals) {
    if (!std::isfinite(value))
        return "?";
    std::array<char, 400> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, std::fabs(value));
    const std::string_view digits(buffer.data());
    const bool rounds_to_zero = digits.find_first_not_of("0.") == std::string_view::npos;
    return (value < 0.0 && !rounds_to_zero ? "−" : "") + with_groups(buffer.data());
}

std::string significant(double value, int digits) {
    if (!std::isfinite(value))
        return "?";
    if (value == 0.0)
        return "0";
    // The exponent after rounding: 9.996 has one digit before the point only until it is rounded to three digits.
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*e", digits - 1, value);
    const std::string_view text(buffer.data());
    const int exponent = std::atoi(buffer.data() + text.find('e') + 1);
    return fixed(value, std::clamp(digits - 1 - exponent, 0, 12));
}

std::string trimmed(double value) {
    std::string text = fixed(value, 3);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text;
}

std::string binary_size(std::uint64_t bytes) {
    constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    std::uint64_t scale = 1;
    // A unit is taken when one decimal is enough to say the size exactly.
    while (unit + 1 < units.size() && bytes >= scale * 1024 && bytes * 2 % (scale * 1024) == 0) {
        scale *= 1024;
        ++unit;
    }
    const std::string number = bytes % scale == 0 ? grouped(bytes / scale) : grouped(bytes / scale) + ".5";
    return number + " " + units[unit];
}

std::string amount(double bytes) {
    constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (unit + 1 < units.size() && bytes >= 1024.0) {
        bytes /= 1024.0;
        ++unit;
    }
    return (unit == 0 ? fixed(bytes, 0) : significant(bytes)) + " " + units[unit];
}

std::string duration(double nanoseconds) {
    if (nanoseconds < 1e3)
        return significant(nanoseconds) + " ns";
    if (nanoseconds < 1e6)
        return significant(nanoseconds / 1e3) + " µs";
    if (nanoseconds < 1e9)
        return significant(nanoseconds / 1e6) + " ms";
    return significant(nanoseconds / 1e9) + " s";
}

std::string share_text(double share) {
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

std::string share_range(double low, double high) {
    const std::string from = share_text(low);
    const std::string to = share_text(high);
    return from == to ? to : from.substr(0, from.size() - 2) + " to " + to;
}

std::string ratio_text(double ratio) { return ratio < 10.0 ? fixed(ratio, 2) : significant(ratio); }

std::string ratio_range(double low, double high) {
    const std::string from = ratio_text(low);
    const std::string to = ratio_text(high);
    return from == to ? to : from + " to " + to;
}

std::string counted(std::uint64_t count, std::string_view thing) {
    return grouped(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string joined_by_and(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

} // namespace netio::analysis
