// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/answers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "analysis/costs.h"
#include "analysis/judge.h"
#include "analysis/phrases.h"
#include "analysis/zerocopy_balance.h"

namespace netio::analysis {
namespace {

Advice beside_one_another(std::span<const Variant> variants) {
    return {{Advice::Change::compare_variants}, {variants.begin(), variants.end()}};
}

} // namespace

std::optional<Copies> copies_of(const FindingInput& input, Variant variant) {
    std::optional<Copies> copies;
    for (const Group& group : input.groups) {
        const VariantSummary* summary = group.of(variant);
        if (summary == nullptr)
            continue;
        const Figure own = summary->merged.copies_per_byte();
        if (!own.available())
            continue;
        if (!copies)
            copies = {own.value, own.value, own.quality, own.reason};
        copies->low = std::min(copies->low, own.value);
        copies->high = std::max(copies->high, own.value);
        if (own.quality > copies->quality) {
            copies->quality = own.quality;
            copies->reason = own.reason;
        }
    }
    return copies;
}

bool copy_alike(const Copies& one, const Copies& other) {
    constexpr double noticeable = 0.05;
    return std::fabs(one.low - other.low) < noticeable && std::fabs(one.high - other.high) < noticeable;
}

std::string say(const Copies& copies) {
    return (copies.quality == Quality::estimated ? "≈" : "") + ratio_range(copies.low, copies.high);
}

void add_copies(Answer& answer, const FindingInput& input) {
    constexpr double same = 0.01;
    std::array<std::optional<Copies>, variant_count> all;
    bool steady = true;
    for (Variant variant : all_variants) {
        all[index_of(variant)] = copies_of(input, variant);
        if (const auto& copies = all[index_of(variant)])
            steady = steady && copies->high - copies->low < same;
    }
    if (steady) {
        for (Variant variant : all_variants)
            if (const auto& copies = all[index_of(variant)])
                answer.evidence.push_back(
                    {"copies per byte",
                     "",
                     Figure{copies->high, copies->quality, copies->high, copies->high, copies->reason},
                     {variant, 0, 0}});
        return;
    }
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants)
            if (summary.merged.copies_per_byte().available())
                answer.evidence.push_back(
                    {"copies per byte", "", summary.merged.copies_per_byte(), location_of(summary.merged)});
}

std::span<const CacheEvent> cache_events() {
    static constexpr std::array events{CacheEvent{"L1-dcache-load-misses", "the L1 data cache"},
                                       CacheEvent{"LLC-load-misses", "the last-level cache (loads)"},
                                       CacheEvent{"cache-misses", "what this processor counts as cache-misses"}};
    return events;
}

