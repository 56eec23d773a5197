// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Compares what the renderers make of made-up runs with the committed files beside this source. After a wanted change:
//     NETIO_UPDATE_GOLDEN=1 ctest --preset release -R Golden
// writes them anew; then read every line of `git diff tests/golden` before committing.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/comparison.h"
#include "analysis/trace_comparison.h"
#include "fixed_recordings.h"
#include "fixed_runs.h"
#include "report/comparison/comparison.h"
#include "report/comparison/traces.h"
#include "report/explain.h"
#include "report/renderers.h"
#include "report/run_json/writer.h"
#include "report/text/run.h"
#include "report/view/format.h"

namespace {

using namespace netio;
using report::render_text;

std::string read(const std::filesystem::path& path) {
    const std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void expect_golden(const std::string& name, const std::string& rendered) {
    const std::filesystem::path path = std::filesystem::path(NETIO_GOLDEN_DIRECTORY) / name;
    if (std::getenv("NETIO_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(path, std::ios::binary) << rendered;
        GTEST_SKIP() << "wrote " << path << ": review the difference before committing";
    }
    ASSERT_TRUE(std::filesystem::exists(path)) << path << " is missing; see the top of this file";
    EXPECT_EQ(read(path), rendered) << "differs from " << path << "; see the top of this file";
}

const report::TextOptions plain{
    .color = false, .width = 100, .saved_to = "results/example", .saved_files = report::run_file_names()};

TEST(Golden, TextOfACompleteRun) {
    expect_golden("complete.txt", render_text(netio::fixed_runs::complete_run(), plain));
}
TEST(Golden, TextOfADamagedRun) { expect_golden("damaged.txt", render_text(netio::fixed_runs::damaged_run(), plain)); }
TEST(Golden, TextOfAnUntracedRun) {
    expect_golden("untraced.txt", render_text(netio::fixed_runs::untraced_run(), plain));
}
TEST(Golden, TextOfAnEmptyRun) { expect_golden("empty.txt", render_text(netio::fixed_runs::empty_run(), plain)); }
TEST(Golden, TextOfAnExactRun) { expect_golden("exact.txt", render_text(netio::fixed_runs::exact_run(), plain)); }
TEST(Golden, TextOfARunWithMissedHits) {
    expect_golden("missed.txt", render_text(netio::fixed_runs::missed_run(), plain));
}
TEST(Golden, FindingsOfARunWithMissedHits) {
    expect_golden("missed.explain.txt", report::render_findings_text(netio::fixed_runs::missed_run(), plain));
}
TEST(Golden, CellsCsvOfARunWithMissedHits) {
    expect_golden("missed.cells.csv", report::render_cells_csv(netio::fixed_runs::missed_run()));
}
TEST(Golden, JsonOfACellWithMissedHits) {
    netio::Run run = netio::fixed_runs::missed_run();
    run.cells.resize(1);
    expect_golden("one_missed_cell.json", report::render_json(run));
}
TEST(Golden, TextOfComparedRunsWithMissedHits) {
    analysis::ComparisonRequest request;
    request.axis = analysis::Axis::run;
    request.metrics = {{analysis::Metric::Kind::latency}, {analysis::Metric::Kind::path, Path::copy_out}};
    report::ComparisonReport report;
    report.comparison = analysis::compare(
        {{"results/before", {netio::fixed_runs::exact_run()}}, {"results/after", {netio::fixed_runs::missed_run()}}},
        request);
    expect_golden("compare_missed.txt", report::render_comparison_text(report, plain));
}
TEST(Golden, TextOfANarrowPage) {
    expect_golden("narrow.txt",
                  render_text(netio::fixed_runs::complete_run(), {.color = false, .width = 80, .saved_to = ""}));
}
TEST(Golden, TextInColor) {
    expect_golden("color.txt",
                  render_text(netio::fixed_runs::one_cell_run(), {.color = true, .width = 100, .saved_to = ""}));
}
TEST(Golden, Findings) {
    expect_golden("crossing.explain.txt", report::render_findings_text(netio::fixed_runs::crossing_run(), plain));
}
TEST(Golden, FindingsOfADamagedRun) {
    expect_golden("damaged.explain.txt", report::render_findings_text(netio::fixed_runs::damaged_run(), plain));
}
TEST(Golden, AnswersOfARunThatHasAll) {
    expect_golden("crossing.assignment.txt",
                  report::render_answers_text(netio::fixed_runs::crossing_run(), plain, report::Detail::evidence));
}
TEST(Golden, AnswersOfARunThatLacksMuch) {
    expect_golden("complete.assignment.txt",
                  report::render_answers_text(netio::fixed_runs::complete_run(), plain, report::Detail::evidence));
}
TEST(Golden, BriefAnswers) {
    const auto brief = report::Detail::brief;
    expect_golden("crossing.brief.txt",
                  report::render_answers_text(netio::fixed_runs::crossing_run(), plain, brief) +
                      report::render_answers_text(netio::fixed_runs::complete_run(), plain, brief));
}
TEST(Golden, AnswersAsJson) {
    expect_golden("empty.explain.json", report::render_explanation_json(netio::fixed_runs::empty_run(), true));
}

report::ComparisonReport compared_variants() {
    using analysis::Metric;
    analysis::ComparisonRequest request;
    request.metrics = {{Metric::Kind::latency}, {Metric::Kind::throughput}, {Metric::Kind::path, Path::copy_in}};
    Run run = netio::fixed_runs::complete_run();
    // The variants do not all gain the same from one repeat to the next.
    for (Cell& cell : run.cells)
        cell.receiver.duration_s *= 1.0 + 0.01 * cell.repeat * static_cast<double>(index_of(cell.variant));
    report::ComparisonReport report;
    report.comparison = analysis::compare({{"results/example", {std::move(run)}}}, request);
    report.gates = {
        {"p50 > +5 %", {Metric::Kind::latency}, analysis::Statistic::p50, true, true, 0.05},
        {"throughput < -3 %", {Metric::Kind::throughput}, analysis::Statistic::throughput, false, true, -0.03},
        {"pin > +1 %", {Metric::Kind::path, Path::pin}, analysis::Statistic::ns_per_byte, true, true, 0.01}};
    report.results = analysis::check(report.gates, report.comparison);
    return report;
}

/// Two runs with one repeat, timed call by call, that differ in more than their cells.
report::ComparisonReport compared_runs() {
    Run other = netio::fixed_runs::exact_run();
    other.environment.kernel_release = "6.12.9";
    other.environment.settings["net.core.optmem_max"] = "20480";
    for (Cell& cell : other.cells)
        for (int i = 0; i < 500; ++i)
            cell.receiver.latency.record(4'000'000);
    std::erase_if(other.cells, [](const Cell& cell) { return cell.variant == Variant::A2; });
    analysis::ComparisonRequest request;
    request.axis = analysis::Axis::run;
    request.metrics = {{analysis::Metric::Kind::latency}, {analysis::Metric::Kind::path, Path::copy_out}};
    report::ComparisonReport report;
    report.comparison = analysis::compare({{"results/before/with/a/long/path", {netio::fixed_runs::exact_run()}},
                                           {"results/after/with/a/long/path", {std::move(other)}}},
                                          request);
    return report;
}

TEST(Golden, TextOfComparedVariants) {
    expect_golden("compare_variants.txt", report::render_comparison_text(compared_variants(), plain));
}
TEST(Golden, TextOfComparedRuns) {
    expect_golden("compare_runs.txt", report::render_comparison_text(compared_runs(), plain));
}
TEST(Golden, CsvOfComparedVariants) {
    expect_golden("compare_variants.csv", report::render_comparison_csv(compared_variants()));
}
TEST(Golden, JsonOfComparedRuns) {
    expect_golden("compare_runs.json", report::render_comparison_json(compared_runs()));
}

TEST(Golden, Json) { expect_golden("one_cell.json", report::render_json(netio::fixed_runs::one_cell_run())); }
TEST(Golden, JsonOfAnExactCell) {
    expect_golden("one_exact_cell.json", report::render_json(netio::fixed_runs::one_exact_cell_run()));
}
/// The only file of an export.
std::string exported(const char* name) {
    const auto files = report::renderer_of(name)->make(netio::fixed_runs::recorded_run(), {});
    return files && files->size() == 1 ? files->front().text : "no file, or several";
}

TEST(Golden, ChromeTraceEvents) { expect_golden("recorded.timeline.json", exported("perfetto")); }
TEST(Golden, FoldedStacks) { expect_golden("recorded.stacks.folded", exported("folded")); }
TEST(Golden, PercentileDistribution) { expect_golden("recorded.hgrm", exported("hgrm")); }

const report::TextOptions plain_trace{
    .color = false, .width = 100, .saved_to = "results/example", .saved_files = {"trace.json"}};

TEST(Golden, TextOfATracedServer) {
    expect_golden("web_server.txt", report::render_recording_text(netio::fixed_recordings::web_server(), plain_trace));
}
TEST(Golden, TextOfATraceInWindows) {
    report::TextOptions narrow = plain_trace;
    narrow.width = 80;
    expect_golden("everything_in_windows.txt",
                  report::render_recording_text(netio::fixed_recordings::everything_in_windows(), narrow));
}
TEST(Golden, FindingsOfATrace) {
    expect_golden("zero_copy.explain.txt",
                  report::render_recording_findings_text(netio::fixed_recordings::zero_copy(), plain_trace));
}
TEST(Golden, SubjectsCsv) {
    expect_golden("web_server.subjects.csv", report::render_subjects_csv(netio::fixed_recordings::web_server()));
}
TEST(Golden, TextOfComparedTraces) {
    Recording after = netio::fixed_recordings::ping_pong();
    after.duration_s = 2.0;
    for (AttachedSubject& subject : after.subjects)
        subject.pid = *subject.pid + 1000;
    after.environment.kernel_release = "6.18.0";
    expect_golden("compare_traces.txt",
                  report::render_trace_comparison_text(
                      analysis::compare_traces(std::vector<analysis::NamedTrace>{
                          {"before", {netio::fixed_recordings::ping_pong()}}, {"after", {after}}}),
                      plain));
}

TEST(Golden, CellsCsvOfAnExactRun) {
    expect_golden("exact.cells.csv", report::render_cells_csv(netio::fixed_runs::exact_run()));
}
TEST(Golden, CellsCsv) {
    expect_golden("damaged.cells.csv", report::render_cells_csv(netio::fixed_runs::damaged_run()));
}
TEST(Golden, HistogramsCsv) {
    expect_golden("one_cell.histograms.csv", report::render_histograms_csv(netio::fixed_runs::one_cell_run()));
}

} // namespace
