// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/answers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "analysis/copies.h"
#include "analysis/costs.h"
#include "analysis/crossing.h"
#include "analysis/judge.h"
#include "analysis/phrases.h"
#include "analysis/zerocopy_balance.h"

namespace netio::analysis {
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
    const auto open = [](const Difference& difference) {
        return difference.interval && !difference.shown && !difference.explained_by_load;
    };
    const auto busy = [](const Difference& difference) { return difference.explained_by_load; };
    const auto untested = [](const Difference& difference) { return !difference.interval; };
    const std::pair<const char*, std::function<bool(const Difference&)>> kinds[] = {
        {"faster ", &Difference::more},
        {"slower ", &Difference::less},
        {"no significant difference ", open},
        {"no verdict, for the machine was busy, ", busy},
        {"not tested with one repeat ", untested}};
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
    const std::string both = say(*own) + " times, in " + other + " " + say(*copying) + " times";
    switch (order_of(*own, *copying)) {
    case CopyOrder::alike:
        return " It is called zero-copy, but each byte was copied " + say(*own) + " times, as often as in " + other +
               " (" + say(*copying) + "): it saves no copy and pays for the attempt.";
    case CopyOrder::none_saved:
        return " It is called zero-copy, but each byte was copied " + both +
               ": of the copies that are counted it saves none, and it pays for the attempt.";
    case CopyOrder::unknown:
        return " Each byte was copied " + both +
               ": not all copies are counted here, and whether zero-copy saves one is not known.";
    case CopyOrder::fewer:
    case CopyOrder::different:
        break;
    }
    return " Each byte was copied " + both + ".";
}

Answer answer_from(std::optional<Finding> finding, const FindingInput& input, Variant variant) {
    Answer answer;
    if (!finding) {
        answer.missing = "It needs both variants and at least two field sizes.";
        answer.advice.add(beside_one_another(std::array{two_copy_variant, variant}));
        answer.advice.add(Advice::Change::more_field_sizes);
        answer.advice.add({{}, {}, first_repeats, true});
        return answer;
    }
    const bool tested = std::ranges::any_of(finding->evidence,
                                            [](const Evidence& one) { return one.figure.quality == Quality::sampled; });
    answer.answered = tested ? Answered::yes : Answered::no;
    answer.text = tested ? finding->text() : "This run cannot say. " + finding->fact;
    if (!tested)
        answer.missing = needs_several_repeats;
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
    const CopyOrder order = order_of(*own, *most);
    if (order == CopyOrder::alike || order == CopyOrder::none_saved)
        return " \"" + label + "\" is a label only: " + other + " copies each byte " + say(*most) + " times and " +
               name + " " + say(*own) + " times.";
    return " Measured copies a byte: " + other + " " + say(*most) + ", " + name + " " + say(*own) +
           (order == CopyOrder::unknown ? "; whether those are fewer is not known." : ".");
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

struct Question {
    char letter;
    std::string text;
    Answer (*answer)(const FindingInput&);
    unsigned brief_sentences = 1; ///< of an answer's first ones, how many are enough
};

/// The first sentences of a text. One ends with a full stop before a space and what is no small letter.
std::string first_sentences(const std::string& text, unsigned count) {
    std::size_t end = 0;
    for (unsigned sentence = 0; sentence < count; ++sentence) {
        do
            end = text.find(". ", end == 0 ? 0 : end + 1);
        while (end != std::string::npos && end + 2 < text.size() && text[end + 2] >= 'a' && text[end + 2] <= 'z');
        if (end == std::string::npos)
            return text;
    }
    return text.substr(0, end + 1);
}

/// "one-copy (ID)"
std::string labelled(Variant variant) {
    return std::string(name_of(entry_of(variant).textbook)) + " (" + std::string(name_of(variant)) + ")";
}

std::string from_which_size(Variant variant) {
    return "From which field size is " + labelled(variant) + " faster than " + labelled(two_copy_variant) + "?";
}

std::vector<Question> questions() {
    return {
        {'a', "Why is zero-copy not always the fastest?", answer_why_not_fastest, 2},
        {'b', "Which cache level gains most from fewer copies?", answer_cache_levels},
        {'c', "What does the number of threads do to cache contention?", answer_threads},
        {'d', from_which_size(one_copy_variant), answer_one_copy},
        {'e', from_which_size(zero_copy_variant), answer_zero_copy},
        {'f', "Which result is unexpected, and what explains it?", answer_unexpected, 2},
    };
}

} // namespace

