// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/assignment.h"

#include <array>

#include "analysis/answers.h"

namespace netio::analysis {
namespace {

struct Question {
    char letter;
    std::string_view text;
    Answer (*answer)(const FindingInput&);
};

constexpr std::array questions{
    Question{'a', "Why is zero-copy not always the fastest?", answer_why_not_fastest},
    Question{'b', "Which cache level gains most from fewer copies?", answer_cache_levels},
    Question{'c', "What does the number of threads do to cache contention?", answer_threads},
    Question{'d', "From which field size is one-copy (A2) faster than two-copy (A1)?", answer_one_copy},
    Question{'e', "From which field size is zero-copy (A3) faster than two-copy (A1)?", answer_zero_copy},
    Question{'f', "Which result is unexpected, and what explains it?", answer_unexpected},
};

} // namespace

std::vector<Answer> answer_assignment(const Run& run) {
    const FindingInput input(run);
    std::vector<Answer> answers;
    for (const Question& question : questions) {
        Answer answer = question.answer(input);
        answer.letter = question.letter;
        answer.question = question.text;
        answers.push_back(std::move(answer));
    }
    return answers;
}

} // namespace netio::analysis
