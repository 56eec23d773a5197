// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/phrases.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <set>
#include <utility>

namespace netio::analysis {
namespace {

std::string with_groups(std::string digits) {
    const std::size_t point = std::min(digits.find('.'), digits.size());
    for (std::size_t i = point; i > 3; i -= 3)
        digits.insert(i - 3, 1, ',');
    return digits;
}

template <class Number>
std::set<Number> all_of(const std::vector<Group>& groups, Number Group::*member) {
    std::set<Number> values;
    for (const Group& group : groups)
        values.insert(group.*member);
    return values;
}

/// Values that follow one another in the run are a range; others are listed.
template <class Number, class Name>
std::string range_or_list(const std::set<Number>& values, const std::set<Number>& all, Name name) {
    const auto first = all.find(*values.begin());
    const bool neighbours =
        std::equal(values.begin(), values.end(), first,
                   std::next(first, std::min<std::ptrdiff_t>(std::distance(first, all.end()), std::ssize(values))));
    if (neighbours && values.size() > 2)
        return name(*values.begin()) + " to " + name(*values.rbegin());
    std::vector<std::string> names;
    names.reserve(values.size());
    for (Number value : values)
        names.push_back(name(value));
    return joined_by_and(names);
}

std::string connections(const std::set<unsigned>& values, const std::set<unsigned>& all) {
    const std::string list = range_or_list(values, all, [](unsigned value) { return grouped(value); });
    return list + (values.size() == 1 && *values.begin() == 1 ? " connection" : " connections");
}

std::set<Variant> zero_copy_variants(const Run& run) {
    std::set<Variant> variants;
    for (const Cell& cell : run.cells)
        if (uses_zero_copy(cell.variant))
            variants.insert(cell.variant);
    return variants;
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

int decimals_of(std::initializer_list<double> values, int least) {
    constexpr int most = 12;
    for (double value : values)
        while (value != 0.0 && least < most && std::fabs(value) < 0.5 * std::pow(10.0, -least))
            ++least;
    return least;
}

std::string ratio_text(double ratio) {
    constexpr double least = 1e-4;
    constexpr double most = 1e4;
    if (ratio > 0.0 && ratio < least)
        return "<0.0001";
    if (ratio > most)
        return ">10,000";
    return ratio < 0.1 ? significant(ratio, 2) : ratio < 9.995 ? fixed(ratio, 2) : significant(ratio);
}

std::string ratio_bound(double bound) {
    if (std::fabs(bound - 1.0) >= 0.01 || bound == 1.0)
        return ratio_text(bound);
    return fixed(bound, decimals_of({bound - 1.0}, 2));
}

std::string with_interval(double value, double low, double high, int least, std::string_view unit) {
    const int decimals = decimals_of({value, low, high}, least);
    return fixed(value, decimals) + std::string(unit) + " [" + fixed(low, decimals) + ", " + fixed(high, decimals) +
           "]";
}

std::string ratio_range(double low, double high) {
    const std::string from = ratio_text(low);
    const std::string to = ratio_text(high);
    return from == to ? to : from + "–" + to;
}

std::string bounds_text(const Bounds& bounds, int decimals) {
    const std::string low = fixed(bounds.low, decimals);
    if (!std::isfinite(bounds.high))
        return "≥" + low;
    const double width = bounds.high - bounds.low;
    const std::string high = fixed(bounds.high, width < 0.1 ? decimals : std::min(decimals, width < 1.0 ? 2 : 1));
    return low == high ? low : low + "–" + high;
}

std::string counted(std::uint64_t count, std::string_view thing) {
    const char* const plural = thing.ends_with('s') ? "es" : "s";
    return grouped(count) + " " + std::string(thing) + (count == 1 ? "" : plural);
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

Location location_of_zero_copy(const Run& run) {
    const std::set<Variant> variants = zero_copy_variants(run);
    return {variants.size() == 1 ? std::optional(*variants.begin()) : std::nullopt, 0, 0};
}

std::string zero_copy_names(const Run& run) {
    std::vector<std::string> names;
    for (Variant variant : zero_copy_variants(run))
        names.emplace_back(netio::name_of(variant));
    return joined_by_and(names);
}

Location location_of(const Cell& cell) { return {cell.variant, cell.field_size, cell.threads}; }

std::string name_of(const Cell& cell) {
    return std::string(netio::name_of(cell.variant)) + ", " + std::to_string(fields_per_message) + " × " +
           binary_size(cell.field_size) + ", " + counted(cell.threads, "connection");
}

std::string name_of(const Group& group) {
    return "fields of " + binary_size(group.field_size) + ", " + counted(group.threads, "connection");
}

std::string size_range(std::uint64_t smallest, std::uint64_t largest) {
    return smallest == largest ? binary_size(smallest) : binary_size(smallest) + " to " + binary_size(largest);
}

std::string say_where(const std::vector<Location>& places, const std::vector<Group>& groups) {
    std::set<std::pair<std::uint64_t, unsigned>> here;
    std::set<std::uint64_t> sizes;
    std::set<unsigned> threads;
    for (const Location& place : places) {
        here.emplace(place.field_size, place.threads);
        sizes.insert(place.field_size);
        threads.insert(place.threads);
    }
    if (here.empty())
        return {};
    const std::set<std::uint64_t> all_sizes = all_of(groups, &Group::field_size);
    const std::set<unsigned> all_threads = all_of(groups, &Group::threads);
    if (here.size() == sizes.size() * threads.size())
        return "at " + range_or_list(sizes, all_sizes, binary_size) +
               (threads == all_threads ? "" : " with " + connections(threads, all_threads));
    std::vector<std::string> parts;
    for (unsigned count : threads) {
        std::set<std::uint64_t> own;
        for (const auto& [size, connected] : here)
            if (connected == count)
                own.insert(size);
        parts.push_back("at " + range_or_list(own, all_sizes, binary_size) + " with " +
                        connections({count}, all_threads));
    }
    constexpr std::size_t few = 4;
    return parts.size() <= few ? joined_by_and(parts)
                               : "in " + grouped(here.size()) + " of " + grouped(groups.size()) +
                                     " combinations of size and connections";
}

} // namespace netio::analysis