Advice beside_one_another(std::span<const Variant> variants) {
    return {{Advice::Change::compare_variants}, {variants.begin(), variants.end()}};
}

std::optional<Copies> copies_of(const FindingInput& input, Variant variant) {
    std::optional<Copies> copies;
    for (const Group& group : input.groups) {
        const VariantSummary* summary = group.of(variant);
        if (summary == nullptr)
            continue;
        const Figure own = copies_per_byte(summary->merged);
        const std::optional<Bounds> range = own.range();
        if (!range)
            continue;
        if (!copies)
            copies = {range->low, range->high, own.quality, own.reason};
        copies->low = std::min(copies->low, range->low);
        copies->high = std::max(copies->high, range->high);
        if (own.quality > copies->quality) {
            copies->quality = own.quality;
            copies->reason = own.reason;
        }
    }
    return copies;
}

CopyOrder order_of(const Copies& one, const Copies& other) {
    constexpr double noticeable = 0.05;
    if (one.bounded() || other.bounded())
        return one.high < other.low                ? CopyOrder::fewer
               : one.low >= other.low - noticeable ? CopyOrder::none_saved
                                                   : CopyOrder::unknown;
    const bool alike = std::fabs(one.low - other.low) < noticeable && std::fabs(one.high - other.high) < noticeable;
    return alike ? CopyOrder::alike : CopyOrder::different;
}

std::string say(const Copies& copies) {
    if (!std::isfinite(copies.high))
        return "at least " + ratio_text(copies.low);
    return (copies.quality == Quality::estimated ? "≈" : "") + ratio_range(copies.low, copies.high);
}

void add_copies(Answer& answer, const FindingInput& input) {
    constexpr double same = 0.01;
    std::array<std::optional<Copies>, variant_count> all;
    bool steady = true;
    for (Variant variant : all_variants) {
        all[index_of(variant)] = copies_of(input, variant);
        if (const auto& copies = all[index_of(variant)])
            steady = steady && !copies->bounded() && copies->high - copies->low < same;
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
            if (const Figure copies = copies_per_byte(summary.merged); copies.range())
                answer.evidence.push_back({"copies per byte", "", copies, location_of(summary.merged)});
}

Answer answer_why_not_fastest(const FindingInput& input) {
    Answer answer;
    const std::vector<LocatedDifference> list = against_the_others(input);
    if (list.empty()) {
        answer.missing = std::string(name_of(zero_copy_variant)) + " was not run beside another variant.";
        answer.advice.add(beside_one_another(default_variants()));
        return answer;
    }
    answer.advice = advice_on_repeats(list);
    for (const LocatedDifference& one : list)
        answer.evidence.push_back({"throughput of " + std::string(name_of(zero_copy_variant)) + " / fastest other", "",
                                   one.difference.figure(), one.place});
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
    const bool tested = std::ranges::any_of(list, &Difference::interval, &LocatedDifference::difference);
    answer.answered = balances.empty() || !tested ? Answered::in_part : Answered::yes;
    if (!tested)
        answer.missing = needs_several_repeats;
    if (!balances.empty())
        return answer;
    if (!answer.missing.empty())
        answer.missing += ' ';
    const std::string& untraced = input.run.environment.untraced;
    if (input.run.spec.trace && untraced.empty()) {
        answer.missing += "This run did not time what zero-copy costs and saves: trace " +
                          std::string(name_of(one_copy_variant)) + " and " + std::string(name_of(zero_copy_variant)) +
                          ", with samples or with fentry.";
        return answer;
    }
    answer.missing += "This run was not traced" + (untraced.empty() ? "" : ": " + untraced) + ".";
    if (untraced.empty())
        answer.advice.add(Advice::Change::trace);
    return answer;
}

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

std::vector<Answer> answer_assignment(const Run& run) {
    const FindingInput input(run);
    std::vector<Answer> answers;
    for (const Question& question : questions()) {
        Answer answer = question.answer(input);
        answer.letter = question.letter;
        answer.question = question.text;
        answer.brief = first_sentences(answer.text, question.brief_sentences);
        answers.push_back(std::move(answer));
    }
    return answers;
}

} // namespace netio::analysis
