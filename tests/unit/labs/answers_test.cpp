// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labs/answers.h"
#include "labs/form.h"

namespace netio::labs {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view two_questions = R"({
    "lab": 7, "title": "t", "where": "w", "without_root": "r", "minutes": 1, "run_seconds": 1,
    "runs": [{"id": "one"}],
    "questions": [{"id": "first", "kind": "number", "ask": "how many?", "figure": {"name": "constant", "value": 3}},
                  {"id": "second", "kind": "text", "ask": "why?"}]})";

const Lab& small_lab() {
    static const Lab made = read_lab(two_questions, "");
    return made;
}

std::string fault_of(std::string_view text) {
    const auto read = read_answers(text, small_lab(), "a.txt");
    if (read)
        return "none";
    EXPECT_EQ(read.error().exit_code, ExitCode::bad_input);
    EXPECT_EQ(read.error().what, "cannot read a.txt");
    return read.error().why;
}

TEST(Answers, AreKeysAndValuesWithCommentsBetween) {
    const auto read =
        read_answers("# lab\r\nlab: 7\nname:  A: B \n\nrun.one: ../x\nfirst : 3 \nsecond:\n", small_lab(), "a");
    ASSERT_TRUE(read.ok()) << read.error().message();
    EXPECT_EQ(read->name, "A: B");
    EXPECT_EQ(read->runs.at("one"), "../x");
    EXPECT_EQ(read->answers.at("first"), "3");
    EXPECT_EQ(read->answers.count("second"), 0U) << "nothing stands behind the colon";
}

TEST(Answers, OfTheFormAreEmptyAndNameTheFoldersOfTheCommands) {
    const auto read = read_answers(form_of(small_lab()), small_lab(), "a");
    ASSERT_TRUE(read.ok()) << read.error().message();
    EXPECT_TRUE(read->answers.empty());
    EXPECT_EQ(read->runs.at("one"), "one");
}

TEST(Answers, AreRefusedWithTheLineThatIsWrong) {
    EXPECT_EQ(fault_of("lab: 7\nfirst 3\n").substr(0, 22), "line 2 has no colon: a");
    EXPECT_THAT(fault_of("firs: 3\n"),
                HasSubstr("line 1 has the key \"firs\", which this lab has not; did you mean first?"));
    EXPECT_EQ(fault_of("first: 3\n# x\nfirst: 4\n"), "line 3 answers first once more; line 1 did");
    EXPECT_EQ(fault_of("lab: 8\n"), "line 1 is of lab 8, and this is lab 7");
    EXPECT_THAT(fault_of("name: \x1b[31m\n"), HasSubstr("line 1 is not plain text"));
    EXPECT_THAT(fault_of("name: \xff\xfe\n"), HasSubstr("line 1 is not plain text"));
    EXPECT_THAT(fault_of("second: " + std::string(most_answer_bytes + 1, 'x')), HasSubstr("line 1 is longer than"));
    EXPECT_EQ(fault_of("second: " + std::string(most_answer_bytes, 'x')), "none");
    EXPECT_THAT(fault_of(std::string(most_answers_bytes + 1, '\n')), HasSubstr("it is larger than"));
    EXPECT_THAT(fault_of(std::string_view("a\0b: 1\n", 7)), HasSubstr("line 1 is not plain text"));
}

/// Found by the fuzz test.
TEST(Answers, AreShownInARefusalAsPlainTextAndCutBetweenLetters) {
    EXPECT_EQ(fault_of("lab: 8\t+\n"), "line 1 is of lab 8 +, and this is lab 7");
    EXPECT_THAT(fault_of("lab: 1234567890123456789\xc3\xa4\n"), HasSubstr("lab 1234567890123456789, and"));
    EXPECT_THAT(fault_of("a\tb: 3\n"), HasSubstr("the key \"a b\","));
    EXPECT_THAT(fault_of(std::string(59, 'k') + "\xe2\x82\xac: 3\n"), HasSubstr('"' + std::string(59, 'k') + "\","));
}

TEST(Answers, SayWhichLabTheyAreOf) {
    EXPECT_EQ(lab_number_in("# x\nname: a\nlab: 12\n"), 12U);
    EXPECT_EQ(lab_number_in("name: lab: 3\n"), 0U);
    EXPECT_EQ(lab_number_in("lab: x\n"), 0U);
}

} // namespace
} // namespace netio::labs
