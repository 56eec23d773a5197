// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/answers.h"
#include "analysis/costs.h"
#include "analysis/locations.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// Misses per byte of payload at one place, by index_of(Variant); unavailable where a variant was not run.
struct Level {
    CacheEvent event;
    std::array<Figure, variant_count> misses;
    /// Share of the first variant's misses that the last variant does without; nothing with one variant.
    std::optional<double> gain;
};

std::vector<Level> levels_in(const Group& group) {
    std::vector<Level> levels;
    for (const CacheEvent& event : cache_events()) {
        Level level{event, {}, std::nullopt};
        std::optional<double> first;
        for (Variant variant : all_variants) {
            Figure& own = level.misses[index_of(variant)];
            if (const VariantSummary* summary = group.of(variant))
                own = counts_per_byte(summary->merged, event.event);
            if (!own.available())
                continue;
            if (!first)
                first = own.value;
            else
                level.gain = *first > 0.0 ? 1.0 - own.value / *first : 0.0;
        }
        if (first)
            levels.push_back(level);
    }
    return levels;
}

std::string say(const Level& level) {
    std::string text = "in " + std::string(level.event.level) + ", ";
    bool first = true;
    for (Variant variant : all_variants)
        if (const Figure& own = level.misses[index_of(variant)]; own.available()) {
            text += (first ? "" : " → ") + std::string(name_of(variant)) + " " + significant(own.value * 1024.0);
            first = false;
        }
    return text;
}

std::string say_gain(const Level& most) {
    if (!most.gain)
        return "This run cannot say: there is nothing to compare its misses with.";
    constexpr double noticeable = 0.05;
    if (*most.gain < noticeable)
        return "No level gains 5 % or more from the first variant to the last.";
    return "Misses fall most in " + std::string(most.event.level) + ": by " + share_text(*most.gain) +
           " a byte from the first variant to the last.";
}

std::string say_copies_of_each(const FindingInput& input) {
    const std::optional<Copies> most = copies_of(input, two_copy_variant);
    const std::optional<Copies> fewest = copies_of(input, zero_copy_variant);
    if (!most || !fewest)
        return {};
    const bool alike = copy_alike(*most, *fewest);
    return (alike ? " A gain cannot come from fewer copies: " : " ") + std::string(name_of(two_copy_variant)) +
           " copies each byte " + say(*most) + (alike ? " times and " : " times, ") +
           std::string(name_of(zero_copy_variant)) + " " + say(*fewest) + " times.";
}

} // namespace

Answer answer_cache_levels(const FindingInput& input) {
    Answer answer;
    answer.missing = missing_cache_events(input);
    const bool any = add_cache_misses(answer, input);
    const std::vector<Level> levels = input.groups.empty() ? std::vector<Level>() : levels_in(input.groups.back());
    if (!any || levels.empty()) {
        answer.text = "This run cannot say: cache misses were not counted." + say_copies_of_each(input);
        add_copies(answer, input);
        answer.rests_on = {"counters", "copies_per_byte"};
        return answer;
    }
    const Level& most = *std::ranges::max_element(levels, {}, &Level::gain);
    answer.text = say_gain(most) + " Misses per KiB of payload, both ends, " + name_of(input.groups.back()) + ": ";
    for (std::size_t i = 0; i < levels.size(); ++i) {
        answer.text += (i == 0 ? "" : "; ") + say(levels[i]);
        answer.rests_on.emplace_back(levels[i].event.event);
    }
    answer.text += "." + say_copies_of_each(input);
    add_copies(answer, input);
    answer.rests_on.emplace_back("copies_per_byte");
    if (!most.gain)
        answer.missing = "It takes at least two variants: `netio-trace run --variants " + known_variants(",") + "`." +
                         (answer.missing.empty() ? "" : " " + answer.missing);
    answer.answered = !most.gain ? Answered::no : answer.missing.empty() ? Answered::yes : Answered::in_part;
    return answer;
}

} // namespace netio::analysis
