// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/answers.h"
#include "analysis/costs.h"
#include "analysis/locations.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

Answer answer_from(std::optional<Finding> finding, const FindingInput& input, Variant variant) {
    Answer answer;
    if (!finding) {
        answer.missing = "It takes both variants and at least two field sizes: `netio-trace run --variants " +
                         std::string(name_of(two_copy_variant)) + "," + std::string(name_of(variant)) +
                         " --field-sizes 64,256,1K,4K,16K,64K --repeats 5`.";
        return answer;
    }
    answer.answered = Answered::yes;
    answer.text = finding->text();
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

} // namespace netio::analysis