std::string missing_cache_events(Answer& answer, const FindingInput& input) {
    std::map<std::string, std::vector<std::string>> events_by_reason;
    for (const CacheEvent& event : cache_events()) {
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
    return text + ". It takes hardware counters that this program may use, which few virtual machines have.";
}

bool add_cache_misses(Answer& answer, const FindingInput& input) {
    bool any = false;
    for (const CacheEvent& event : cache_events())
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

namespace {

/// The zero-copy variant against the fastest other one, where both were measured.
std::vector<LocatedDifference> against_the_others(const FindingInput& input) {
    std::vector<LocatedDifference> list;
    for (const Group& group : input.groups) {
        const VariantSummary* own = group.of(zero_copy_variant);
        const VariantSummary* best = nullptr;
        for (const VariantSummary& other : group.variants)
            if (!uses_zero_copy(other.merged.variant) &&
                (best == nullptr || other.throughput_gbps.value > best->throughput_gbps.value))
                best = &other;
        if (own == nullptr || best == nullptr)
            continue;
        if (Difference difference = difference_of(*best, *own); difference.available)
            list.push_back({{{}, group.field_size, group.threads}, std::move(difference)});
    }
    return list;
}

std::string say_places(const std::vector<LocatedDifference>& list, const FindingInput& input) {
    const auto open = [](const Difference& difference) { return difference.interval && !difference.shown; };
    const auto untested = [](const Difference& difference) { return !difference.interval; };
    const std::pair<const char*, std::function<bool(const Difference&)>> kinds[] = {
        {"faster ", &Difference::more},
        {"slower ", &Difference::less},
        {"no significant difference ", open},
        {"not shown with one repeat ", untested}};
    std::string text;
    for (const auto& [what, condition] : kinds)
        if (const std::string where = where_in_words(list, input.groups, condition); !where.empty())
            text += (text.empty() ? "" : "; ") + (what + where);
    return std::string(name_of(zero_copy_variant)) + " against the fastest of the others: " + text + ".";
}

std::string say_copies(const FindingInput& input) {
    const std::optional<Copies> copying = copies_of(input, one_copy_variant);
    const std::optional<Copies> own = copies_of(input, zero_copy_variant);
    const std::string other(name_of(one_copy_variant));
    if (!own)
        return {};
    if (!copying)
        return " It is called zero-copy; each byte was copied " + say(*own) + " times.";
    if (!copy_alike(*copying, *own))
        return " Each byte was copied " + say(*own) + " times, in " + other + " " + say(*copying) + " times.";
    return " It is called zero-copy, but each byte was copied " + say(*own) + " times, as often as in " + other + " (" +
           say(*copying) + "): it saves no copy and pays for the attempt.";
}

} // namespace

Answer answer_why_not_fastest(const FindingInput& input) {
    Answer answer;
    const std::vector<LocatedDifference> list = against_the_others(input);
    if (list.empty()) {
        answer.missing = std::string(name_of(zero_copy_variant)) + " was not run beside another variant.";
        answer.advice.add(beside_one_another(all_variants));
        return answer;
    }
    for (const LocatedDifference& one : list) {
        answer.advice.add(one.difference.advice);
        answer.evidence.push_back({"throughput of " + std::string(name_of(zero_copy_variant)) + " / fastest other", "",
                                   one.difference.figure(), one.place});
    }
    answer.rests_on = {"throughput_gbps"};
    answer.text = say_places(list, input) + say_copies(input);
    add_copies(answer, input);
    const std::vector<ZerocopyBalance> balances = zerocopy_balances(input);
    if (!balances.empty()) {
        answer.text += " In CPU time, " + say(balances.front());
        if (balances.back().place.field_size != balances.front().place.field_size)
            answer.text += "; " + say(balances.back());
        answer.text += ".";
        answer.rests_on.insert(answer.rests_on.end(),
                               {"copies_per_byte", "copy_in", "pin", "deferred_copy", "errqueue_syscall"});
    }
    for (const ZerocopyBalance& balance : balances)
        answer.evidence.push_back({"balance against " + std::string(name_of(balance.counterpart)) + " (+ saved)",
                                   "ns/B", balance.net, balance.place});
    answer.answered = balances.empty() ? Answered::in_part : Answered::yes;
    if (!balances.empty())
        return answer;
    const std::string& untraced = input.run.environment.untraced;
    if (input.run.spec.trace && untraced.empty()) {
        answer.missing =
            "What zero-copy costs and saves was not timed in this run: " + std::string(name_of(one_copy_variant)) +
            " and " + std::string(name_of(zero_copy_variant)) + " have to be traced, with samples or with fentry.";
        return answer;
    }
    answer.missing = "This run was not traced" + (untraced.empty() ? "" : ": " + untraced) + ".";
    if (untraced.empty())
        answer.advice.add(Advice::Change::trace);
    return answer;
}

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
        answer.missing = "It takes at least two variants." + (answer.missing.empty() ? "" : " " + answer.missing);
        answer.advice.add(beside_one_another(all_variants));
    }
    answer.answered = !most.gain ? Answered::no : answer.missing.empty() ? Answered::yes : Answered::in_part;
    return answer;
}

