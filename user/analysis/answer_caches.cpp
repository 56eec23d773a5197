// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "analysis/answers.h"
#include "analysis/costs.h"
#include "analysis/judge.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// Events that tell of caches, and the level that each stands for.
struct CacheEvent {
    std::string_view event;
    std::string_view level; ///< as it stands after "in"
};
constexpr std::array cache_events{CacheEvent{"L1-dcache-load-misses", "the L1 data cache"},
                                  CacheEvent{"LLC-load-misses", "the last-level cache (loads)"},
                                  CacheEvent{"cache-misses", "what this processor counts as cache-misses"}};

/// Which of them are missing in this run and why; "" when none is. Advises to count them.
std::string missing_cache_events(Answer& answer, const FindingInput& input) {
    std::map<std::string, std::vector<std::string>> events_by_reason;
    for (const CacheEvent& event : cache_events) {
        std::string reason;
        for (const Cell& cell : input.run.cells)
            if (const Figure figure = counts_per_byte(cell, event.event); !figure.available())
                reason = figure.reason;
        if (!reason.empty() || input.run.cells.empty())
            events_by_reason[reason].emplace_back(event.event);
    }
    if (events_by_reason.empty())
        return {};
    std::string text = "Not counted: ";
    bool first = true;
    for (const auto& [reason, events] : events_by_reason) {
        text += (first ? "" : "; ") + joined(events) + (reason.empty() ? "" : " (" + reason + ")");
        first = false;
    }
    answer.advice.add(Advice::Change::count_cache_misses);
    return text + ". It needs a PMU that this program may use; few virtual machines have one.";
}

/// Adds misses per KiB of payload of each place and event to the evidence; false when there are none.
bool add_cache_misses(Answer& answer, const FindingInput& input) {
    bool any = false;
    for (const CacheEvent& event : cache_events)
        for (const Group& group : input.groups)
            for (const VariantSummary& summary : group.variants) {
                const Figure misses = counts_per_byte(summary.merged, event.event);
                if (!misses.available())
                    continue;
                any = true;
                answer.evidence.push_back({std::string(event.event), "misses/KiB",
                                           Figure{misses.value * 1024.0, misses.quality, misses.low * 1024.0,
                                                  misses.high * 1024.0, misses.reason},
                                           location_of(summary.merged)});
            }
    return any;
}

/// Misses per byte of payload at one place, by index_of(Variant); unavailable where a variant was not run.
struct Level {
    CacheEvent event;
    std::array<Figure, variant_count> misses;
    /// Share of the first textbook variant's misses that the last one does without; nothing with one variant.
    std::optional<double> gain;
};

std::vector<Level> levels_in(const Group& group) {
    std::vector<Level> levels;
    for (const CacheEvent& event : cache_events) {
        Level level{event, {}, std::nullopt};
        std::optional<double> first;
        for (Variant variant : all_variants) {
            Figure& own = level.misses[index_of(variant)];
            if (entry_of(variant).textbook == Textbook::none)
                continue;
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
        return "This run cannot say: it has one variant.";
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
    const CopyOrder order = order_of(*fewest, *most);
    const bool alike = order == CopyOrder::alike || order == CopyOrder::none_saved;
    return (order == CopyOrder::alike ? " A gain cannot come from fewer copies: "
            : alike                   ? " No fewer copies are counted: "
                                      : " ") +
           std::string(name_of(two_copy_variant)) + " copies each byte " + say(*most) +
           (alike ? " times and " : " times, ") + std::string(name_of(zero_copy_variant)) + " " + say(*fewest) +
           " times" + (order == CopyOrder::unknown ? "; whether those are fewer is not known." : ".");
}

/// One variant at the largest field size, from the fewest connections to the most.
struct Growth {
    const VariantSummary* fewest = nullptr;
    const VariantSummary* most = nullptr;
};

std::array<Growth, variant_count> growths_of(const FindingInput& input) {
    std::array<Growth, variant_count> growths;
    for (const Group& group : input.groups) {
        if (group.field_size != input.groups.back().field_size)
            continue;
        for (Variant variant : all_variants)
            if (const VariantSummary* summary = group.of(variant)) {
                Growth& growth = growths[index_of(variant)];
                if (growth.fewest == nullptr)
                    growth.fewest = summary;
                growth.most = summary;
            }
    }
    return growths;
}

bool grows(const Growth& growth) {
    return growth.fewest != nullptr && growth.fewest != growth.most && growth.fewest->throughput_gbps.value > 0.0;
}

std::string say_misses(const std::array<Growth, variant_count>& growths) {
    std::vector<std::string> parts;
    for (const CacheEvent& event : cache_events)
        for (Variant variant : all_variants) {
            const Growth& growth = growths[index_of(variant)];
            if (!grows(growth))
                continue;
            const Figure before = counts_per_byte(growth.fewest->merged, event.event);
            const Figure after = counts_per_byte(growth.most->merged, event.event);
            if (before.available() && after.available() && before.value > 0.0)
                parts.push_back(std::string(name_of(variant)) + " " + std::string(event.event) + " × " +
                                fixed(after.value / before.value, 2));
        }
    return parts.empty() ? std::string()
                         : " Misses a byte change by " + joined_by_and(parts) +
                               "; more than × 1 is what contention for a cache looks like.";
}

void add_evidence(Answer& answer, const FindingInput& input) {
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants) {
            if (summary.throughput_gbps.value <= 0.0)
                continue;
            const Location place = location_of(summary.merged);
            answer.evidence.push_back({"throughput", "Gbit/s", Figure::exact(summary.throughput_gbps.value), place});
            answer.evidence.push_back({"CPU time", "ns/B", Figure::exact(summary.cpu_ns_per_byte.value), place});
        }
}

} // namespace

