// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/crossing.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

std::optional<double> interpolate(std::span<const LocatedDifference> list, std::uint64_t after, std::uint64_t before) {
    for (std::size_t i = 1; i < list.size(); ++i) {
        const LocatedDifference& small = list[i - 1];
        const LocatedDifference& large = list[i];
        if (small.field_size() < after || large.field_size() > before || (small.ratio() > 1.0) == (large.ratio() > 1.0))
            continue;
        const double share = std::log(small.ratio()) / (std::log(small.ratio()) - std::log(large.ratio()));
        const double from = std::log(static_cast<double>(small.field_size()));
        const double to = std::log(static_cast<double>(large.field_size()));
        return std::exp(from + share * (to - from));
    }
    return std::nullopt;
}

} // namespace

std::vector<LocatedDifference> differences(std::span<const Group> groups, Variant one, Variant baseline) {
    std::vector<LocatedDifference> list;
    for (const Group& group : groups) {
        const VariantSummary* base = group.of(baseline);
        const VariantSummary* other = group.of(one);
        if (base == nullptr || other == nullptr)
            continue;
        if (Difference difference = difference_of(*base, *other); difference.available)
            list.push_back({{{}, group.field_size, group.threads}, std::move(difference)});
    }
    return list;
}

Advice advice_on_repeats(std::span<const LocatedDifference> differences) {
    Advice advice;
    for (const LocatedDifference& one : differences)
        advice.add(one.difference.advice);
    return advice;
}

std::string where_in_words(std::span<const LocatedDifference> differences, const std::vector<Group>& groups,
                           const std::function<bool(const Difference&)>& condition, std::string_view what) {
    std::vector<Location> places;
    std::vector<double> ratios;
    for (const LocatedDifference& one : differences)
        if (condition(one.difference)) {
            places.push_back(one.place);
            ratios.push_back(one.ratio());
        }
    if (places.empty())
        return {};
    const auto [low, high] = std::ranges::minmax(ratios);
    return say_where(places, groups) + " (" + std::string(what) + ratio_range(low, high) + " ×)";
}

Crossing crossing_of(std::span<const LocatedDifference> differences) {
    Crossing crossing;
    const LocatedDifference* last = nullptr;
    unsigned changes = 0;
    for (const LocatedDifference& one : differences) {
        if (!one.difference.shown)
            continue;
        if (last != nullptr && one.difference.more() != last->difference.more()) {
            ++changes;
            crossing.before = one.field_size();
        }
        if (changes == 0)
            crossing.after = one.field_size();
        last = &one;
    }
    if (last == nullptr)
        return {};
    const bool ahead = last->difference.more();
    if (changes == 0)
        return {ahead ? Course::ahead : Course::behind, 0, 0, std::nullopt};
    if (changes > 1)
        return {Course::mixed, 0, 0, std::nullopt};
    crossing.course = ahead ? Course::overtakes : Course::falls_back;
    crossing.estimate = interpolate(differences, crossing.after, crossing.before);
    return crossing;
}

} // namespace netio::analysis
