// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/renderers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "fixed_runs.h"
#include "report/run_json/layout.h"
#include "report/run_json/writer.h"

namespace netio::report {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<RenderedFile> files_of(const char* format, const netio::Run& run) {
    auto files = renderer_of(format)->make(run, {});
    EXPECT_TRUE(files) << files.error().message();
    return files ? std::move(files).value() : std::vector<RenderedFile>{};
}

Error refusal_of(const char* format, const netio::Run& run) {
    const auto files = renderer_of(format)->make(run, {});
    if (files)
        return {"it was exported", {}, {}};
    EXPECT_EQ(files.error().exit_code, ExitCode::bad_input);
    EXPECT_EQ(files.error().message().find('\n'), std::string::npos);
    return files.error();
}

TEST(Renderers, HaveNamesOfTheirOwn) {
    for (const Renderer& renderer : renderers) {
        EXPECT_EQ(renderer_of(renderer.name), &renderer);
        EXPECT_FALSE(renderer.purpose.empty());
    }
    EXPECT_EQ(renderer_of("pdf"), nullptr);
}

TEST(Renderers, MakeWhatTheyAreNamedAfter) {
    const netio::Run run = netio::fixed_runs::exact_run();
    const RenderOptions options{"somewhere/run.json", {.color = false, .width = 80, .saved_to = "somewhere"}};
    const auto text_of = [&](const char* name) { return renderer_of(name)->make(run, options).value().at(0).text; };
    EXPECT_EQ(text_of("text"), render_text(run, options.text));
    EXPECT_EQ(text_of("json"), render_json(run));
    EXPECT_EQ(text_of("csv"), render_cells_csv(run));
    EXPECT_EQ(text_of("histograms"), render_histograms_csv(run));
    EXPECT_THAT(text_of("html"), AllOf(StartsWith("<!doctype html>"), HasSubstr("\"name\":\"somewhere/run.json\"")));
}

TEST(Renderers, ThreeOfThemMakeTheFilesOfARun) {
    EXPECT_EQ(run_file_names(), (std::vector<std::string>{"run.json", "cells.csv", "histograms.csv"}));
}

TEST(Exporters, SayHowToRecordWhatIsMissing) {
    const Error timeline = refusal_of("perfetto", netio::fixed_runs::exact_run());
    EXPECT_THAT(timeline.message(), HasSubstr("no timeline"));
    EXPECT_THAT(timeline.choices, ElementsAre(Choice::record_timeline));
    const Error stacks = refusal_of("folded", netio::fixed_runs::exact_run());
    EXPECT_THAT(stacks.message(), HasSubstr("no stacks"));
    EXPECT_THAT(stacks.choices, ElementsAre(Choice::record_stacks));
    EXPECT_THAT(refusal_of("perfetto", netio::fixed_runs::untraced_run()).message(), HasSubstr("no timeline"));
    EXPECT_THAT(refusal_of("hgrm", netio::fixed_runs::empty_run()).message(), HasSubstr("no message was finished"));
}

TEST(KeepOnly, TakesTheOtherCellsOut) {
    netio::Run run = netio::fixed_runs::damaged_run();
    ASSERT_TRUE(keep_only(run, {}));
    EXPECT_EQ(run.cells.size(), 6U);
    ASSERT_TRUE(keep_only(run, {.variant = {}, .field_size = 64, .threads = 1}));
    EXPECT_EQ(run.cells.size(), 3U);
    ASSERT_TRUE(keep_only(run, {.variant = run.cells[0].variant, .field_size = {}, .threads = {}}));
    EXPECT_EQ(run.cells.size(), 1U);
    EXPECT_FALSE(keep_only(run, {.variant = {}, .field_size = 65, .threads = {}}));
}

// Perfetto.

Json events_of(const netio::Run& run) { return Json::parse(files_of("perfetto", run).at(0).text).at("traceEvents"); }

std::vector<Json> events_of(const Json& events, const std::string& phase) {
    std::vector<Json> list;
    for (const Json& event : events)
        if (event["ph"] == phase)
            list.push_back(event);
    return list;
}

std::uint64_t nanoseconds(const Json& microseconds) {
    return static_cast<std::uint64_t>(std::llround(microseconds.get<double>() * 1e3));
}

/// Complete events that overlap another one of their track in part.
unsigned partial_overlaps(const Json& events) {
    std::map<std::pair<Json, Json>, std::vector<std::uint64_t>> open;
    unsigned overlaps = 0;
    for (const Json& event : events_of(events, "X")) {
        auto& ends = open[{event["pid"], event["tid"]}];
        const std::uint64_t start = nanoseconds(event["ts"]);
        const std::uint64_t end = start + nanoseconds(event["dur"]);
        while (!ends.empty() && ends.back() <= start)
            ends.pop_back();
        overlaps += !ends.empty() && end > ends.back() ? 1 : 0;
        ends.push_back(end);
    }
    return overlaps;
}

TEST(Perfetto, KeepsEveryEventOnceWithItsNanoseconds) {
    const netio::Run run = netio::fixed_runs::recorded_run();
    const Json events = events_of(run);
    const auto& recorded = run.cells[0].trace->timeline->events;
    EXPECT_EQ(events_of(events, "X").size(), recorded.size() - 4) << "all but those of zero-copy sends";
    EXPECT_EQ(events_of(events, "b").size(), 4U);
    EXPECT_EQ(events_of(events, "e").size(), 4U);
    unsigned found = 0;
    for (const Json& event : events_of(events, "X"))
        if (event["name"] == "deferred_copy") {
            ++found;
            EXPECT_EQ(event["ts"].dump(), "20.001");
            EXPECT_EQ(event["dur"].dump(), "25.002");
            EXPECT_EQ(event["args"]["bytes"], 262'144);
            EXPECT_EQ(event["args"]["quality"], "exact");
        }
    EXPECT_EQ(found, 1U);
}

TEST(Perfetto, GivesEachThreadAndEachCpusSoftirqATrack) {
    std::map<std::string, std::string> processes;
    std::vector<std::string> tracks;
    for (const Json& event : events_of(events_of(netio::fixed_runs::recorded_run()), "M")) {
        if (event["name"] == "process_name")
            processes[event["pid"].dump()] = event["args"]["name"];
        if (event["name"] == "thread_name")
            tracks.push_back(processes[event["pid"].dump()] + " / " + event["args"]["name"].get<std::string>());
    }
    const std::string cell = "A3 · 8 × 64 KiB · 1 connection · ";
    EXPECT_EQ(tracks, (std::vector<std::string>{
                          cell + "sender / worker 1, thread 4101", cell + "sender / CPU 0, copies in softirq",
                          cell + "sender / zero-copy sends", cell + "sender / events lost, both ends",
                          cell + "receiver / worker 1, thread 4202"}));
}

TEST(Perfetto, NestsWhatOneThreadDoes) {
    EXPECT_EQ(partial_overlaps(events_of(netio::fixed_runs::recorded_run())), 0U);
}

TEST(Perfetto, PutsWhatDoesNotNestOnATrackOfItsOwn) {
    netio::Run run = netio::fixed_runs::recorded_run();
    auto& events = run.cells[0].trace->timeline->events;
    const std::size_t tracks = events_of(events_of(run), "M").size();
    TimelineEvent straddling = events[4];
    straddling.start_ns += 30'000; // begins in the call, ends after it
    events.push_back(straddling);
    EXPECT_EQ(partial_overlaps(events_of(run)), 0U);
    EXPECT_EQ(events_of(events_of(run), "M").size(), tracks + 2);
}

TEST(Perfetto, FollowsAZeroCopySendToItsNotification) {
    const Json events = events_of(netio::fixed_runs::recorded_run());
    std::map<std::string, std::vector<std::string>> steps;
    for (const Json& event : events)
        if (event["ph"] == "b" || event["ph"] == "e")
            steps[event["id"]].push_back(event["ph"].get<std::string>() + " " + event["ts"].dump());
    ASSERT_EQ(steps.size(), 2U) << "one id a send";
    std::vector<std::vector<std::string>> ways;
    for (const auto& [id, way] : steps)
        ways.push_back(way);
    EXPECT_THAT(ways,
                ::testing::UnorderedElementsAre(std::vector<std::string>{"b 1.0", "e 120.0", "b 120.0", "e 150.125"},
                                                std::vector<std::string>{"b 60.0", "e 120.0", "b 120.0", "e 150.125"}));
    EXPECT_EQ(events_of(events, "b")[0]["args"]["bytes"], 262'144) << "those of the call that sent";
    EXPECT_EQ(events_of(events, "b")[0]["args"]["sending_thread"], 4101);
}

TEST(Perfetto, MarksWhereEventsWereLost) {
    const auto marks = events_of(events_of(netio::fixed_runs::recorded_run()), "i");
    ASSERT_EQ(marks.size(), 2U);
    EXPECT_EQ(marks[0]["args"]["lost"], 3);
    EXPECT_EQ(marks[0]["ts"].dump(), "99.999") << "the end of the last event before the gap";
    EXPECT_EQ(marks[1]["args"]["lost"], 40);
    EXPECT_EQ(marks[1]["ts"].dump(), "151.0");
}

// Folded stacks.

TEST(Folded, AddUpToTheSamplesOfEachVariant) {
    netio::Run run = netio::fixed_runs::recorded_run();
    run.cells.push_back(run.cells[0]);
    run.cells.push_back(run.cells[0]);
    run.cells[2].variant = Variant::A1;
    std::istringstream text(files_of("folded", run).at(0).text);
    std::map<std::string, std::uint64_t> sums;
    std::string before;
    for (std::string line; std::getline(text, line); before = line) {
        const std::size_t space = line.rfind(' ');
        EXPECT_LT(before, line) << "sorted, and each stack once";
        sums[line.substr(0, line.find(';', 3))] += std::stoull(line.substr(space + 1));
    }
    const std::map<std::string, std::uint64_t> expected{
        {"A1;sender", 173}, {"A1;receiver", 214}, {"A3;sender", 346}, {"A3;receiver", 428}};
    EXPECT_EQ(sums, expected);
}

TEST(Folded, KeepsSeparatorsOutOfNames) {
    netio::Run run = netio::fixed_runs::recorded_run();
    run.cells[0].trace->stacks->symbols[2] = "a;b c\nd";
    const std::string text = files_of("folded", run).at(0).text;
    EXPECT_THAT(text, HasSubstr("A3;sender;task;entry_SYSCALL_64;do_syscall_64;a_b_c"));
    EXPECT_EQ(text.find("\nd"), std::string::npos);
}

// Percentile distributions.

struct Row {
    double value = 0.0;
    double percentile = 0.0;
    std::uint64_t count = 0;
};

std::vector<Row> rows_of(const std::string& text) {
    std::vector<Row> rows;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        Row row;
        std::istringstream columns(line);
        if (columns >> row.value >> row.percentile >> row.count)
            rows.push_back(row);
    }
    return rows;
}

netio::Run run_with_latencies(const Histogram& latency) {
    netio::Run run = netio::fixed_runs::one_cell_run();
    run.cells[0].receiver.latency = latency;
    return run;
}

TEST(Hgrm, ListsTheLevelsOfHdrHistogram) {
    Histogram latency;
    for (std::uint64_t i = 0; i < 1000; ++i)
        latency.record(i * 1000);
    const std::string text = files_of("hgrm", run_with_latencies(latency)).at(0).text;
    EXPECT_THAT(text, StartsWith("       Value     Percentile TotalCount 1/(1-Percentile)\n\n"));
    const std::vector<Row> rows = rows_of(text);
    // Five ticks to 50 %, five more to 75 %, and so on.
    const std::vector<double> levels{0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.775, 0.8};
    for (std::size_t i = 0; i < levels.size(); ++i)
        EXPECT_NEAR(rows.at(i).percentile, levels[i], 1e-12) << i;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        EXPECT_GE(rows[i].value, rows[i - 1].value);
        EXPECT_GE(rows[i].count, rows[i - 1].count);
        EXPECT_GE(static_cast<double>(rows[i].count), rows[i].percentile * 1000.0 - 1e-9) << i;
    }
    for (const Row& row : rows) {
        // The end of a bucket is still its value.
        const std::size_t bucket =
            Histogram::bucket_of(static_cast<std::uint64_t>(std::max(row.value * 1e3 - 1.0, 0.0)));
        std::uint64_t count = 0;
        for (std::size_t i = 0; i <= bucket; ++i)
            count += latency.bucket(i);
        EXPECT_EQ(row.count, count) << row.value << ": all of the value's bucket";
    }
    EXPECT_EQ(rows.back().percentile, 1.0);
    EXPECT_EQ(rows.back().value, 999.0);
    EXPECT_EQ(rows.back().count, 1000U);
    EXPECT_NEAR(rows.at(5).value, latency.quantile(0.5) / 1e3, 0.001);
}

TEST(Hgrm, EndsWithTheSummary) {
    Histogram latency;
    for (std::uint64_t value : {10, 20, 30}) // in buckets of width 1
        latency.record(value);
    EXPECT_THAT(files_of("hgrm", run_with_latencies(latency)).at(0).text,
                ::testing::EndsWith("       0.030 1.000000000000          3\n"
                                    "#[Mean    =        0.020, StdDeviation   =        0.008]\n"
                                    "#[Max     =        0.030, Total count    =            3]\n"
                                    "#[Buckets =           32, SubBuckets     =           32]\n"));
}

TEST(Hgrm, MergesRepeatsAndLeavesOutCellsWithoutMessages) {
    netio::Run run = netio::fixed_runs::damaged_run();
    run.cells.push_back(run.cells[0]);
    const auto files = files_of("hgrm", run);
    ASSERT_EQ(files.size(), 5U) << "six cells, one of them silent";
    EXPECT_THAT(files[0].name, HasSubstr("-field64-threads1.hgrm"));
    EXPECT_EQ(rows_of(files[0].text).back().count, 2 * run.cells[0].receiver.latency.count());
    EXPECT_EQ(rows_of(files[1].text).back().count, run.cells[1].receiver.latency.count());
}

} // namespace
} // namespace netio::report
