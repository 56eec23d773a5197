// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The labs of the tree: what the program hands out can be done and checked, and tells no answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "labs/form.h"
#include "labs/lab.h"
#include "labs/lab_texts.h"
#include "labs/sealed_text.h"

namespace netio::labs {
namespace {

using ::testing::HasSubstr;

std::string key(const Lab& lab, const Question& question, const std::string& answer) {
    return std::to_string(lab.number) + "/" + question.id + "/" + answer;
}

std::string reply(const Lab& lab, const Question& question, const std::string& answer) {
    for (const std::string& sealed : question.replies)
        if (auto text = open_sealed(sealed, key(lab, question, answer)))
            return *text;
    return {};
}

TEST(SealedText, OpensWithItsKeyAlone) {
    // Made by scripts/labs.py: seal("+why", "1/q/b", 6).
    const std::string sealed = "ejWl7Rqm7AFTW8dB";
    EXPECT_EQ(open_sealed(sealed, "1/q/b"), "+why");
    EXPECT_EQ(open_sealed(sealed, "1/q/a"), std::nullopt);
    EXPECT_EQ(open_sealed("", "1/q/b"), std::nullopt);
    EXPECT_EQ(open_sealed("????", "1/q/b"), std::nullopt);
}

TEST(Labs, AreNumberedFromOneInTheOrderOfTheirFolders) {
    unsigned number = 0;
    for (const Lab& lab : all_labs()) {
        EXPECT_EQ(lab.number, ++number) << lab.folder;
        EXPECT_EQ(lab.folder.substr(0, 2), (number < 10 ? "0" : "") + std::to_string(number));
        EXPECT_THAT(std::string(lab.text), HasSubstr("# Lab " + std::to_string(number) + ": " + lab.title + "\n"));
        EXPECT_THAT(list_of_labs(80), HasSubstr(lab.title));
    }
    EXPECT_EQ(lab_of(number + 1), nullptr);
}

TEST(Labs, HaveACommandForEachRunAndMarkRunsAsTheirs) {
    for (const Lab& lab : all_labs())
        for (const LabRun& run : lab.runs) {
            bool made = false;
            for (const std::string& command : lab.commands())
                if ((command + " ").find("--output " + run.id + " ") != std::string::npos ||
                    (command + " ").find("--out " + run.id + " ") != std::string::npos) {
                    made = true;
                    EXPECT_NE(
                        command.find(run.is_trace ? " attach " : " run --lab " + std::to_string(lab.number) + " "),
                        std::string::npos)
                        << command;
                }
            EXPECT_TRUE(made) << lab.folder << ": " << run.id;
        }
}

TEST(Labs, HaveAReplyForWhateverIsAnswered) {
    for (const Lab& lab : all_labs()) {
        std::set<std::string> ids;
        for (const Question& question : lab.questions) {
            SCOPED_TRACE(lab.folder + ": " + question.id);
            EXPECT_TRUE(ids.insert(question.id).second) << "an id is there once";
            if (question.kind == QuestionKind::choice && !question.figure) {
                unsigned right = 0;
                for (const auto& [letter, text] : question.options) {
                    const std::string said = reply(lab, question, letter);
                    EXPECT_GT(said.size(), 20U) << letter;
                    right += said.starts_with('+') ? 1 : 0;
                }
                EXPECT_EQ(right, 1U);
            } else if (question.kind == QuestionKind::choice) {
                EXPECT_NE(reply(lab, question, "right"), "");
                EXPECT_NE(reply(lab, question, "wrong"), "");
            } else if (question.kind == QuestionKind::fact) {
                EXPECT_NE(reply(lab, question, "right"), "");
                EXPECT_NE(reply(lab, question, "below") + reply(lab, question, "above"), "");
            } else if (question.kind == QuestionKind::word) {
                EXPECT_TRUE(reply(lab, question, "*").starts_with('-'));
                EXPECT_GE(question.replies.size(), 2U);
            } else if (question.kind == QuestionKind::number) {
                EXPECT_TRUE(question.figure.has_value());
                EXPECT_GT(question.tolerance + question.slack, 0.0) << "how exact an answer must be is told";
                for (const char* answer : {"right", "above", "below"})
                    EXPECT_NE(reply(lab, question, answer), "") << answer;
            }
            for (const Confusion& confusion : question.confusions)
                EXPECT_TRUE(open_sealed(confusion.reply, key(lab, question, "confusion")).has_value());
        }
    }
}

TEST(Labs, TellNoAnswerWhereAStudentReads) {
    for (const LabText& files : lab_texts()) {
        const Lab& lab = *lab_of(static_cast<unsigned>(std::stoi(files.folder)));
        const std::string handed_out = std::string(files.questions) + std::string(files.text) + form_of(lab);
        for (const Question& question : lab.questions)
            for (const auto& [letter, text] : question.options) {
                const std::string said = reply(lab, question, letter);
                if (said.size() > 20) {
                    EXPECT_EQ(handed_out.find(said.substr(1, 20)), std::string::npos) << lab.folder << question.id;
                }
            }
    }
}

TEST(Labs, AreDescribedToWhoStartsThem) {
    for (const Lab& lab : all_labs()) {
        const std::string text = introduction_to(lab, {.folder = "here"}, 80);
        EXPECT_THAT(text, HasSubstr("here/answers.txt"));
        EXPECT_THAT(text, HasSubstr("Without root: "));
        const bool runs = text.find("sudo netio-trace run ") != std::string::npos;
        const std::string unwrapped = introduction_to(lab, {.folder = "here"}, 1000);
        EXPECT_EQ(unwrapped.find("Leave out sudo") != std::string::npos, runs) << lab.number;
        for (const std::string& command : lab.commands())
            EXPECT_THAT(text, HasSubstr("       " + command + "\n"));
        EXPECT_THAT(introduction_to(lab, {.folder = "here", .is_root = true}, 80),
                    ::testing::Not(HasSubstr("       sudo ")));
    }
}

TEST(Labs, AreToldAsTheyAreTypedFromACheckout) {
    const Lab lab =
        read_lab(R"({"lab": 1, "title": "t", "where": "w", "without_root": "r", "minutes": 1, "run_seconds": 1,
                                 "runs": [], "questions": []})",
                 "```sh\nsudo netio-trace run --lab 1 --output a\n./x netio-trace show a\n"
                 "\"$NETIO_TREE/scripts/vm.sh\" --out b -- netio-trace run --output /out\n```\n");
    const std::string text = introduction_to(lab, {.folder = "f", .program = "/t/netio-trace", .tree = "/t"}, 80);
    EXPECT_THAT(text, HasSubstr("\n       sudo /t/netio-trace run --lab 1 --output a\n"
                                "       ./x /t/netio-trace show a\n"
                                "       \"/t/scripts/vm.sh\" --out b -- netio-trace run --output /out\n"
                                "       /t/netio-trace lab check 1 answers.txt\n"));
    EXPECT_THAT(text, HasSubstr("       \"/t/scripts/vm.sh\" --out a -- netio-trace run --lab 1 --output /out\n"));
    EXPECT_THAT(introduction_to(lab, {.folder = "f", .program = "/t/netio-trace", .tree = "/t", .is_root = true}, 80),
                ::testing::Not(HasSubstr("--out a")));
}

} // namespace
} // namespace netio::labs
