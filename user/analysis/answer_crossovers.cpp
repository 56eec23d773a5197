// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/answers.h"
#include "analysis/costs.h"
#include "analysis/locations.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

Answer answer_from(std::optional<Finding> finding, const FindingInput& input, const std::string& variants) {
    Answer answer;
    if (!finding) {
        answer.missing = "It takes both variants and at least two field sizes: `netio-trace run --variants " +
                         variants + " --field-sizes 64,256,1K,4K,16K,64K --repeats 5`.";
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
    const std::optional<Copies> a1 = copies_of(input, Variant::A1);
    const std::optional<Copies> own = copies_of(input, variant);
    if (!a1 || !own)
        return {};
    const std::string name(name_of(variant));
    if (copy_alike(*a1, *own))
        return " \"" + label + "\" is a label only: A1 copies each byte " + say(*a1) + " times and " + name + " " +
               say(*own) + " times.";
    return " Measured copies a byte: A1 " + say(*a1) + ", " + name + " " + say(*own) + ".";
}

/// What a message's send calls cost either variant, at the smallest size.
std::string say_calls(const FindingInput& input) {
    const Group& group = input.groups.front();
    const auto& a1 = group.variants[index_of(Variant::A1)];
    const auto& a2 = group.variants[index_of(Variant::A2)];
    if (!a1 || !a2)
        return {};
    const Figure one = send_ns_per_message(a1->merged);
    const Figure other = send_ns_per_message(a2->merged);
    if (!one.available() || !other.available())
        return " What differs is the number of send calls, 8 a message against 1.";
    return " What differs is the number of send calls, 8 a message against 1: they take " + duration(one.value) +
           " of CPU time a message in A1 and " + duration(other.value) + " in A2, " + name_of(group) + ".";
}

} // namespace

Answer answer_one_copy(const FindingInput& input) {
    Answer answer = answer_from(find_crossover_a2_a1(input), input, "A1,A2");
    if (answer.answered == Answered::yes)
        answer.text += say_label(input, Variant::A2, "One-copy") + say_calls(input);
    return answer;
}

Answer answer_zero_copy(const FindingInput& input) {
    Answer answer = answer_from(find_crossover_a3_a1(input), input, "A1,A3");
    if (answer.answered == Answered::yes)
        answer.text += say_label(input, Variant::A3, "Zero-copy");
    if (const std::optional<Finding> a2 = find_crossover_a3_a2(input); answer.answered == Answered::yes && a2)
        answer.text += " Against A2, which makes as few calls: " + a2->fact;
    return answer;
}

} // namespace netio::analysis
