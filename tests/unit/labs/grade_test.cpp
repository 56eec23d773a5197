// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixed_runs.h"
#include "labs/facts.h"
#include "labs/grade.h"
#include "report/run_json/writer.h"

namespace netio::labs {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::int64_t later = 4'000'000'000;

std::vector<std::string> doubts_of(const Run& run) { return doubts_about(run, report::render_json(run), later); }

TEST(Facts, OfARunThatWasMadeAreNotDoubted) { EXPECT_THAT(doubts_of(fixed_runs::one_exact_cell_run()), IsEmpty()); }

TEST(Facts, TellTheLineThatWasChanged) {
    netio::Run run = fixed_runs::one_exact_cell_run();
    run.environment.tool_version = NETIO_VERSION; // files of other versions may have other fields
    std::string text = report::render_json(run);
    const std::size_t at = text.find("\"throughput_gbps\": ");
    ASSERT_NE(at, std::string::npos);
    text.insert(at + 19, "9");
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    EXPECT_THAT(doubts_about(run, text, later),
                ElementsAre(HasSubstr("line " + std::to_string(line) + " is the first")));
}

TEST(Facts, ThatContradictOneAnotherAreFound) {
    netio::Run run = fixed_runs::one_exact_cell_run();
    run.cells[0].receiver.messages += 10;
    EXPECT_THAT(doubts_of(run), Contains(HasSubstr(" messages of ")));
    EXPECT_THAT(doubts_of(run), Contains(HasSubstr(" latencies of ")));

    run = fixed_runs::one_exact_cell_run();
    run.cells[0].trace->of(Role::sender).path(Path::pin).bytes.value *= 2;
    EXPECT_THAT(doubts_of(run), Contains(HasSubstr("and the file says that it holds")));

    run = fixed_runs::one_exact_cell_run();
    run.cells[0].sender.cpu_system_s = 100.0;
    EXPECT_THAT(doubts_of(run), Contains(HasSubstr("its sender used 100 s of CPU time")));

    run = fixed_runs::one_exact_cell_run();
    run.spec.duration_s = run.cells[0].receiver.duration_s * 2;
    EXPECT_THAT(doubts_of(run), Contains(HasSubstr("were asked for")));

    run = fixed_runs::one_exact_cell_run();
    run.spec.field_sizes = {12345};
    EXPECT_THAT(doubts_of(run), Contains(HasSubstr("the run was not asked for it")));

    run = fixed_runs::one_exact_cell_run();
    run.environment.started_at = "2096-12-01T10:00:00Z";
    EXPECT_THAT(doubts_about(run, report::render_json(run), 1'800'000'000), Contains(HasSubstr("in the future")));
    run.environment.started_at = "yesterday";
    EXPECT_THAT(doubts_of(run), Contains(HasSubstr("its date is none")));
}

Submission submission(const std::string& name, const Run& run) {
    Submission made;
    made.name = name;
    made.lab = lab_of(1);
    made.runs.emplace("bytes", run);
    return made;
}

TEST(Grade, SaysWhoHasTheSameMeasurementAndSentences) {
    const std::string sentence = "They copy the same bytes, as the line copies per byte of my run shows for both.";
    std::vector<Submission> all{submission("anna", fixed_runs::exact_run()),
                                submission("bert", fixed_runs::complete_run()),
                                submission("carl", fixed_runs::exact_run())};
    all[0].answers.answers["defend"] = sentence;
    all[1].answers.answers["defend"] = sentence;
    grade(all);
    EXPECT_THAT(all[0].remarks, Contains("run bytes is the same measurement as that of #3"));
    EXPECT_THAT(all[2].remarks, Contains("run bytes is the same measurement as that of #1"));
    EXPECT_THAT(all[1].remarks, Not(Contains(HasSubstr("same measurement"))));
    EXPECT_THAT(all[1].remarks, Contains("its answer to defend is word for word that of #1"));
    EXPECT_THAT(all[1].remarks, Contains("run bytes was not made with --lab 1"));
}

TEST(Grade, NeitherPageNorTableTakesWhatIsHandedInForMarkupOrAFormula) {
    std::vector<Submission> all{submission("=cmd()", fixed_runs::exact_run()), Submission{}};
    all[0].answers.name = "+49";
    all[0].answers.answers["defend"] = "<script>alert(1)</script>";
    all[0].answers.answers["guess-a1"] = "@SUM(A1)";
    all[1].name = "zoe";
    all[1].fault = "there is <nothing>";
    grade(all);
    const std::string csv = render_grades_csv(all);
    EXPECT_THAT(csv, HasSubstr("1,'=cmd(),'+49,1,guess-a1,not checked,0,1,'@SUM(A1),"));
    EXPECT_THAT(csv, HasSubstr("2,zoe,,,total,refused,0,0,,,there is <nothing>\n"));
    const std::string page = render_grades_page(all);
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)"));
    EXPECT_THAT(page, HasSubstr("there is &lt;nothing&gt;"));
    EXPECT_THAT(page, Not(HasSubstr("zoe")));
    EXPECT_THAT(page, Not(HasSubstr("cmd()")));
    EXPECT_THAT(summary_of(all, 80), HasSubstr("2 submissions, 1 not graded, 1 with remarks"));
}

} // namespace
} // namespace netio::labs
