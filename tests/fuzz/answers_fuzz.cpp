// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Whatever a student hands in as answers.txt, of whichever lab: it is read or refused with the line that is wrong, and
// no answer holds what was not in the file.
#include "fuzz.h"
#include "labs/answers.h"

using namespace netio;

namespace {

void check_given(std::string_view file, std::string_view answer) {
    if (answer.size() > labs::most_answer_bytes)
        fuzz::complain("an answer that is too long", answer);
    if (file.find(answer) == std::string_view::npos)
        fuzz::complain("an answer that nobody gave", answer);
    for (const char letter : answer)
        if (static_cast<unsigned char>(letter) < ' ' && letter != '\t')
            fuzz::complain("a control character in an answer", answer);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const labs::Lab* named = labs::lab_of(labs::lab_number_in(text));
    const labs::Lab& lab = named != nullptr ? *named : labs::all_labs().front();
    const Result<labs::Answers> answers = labs::read_answers(text, lab, "answers.txt");
    if (!answers) {
        fuzz::check_refusal(answers.error());
        return 0;
    }
    if (answers->runs.size() != lab.runs.size() || answers->lab != lab.number)
        fuzz::complain("the answers are of another lab", text);
    check_given(text, answers->name);
    for (const auto& [question, answer] : answers->answers) {
        if (lab.question(question) == nullptr)
            fuzz::complain("an answer to what was not asked", question);
        check_given(text, answer);
    }
    return 0;
}