Answer answer_cache_levels(const FindingInput& input) {
    Answer answer;
    answer.missing = missing_cache_events(answer, input);
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
    if (!most.gain) {
        answer.missing = "It needs at least two variants." + (answer.missing.empty() ? "" : " " + answer.missing);
        answer.advice.add(beside_one_another(default_variants()));
    }
    answer.answered = !most.gain ? Answered::no : answer.missing.empty() ? Answered::yes : Answered::in_part;
    return answer;
}

Answer answer_threads(const FindingInput& input) {
    Answer answer;
    const std::array<Growth, variant_count> growths = growths_of(input);
    std::vector<std::string> rates;
    std::vector<std::string> costs;
    const Growth* any = nullptr;
    bool tested = false;
    for (Variant variant : all_variants) {
        const Growth& growth = growths[index_of(variant)];
        if (!grows(growth))
            continue;
        const Difference difference = difference_of(*growth.fewest, *growth.most);
        if (!difference.ratio)
            continue;
        any = &growth;
        const std::string name(name_of(variant));
        tested = tested || difference.interval;
        rates.push_back(name + " " + factor_in_words(difference));
        if (growth.fewest->cpu_ns_per_byte.value > 0.0)
            costs.push_back(name + " " +
                            fixed(growth.most->cpu_ns_per_byte.value / growth.fewest->cpu_ns_per_byte.value, 2) + " ×");
    }
    answer.missing = missing_cache_events(answer, input);
    if (any == nullptr) {
        answer.text = "This run cannot say: it has one number of connections only.";
        answer.missing =
            "It needs several numbers of connections." + (answer.missing.empty() ? "" : " " + answer.missing);
        answer.advice.add(Advice::Change::more_threads);
        return answer;
    }
    if (!tested) {
        answer.missing = std::string(needs_several_repeats) + (answer.missing.empty() ? "" : " " + answer.missing);
        answer.advice.add({{}, {}, first_repeats, true});
    }
    const unsigned most = any->most->merged.threads;
    answer.text = "From " + counted(any->fewest->merged.threads, "connection") + " to " + grouped(most) +
                  ", with fields of " + binary_size(input.groups.back().field_size) + ", throughput changes by " +
                  joined_by_and(rates) + ", and CPU time a byte by " + joined_by_and(costs) + ".";
    if (const unsigned cpus = input.run.environment.cpus; cpus != 0 && 2 * most > cpus)
        answer.text += " " + grouped(2 * most) + " worker threads share " + counted(cpus, "CPU") +
                       ": threads may wait for a CPU; latencies include this (see preempted times).";
    const std::string misses = say_misses(growths);
    answer.text += misses.empty() ? " No counter shows contention for caches." : misses;
    add_evidence(answer, input);
    add_cache_misses(answer, input);
    answer.rests_on = {"throughput_gbps", "cpu_ns_per_byte"};
    if (!misses.empty())
        answer.rests_on.emplace_back("counters");
    answer.answered = answer.missing.empty() ? Answered::yes : Answered::in_part;
    return answer;
}

} // namespace netio::analysis
