// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/assignment.h"

#include "analysis/answers.h"

namespace netio::analysis {
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
