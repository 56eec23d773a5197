// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixed_runs.h"
#include "labs/check.h"
#include "labs/form.h"

namespace netio::labs {
namespace {

using ::testing::HasSubstr;

/// The replies are those of lab 1, whose keys are of number 1 and these ids; texts are looked at there.
constexpr std::string_view every_kind = R"({
    "lab": 1, "title": "t", "where": "w", "without_root": "r", "minutes": 1, "run_seconds": 1,
    "runs": [{"id": "one"}, {"id": "other", "optional": true}],
    "questions": [
      {"id": "calls", "kind": "number", "unit": "calls", "ask": "?", "tolerance": 0.1, "points": 2,
       "figure": {"name": "constant", "value": 1000}},
      {"id": "ratio", "kind": "number", "ask": "?", "slack": 0.01,
       "figure": {"name": "constant", "value": 3}, "over": {"name": "constant", "value": 2}},
      {"id": "untraced", "kind": "number", "ask": "?", "tolerance": 0.1,
       "figure": {"name": "bytes_per_byte", "variant": "A1", "path": "copy_in"}},
      {"id": "guess", "kind": "prediction", "ask": "?", "figure": {"name": "calls_per_message", "variant": "A1"}},
      {"id": "why", "kind": "text", "ask": "?"},
      {"id": "else", "kind": "number", "ask": "?", "tolerance": 0.1,
       "figure": {"name": "messages", "run": "other"}},
      {"id": "missing", "kind": "number", "ask": "?", "tolerance": 0.1,
       "figure": {"name": "messages", "variant": "A3"}}]})";

const Lab& checked_lab() {
    static const Lab made = read_lab(every_kind, "");
    return made;
}

LabResult check_of(const std::map<std::string, std::string, std::less<>>& answers) {
    Answers given;
    given.answers = answers;
    SavedRuns runs;
    runs.emplace("one", fixed_runs::untraced_run());
    return check(checked_lab(), given, runs);
}

Checked one(const std::string& id, const std::string& answer) {
    const LabResult result = check_of({{id, answer}});
    for (const Checked& checked : result.questions)
        if (checked.question->id == id)
            return checked;
    return {};
}

TEST(Check, TakesANumberWithinTheTolerance) {
    for (const char* right : {"1000", "900", "1,100", "1e3", "1000 calls", "~1000", "≥ 1000"})
        EXPECT_EQ(one("calls", right).outcome, Outcome::right) << right;
    for (const char* wrong : {"899", "1101", "-1000"})
        EXPECT_EQ(one("calls", wrong).outcome, Outcome::wrong) << wrong;
    for (const char* malformed : {"many", "1,00", "1000 bytes", "nan", "inf", "1000 1000", "1e999", ",100"})
        EXPECT_EQ(one("calls", malformed).outcome, Outcome::malformed) << malformed;
    EXPECT_EQ(one("calls", "1000").points, 2U);
    EXPECT_EQ(one("calls", "1000").expected, "1,000 calls");
    EXPECT_EQ(one("ratio", "1.5").outcome, Outcome::right);
    EXPECT_EQ(one("ratio", "1.52").outcome, Outcome::wrong);
}

TEST(Check, WantsToHearThatAFigureIsNotThere) {
    const Checked right = one("untraced", "not measured");
    EXPECT_EQ(right.outcome, Outcome::right);
    EXPECT_THAT(right.reply, HasSubstr("the run was not traced"));
    EXPECT_EQ(one("untraced", "1").outcome, Outcome::wrong);
    EXPECT_EQ(one("calls", "Not measured").outcome, Outcome::wrong);
}

TEST(Check, NotesAPredictionAndTellsWhatWasMeasured) {
    const Checked noted = one("guess", "2");
    EXPECT_EQ(noted.outcome, Outcome::noted);
    EXPECT_EQ(noted.points, 1U);
    EXPECT_THAT(noted.reply, HasSubstr("your run: "));
    EXPECT_EQ(one("guess", "two").outcome, Outcome::malformed);
    EXPECT_EQ(one("why", "because").outcome, Outcome::noted);
}

TEST(Check, CountsWhatCanBeCheckedOnly) {
    const LabResult result = check_of({{"calls", "1000"}, {"missing", "3"}});
    EXPECT_EQ(result.points(), 2U);
    EXPECT_EQ(result.possible(), 7U) << "all but the point of the optional run that is not there";
    EXPECT_EQ(result.questions[5].outcome, Outcome::unchecked);
    EXPECT_THAT(result.questions[5].reply, HasSubstr("there is no run \"other\" beside the answers"));
    EXPECT_EQ(result.questions[6].outcome, Outcome::unchecked);
    EXPECT_THAT(result.questions[6].reply, HasSubstr("no cell of the variant"));
    EXPECT_FALSE(result.passed());
}

TEST(Check, IsToldQuestionByQuestion) {
    const std::string text = told(check_of({{"calls", "12"},
                                            {"why", "\xe2\x80\xae"
                                                    "backwards"}}),
                                  80);
    EXPECT_THAT(text, HasSubstr("1. calls: wrong  (12)"));
    EXPECT_THAT(text, HasSubstr("2. ratio: not answered"));
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << "what turns the direction of text is not printed";
    EXPECT_THAT(text, HasSubstr("1 of 7 points"));
}

} // namespace
} // namespace netio::labs
