// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/html/page.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixed_runs.h"
#include "report/html/data.h"
#include "report/view/counter_view.h"

namespace netio::report {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

Json page_of(const Run& run) { return run_to_page({"results/run.json", run}); }

TEST(Embedding, LeavesNoCharacterThatCouldEndTheScript) {
    const Json data{{"</script><!--", "<b>&amp;\xe2\x80\xa8\xe2\x80\xa9\"\\"}};
    const std::string text = embed(data);
    EXPECT_EQ(text.find_first_of("<>&"), std::string::npos) << text;
    EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xa8")));
    EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xa9")));
    EXPECT_EQ(Json::parse(text), data) << "and says the same";
}

TEST(Embedding, WhatIsNotUtf8IsReplaced) { EXPECT_EQ(embed(Json("a\xff")), "\"a\xef\xbf\xbd\""); }

TEST(PageFigures, CarryQualityIntervalAndReason) {
    EXPECT_EQ(
        figure_to_page(Figure::sampled(0.2131, 0.19, 0.2362)),
        Json(
            {{"v", 0.2131}, {"t", "~0.213"}, {"q", "sampled"}, {"lo", 0.19}, {"hi", 0.2362}, {"s", "0.190 to 0.236"}}));
    EXPECT_EQ(figure_to_page(Figure::unavailable("no clock")),
              Json({{"v", nullptr}, {"t", "n/a"}, {"q", "unavailable"}, {"why", "no clock"}}));
    EXPECT_EQ(figure_to_page(Figure::exact(2)), Json({{"v", 2.0}, {"t", "2.00"}, {"q", "exact"}}));
}

TEST(PageFigures, CarryTheRepeats) {
    const Json repeated = spread_to_page(3, {3, 1, 4}, 3);
    EXPECT_EQ(repeated["lo"], 1.0);
    EXPECT_EQ(repeated["hi"], 4.0);
    EXPECT_FALSE(spread_to_page(3, {3, 3, 3}, 1).contains("lo"));
}

TEST(PageGroups, PercentilesAreOfAllMessagesTogether) {
    netio::Run run = netio::fixed_runs::complete_run();
    for (int i = 0; i < 100'000; ++i)
        run.cells[0].receiver.latency.record(77'000'000);
    const Json variant = page_of(run)["groups"][0]["variants"][0];
    Histogram merged;
    for (const Cell& cell : run.cells)
        if (cell.variant == Variant::A1)
            merged.merge(cell.receiver.latency);
    EXPECT_EQ(variant["p99"]["v"], rounded(merged.quantile(0.99) / 1e3));
    EXPECT_LT(variant["p99"]["lo"], variant["p99"]["v"]) << "the other repeat's own";
    double sum = 0.0;
    for (const Json& share : variant["histogram"])
        sum += share.get<double>();
    EXPECT_NEAR(sum, 100.0, 0.01);
}

TEST(PageGroups, OwnTimesAreStackedOnlyWhereTheyAddUp) {
    const auto stacked = [](const netio::Run& run, const char* path) {
        const Json page = page_of(run);
        for (const Json& entry : page["groups"][0]["variants"][0]["paths"])
            if (entry["path"] == path)
                return entry["stacked"].get<bool>();
        return false;
    };
    EXPECT_TRUE(stacked(netio::fixed_runs::exact_run(), "send_syscall"));
    EXPECT_FALSE(stacked(netio::fixed_runs::complete_run(), "send_syscall")) << "the sampled copies are still in it";
    EXPECT_TRUE(stacked(netio::fixed_runs::complete_run(), "copy_in"));
    EXPECT_FALSE(stacked(netio::fixed_runs::exact_run(), "wait_recv")) << "waiting is not work";
}

TEST(PageGroups, AWayThatNothingWentTookNoTime) {
    netio::Run run = netio::fixed_runs::one_exact_cell_run();
    PathFigures& path = run.cells[0].trace->of(Role::sender).path(Path::copy_in);
    path = {};
    path.calls = path.bytes = Figure::exact(0);
    path.exclusive_ns = path.time_ns = Figure::sampled(0, 0, 1e6);
    const Json page = page_of(run);
    for (const Json& entry : page["groups"][0]["variants"][0]["paths"])
        if (entry["path"] == "copy_in") {
            EXPECT_EQ(entry["own"], figure_to_page(Figure::exact(0)));
        }
}

TEST(PageGroups, ACounterWithoutACountHasAReason) {
    const Json charted = page_of(netio::fixed_runs::complete_run())["groups"][0]["variants"][0]["counters"]["charted"];
    EXPECT_TRUE(charted["cycles"]["v"].is_null());
    EXPECT_EQ(charted["cycles"]["why"], "the machine has no hardware counters");
    const Json other = page_of(netio::fixed_runs::exact_run())["groups"][0]["variants"][0]["counters"]["charted"];
    EXPECT_THAT(other["cycles"]["why"].get<std::string>(), HasSubstr("not asked for"));
}

TEST(CounterFigures, AreOfBothEndsAndSayHowTheyWereCounted) {
    Cell cell = netio::fixed_runs::complete_run().cells[0];
    const Figure instructions = counter_figure(cell, "instructions");
    EXPECT_EQ(instructions.quality, Quality::estimated);
    EXPECT_THAT(instructions.reason, HasSubstr("25%"));
    const double both = cell.sender.counters[1].scaled + cell.receiver.counters[1].scaled;
    EXPECT_DOUBLE_EQ(instructions.value, both / static_cast<double>(cell.payload_bytes()));
    EXPECT_EQ(unit_of("context-switches"), "/msg");
    EXPECT_EQ(unit_of("task-clock"), "ns/B");
    EXPECT_EQ(unit_of("cycles"), "/B");
}

TEST(PageRun, TellsOfLawsAndLosses) {
    const Json run = page_of(netio::fixed_runs::damaged_run());
    EXPECT_FALSE(run["accounting"]["sound"]);
    EXPECT_THAT(run["alerts"][0].get<std::string>(), HasSubstr("killed by signal 9"));
    unsigned broken = 0;
    for (const Json& law : run["laws"])
        broken += law["broken"].get<bool>() ? 1U : 0U;
    EXPECT_EQ(broken, 1U);
    EXPECT_EQ(page_of(netio::fixed_runs::untraced_run())["accounting"]["text"], "not accounted");
}

TEST(PageRun, IsNotSoundWhenEventsWereLost) {
    netio::Run run = netio::fixed_runs::exact_run();
    EXPECT_TRUE(page_of(run)["accounting"]["sound"]);
    run.cells[0].trace->losses = {loss_of("missed_samples", 1), loss_of("timeline_full", 1)};
    EXPECT_TRUE(page_of(run)["accounting"]["sound"]) << "one tick is no event";
    EXPECT_THAT(page_of(run)["accounting"]["detail"].get<std::string>(), HasSubstr("hold, 0 events lost"));
    run.cells[0].trace->losses = {{"map_full", 1, "sockets that were not followed"}};
    EXPECT_FALSE(page_of(run)["accounting"]["sound"]);
    EXPECT_THAT(page_of(run)["accounting"]["detail"].get<std::string>(), HasSubstr("hold, 1 event lost"));
}

TEST(PageRun, TellsOfMissedHits) {
    const Json run = page_of(netio::fixed_runs::missed_run());
    EXPECT_FALSE(run["accounting"]["sound"]);
    EXPECT_THAT(run["accounting"]["text"].get<std::string>(), testing::Not(HasSubstr("100.000")));
    EXPECT_THAT(run["accounting"]["detail"].get<std::string>(), HasSubstr("not shown: 15 hits missed by tp_sys_exit"));
    for (const Json& law : run["laws"]) {
        EXPECT_FALSE(law["broken"].get<bool>()) << law["name"];
        if (law["name"] == "send_calls.sender") {
            EXPECT_TRUE(law["not_shown"].get<bool>());
            EXPECT_THAT(law["outcome"].get<std::string>(), HasSubstr("not shown in 1 cell: expected"));
            EXPECT_THAT(law["outcome"].get<std::string>(), HasSubstr("12 hits missed by tp_sys_exit"));
        }
    }
    const Json copies = run["groups"][0]["variants"][0]["copies"]["total"];
    EXPECT_EQ(copies["q"], "estimated");
    EXPECT_THAT(copies["t"].get<std::string>(), HasSubstr("≈"));
    EXPECT_THAT(copies["why"].get<std::string>(), HasSubstr("15 hits missed by"));
}

TEST(PageGroups, CountsCopiedAndKeptZeroCopySends) {
    netio::Run run = netio::fixed_runs::one_exact_cell_run();
    run.cells[0].trace->of(Role::sender).zerocopy.completions = 1000;
    run.cells[0].trace->of(Role::sender).zerocopy.copied = 250;
    const Json zerocopy = page_of(run)["groups"][0]["variants"][0]["zerocopy"];
    EXPECT_EQ(zerocopy["copied"], "250");
    EXPECT_EQ(zerocopy["kept"], "750");
    EXPECT_EQ(zerocopy["by"], "the tracer");
}

TEST(PageRun, IsThereWithoutAnyCell) {
    const Json run = page_of(netio::fixed_runs::empty_run());
    EXPECT_TRUE(run["groups"].empty());
    EXPECT_FALSE(run["alerts"].empty());
}

TEST(Page, NamesWhatDiffersBetweenRuns) {
    std::vector<NamedRun> runs(2, {"run.json", netio::fixed_runs::complete_run()});
    EXPECT_TRUE(differences_to_page(runs).empty());
    runs[1].run.environment.kernel_release = "6.1\x1b[31m";
    const Json differences = differences_to_page(runs);
    ASSERT_EQ(differences.size(), 1U);
    EXPECT_EQ(differences[0]["what"], "Kernel");
    EXPECT_EQ(differences[0]["values"][0], "6.18.5");
    EXPECT_EQ(differences[0]["values"][1].get<std::string>().find('\x1b'), std::string::npos);
}

TEST(Page, ComparesRunsByTheJudgeOnCellsThatBothHave) {
    std::vector<NamedRun> runs(2, {"run.json", netio::fixed_runs::crossing_run()});
    EXPECT_TRUE(comparison_to_page({runs.data(), 1}).is_null());
    runs[1].run.environment.started_at = "2026-01-02T03:05:00Z";
    std::erase_if(runs[1].run.cells, [](const Cell& cell) { return cell.field_size == 1024; });
    for (Cell& cell : runs[1].run.cells)
        if (cell.variant == Variant::A2)
            cell.receiver.duration_s *= 2.0;
    const Json comparison = comparison_to_page(runs);
    const std::size_t common = 2 * 2 * 3; // sizes, connections, variants
    ASSERT_EQ(comparison["pairs"].size(), 2 * common) << "in throughput and latency";
    EXPECT_EQ(comparison["left_out"].size(), 6U);
    for (const Json& pair : comparison["pairs"]) {
        EXPECT_NE(pair["field_size"], 1024);
        if (pair["metric"] != "throughput")
            continue;
        const bool slower = pair["variant"] == "A2";
        EXPECT_EQ(pair["shown"], slower);
        EXPECT_NEAR(pair["ratio"]["v"].get<double>(), slower ? 0.5 : 1.0, 1e-3);
        EXPECT_THAT(
            pair["verdict"].get<std::string>(),
            testing::StartsWith(slower ? "run 2 is 0.50 × [" : "No significant difference between run 2 and run 1"));
    }
    EXPECT_EQ(comparison["sentences"].back(), "By throughput, run 2 against run 1: slower in 4 cells (0.50 ×), no "
                                              "significant difference in 8 cells.");
}

TEST(Page, AllowsItsOwnScriptsOnly) {
    const std::vector<NamedRun> runs{{"run.json", netio::fixed_runs::complete_run()}};
    const std::string page = render_html(runs);
    EXPECT_THAT(page, HasSubstr("default-src 'none'; script-src 'sha256-"));
    EXPECT_THAT(page, Not(HasSubstr("unsafe")));
    EXPECT_THAT(page, Not(HasSubstr("@NETIO"))) << "the build left a place empty";
    EXPECT_THAT(page, HasSubstr("Permission is hereby granted, free of charge")) << "the licence of Chart.js";
    EXPECT_THAT(page, ContainsRegex("Chart\\.js v[34]\\."));
}

} // namespace
} // namespace netio::report