namespace {

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
    for (const CacheEvent& event : cache_events())
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

Answer answer_threads(const FindingInput& input) {
    Answer answer;
    const std::array<Growth, variant_count> growths = growths_of(input);
    std::vector<std::string> rates;
    std::vector<std::string> costs;
    const Growth* any = nullptr;
    for (Variant variant : all_variants) {
        const Growth& growth = growths[index_of(variant)];
        if (!grows(growth))
            continue;
        any = &growth;
        const std::string name(name_of(variant));
        rates.push_back(name + " × " +
                        fixed(growth.most->throughput_gbps.value / growth.fewest->throughput_gbps.value, 2));
        if (growth.fewest->cpu_ns_per_byte.value > 0.0)
            costs.push_back(name + " × " +
                            fixed(growth.most->cpu_ns_per_byte.value / growth.fewest->cpu_ns_per_byte.value, 2));
    }
    answer.missing = missing_cache_events(answer, input);
    if (any == nullptr) {
        answer.text = "This run cannot say: it has one number of connections only.";
        answer.missing =
            "It takes several numbers of connections." + (answer.missing.empty() ? "" : " " + answer.missing);
        answer.advice.add(Advice::Change::more_threads);
        return answer;
    }
    const unsigned most = any->most->merged.threads;
    answer.text = "From " + counted(any->fewest->merged.threads, "connection") + " to " + grouped(most) +
                  ", with fields of " + binary_size(input.groups.back().field_size) + ", throughput changes by " +
                  joined_by_and(rates) + ", and CPU time a byte by " + joined_by_and(costs) + ".";
    if (const unsigned cpus = input.run.environment.cpus; cpus != 0 && 2 * most > cpus)
        answer.text += " " + grouped(2 * most) + " worker threads share " + counted(cpus, "CPU") +
                       ": threads may have to wait for a CPU, and latencies contain that (see preempted times).";
    const std::string misses = say_misses(growths);
    answer.text += misses.empty() ? " Whether caches are contended for, no counter says here." : misses;
    add_evidence(answer, input);
    add_cache_misses(answer, input);
    answer.rests_on = {"throughput_gbps", "cpu_ns_per_byte"};
    if (!misses.empty())
        answer.rests_on.emplace_back("counters");
    answer.answered = answer.missing.empty() ? Answered::yes : Answered::in_part;
    return answer;
}

namespace {

Answer answer_from(std::optional<Finding> finding, const FindingInput& input, Variant variant) {
    Answer answer;
    if (!finding) {
        answer.missing = "It takes both variants and at least two field sizes.";
        answer.advice.add(beside_one_another(std::array{two_copy_variant, variant}));
        answer.advice.add(Advice::Change::more_field_sizes);
        answer.advice.add({{}, {}, first_repeats, true});
        return answer;
    }
    answer.answered = Answered::yes;
    answer.text = finding->text();
    answer.advice = finding->advice;
    answer.evidence = std::move(finding->evidence);
    answer.rests_on = std::move(finding->rests_on);
    add_copies(answer, input);
    answer.rests_on.emplace_back("copies_per_byte");
    return answer;
}

/// What the label promises and what was measured.
std::string say_label(const FindingInput& input, Variant variant, const std::string& label) {
    const std::optional<Copies> most = copies_of(input, two_copy_variant);
    const std::optional<Copies> own = copies_of(input, variant);
    if (!most || !own)
        return {};
    const std::string name(name_of(variant));
    const std::string other(name_of(two_copy_variant));
    if (copy_alike(*most, *own))
        return " \"" + label + "\" is a label only: " + other + " copies each byte " + say(*most) + " times and " +
               name + " " + say(*own) + " times.";
    return " Measured copies a byte: " + other + " " + say(*most) + ", " + name + " " + say(*own) + ".";
}

/// What a message's send calls cost either variant, at the smallest size.
std::string say_calls(const FindingInput& input) {
    const Group& group = input.groups.front();
    const VariantSummary* many_calls = group.of(two_copy_variant);
    const VariantSummary* one_call = group.of(one_copy_variant);
    if (many_calls == nullptr || one_call == nullptr)
        return {};
    const Figure one = send_ns_per_message(many_calls->merged);
    const Figure other = send_ns_per_message(one_call->merged);
    if (!one.available() || !other.available())
        return " What differs is the number of send calls, 8 a message against 1.";
    return " What differs is the number of send calls, 8 a message against 1: they take " + duration(one.value) +
           " of CPU time a message in " + std::string(name_of(two_copy_variant)) + " and " + duration(other.value) +
           " in " + std::string(name_of(one_copy_variant)) + ", " + name_of(group) + ".";
}

} // namespace

Answer answer_one_copy(const FindingInput& input) {
    Answer answer = answer_from(find_crossover_a2_a1(input), input, one_copy_variant);
    if (answer.answered == Answered::yes)
        answer.text += say_label(input, one_copy_variant, "One-copy") + say_calls(input);
    return answer;
}

Answer answer_zero_copy(const FindingInput& input) {
    Answer answer = answer_from(find_crossover_a3_a1(input), input, zero_copy_variant);
    if (answer.answered == Answered::yes)
        answer.text += say_label(input, zero_copy_variant, "Zero-copy");
    if (const std::optional<Finding> other = find_crossover_a3_a2(input); answer.answered == Answered::yes && other)
        answer.text +=
            " Against " + std::string(name_of(one_copy_variant)) + ", which makes as few calls: " + other->fact;
    return answer;
}

namespace {

struct Question {
    char letter;
    std::string text;
    Answer (*answer)(const FindingInput&);
};

/// "one-copy (ID)"
std::string labelled(Variant variant) {
    return std::string(name_of(entry_of(variant).textbook)) + " (" + std::string(name_of(variant)) + ")";
}

std::string from_which_size(Variant variant) {
    return "From which field size is " + labelled(variant) + " faster than " + labelled(two_copy_variant) + "?";
}

std::vector<Question> questions() {
    return {
        {'a', "Why is zero-copy not always the fastest?", answer_why_not_fastest},
        {'b', "Which cache level gains most from fewer copies?", answer_cache_levels},
        {'c', "What does the number of threads do to cache contention?", answer_threads},
        {'d', from_which_size(one_copy_variant), answer_one_copy},
        {'e', from_which_size(zero_copy_variant), answer_zero_copy},
        {'f', "Which result is unexpected, and what explains it?", answer_unexpected},
    };
}

} // namespace

std::vector<Answer> answer_assignment(const Run& run) {
    const FindingInput input(run);
    std::vector<Answer> answers;
    for (const Question& question : questions()) {
        Answer answer = question.answer(input);
        answer.letter = question.letter;
        answer.question = question.text;
        answers.push_back(std::move(answer));
    }
    return answers;
}

} // namespace netio::analysis
