// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The same facts in every renderer, and what holds for every page.
#include <algorithm>
#include <cctype>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/comparison.h"
#include "analysis/costs.h"
#include "fixed_runs.h"
#include "report/comparison/comparison.h"
#include "report/diagnosis.h"
#include "report/html/data.h"
#include "report/renderers.h"
#include "report/run_json/writer.h"
#include "report/text/evidence.h"
#include "report/text/run.h"
#include "report/view/advice.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');)
        fields.push_back(field);
    return fields;
}

/// The value of a column in the first row; the made-up runs have no quoted fields.
std::string csv_value(const Run& run, const std::string& column) {
    const std::vector<std::string> lines = lines_of(render_cells_csv(run));
    const std::vector<std::string> names = fields_of(lines.at(0));
    const auto found = std::find(names.begin(), names.end(), column);
    EXPECT_NE(found, names.end()) << column;
    const auto at = static_cast<std::size_t>(found - names.begin());
    const std::vector<std::string> values = fields_of(lines.at(1));
    return at < values.size() ? values[at] : "";
}

std::string text_of(const Run& run, bool color = false, unsigned width = 100) {
    return render_text(run, {.color = color, .width = width, .saved_to = "out"});
}

std::string without_colors(const std::string& text) {
    return std::regex_replace(text, std::regex("\x1b\\[[0-9;]*m"), "");
}

/// Without the line ends that wrap it.
std::string in_one_line(const std::string& text) { return std::regex_replace(text, std::regex("\\s+"), " "); }

TEST(Renderers, TellTheSame) {
    const netio::Run run = fixed_runs::one_cell_run();
    const Cell& cell = run.cells[0];
    const std::string text = text_of(run);
    const auto json = nlohmann::json::parse(render_json(run))["cells"][0];

    EXPECT_EQ(json["throughput_gbps"], cell.throughput_gbps());
    EXPECT_EQ(std::stod(csv_value(run, "throughput_gbit_per_s")), cell.throughput_gbps());
    EXPECT_THAT(text, HasSubstr(significant(cell.throughput_gbps())));

    EXPECT_EQ(json["latency_us"]["p99"], cell.receiver.latency.quantile(0.99) / 1e3);
    EXPECT_EQ(std::stod(csv_value(run, "latency_p99_us")), cell.receiver.latency.quantile(0.99) / 1e3);
    EXPECT_THAT(text, HasSubstr(significant(cell.receiver.latency.quantile(0.99) / 1e3)));

    // Not all copies are counted by tracepoints: nobody says a number.
    EXPECT_TRUE(json["copies_per_byte"]["value"].is_null());
    EXPECT_EQ(json["copies_per_byte"]["quality"], "unavailable");
    EXPECT_EQ(json["copies_per_byte"]["bounds"][0], 2.0);
    const double most = json["copies_per_byte"]["bounds"][1];
    EXPECT_GT(most, 2.0);
    EXPECT_EQ(csv_value(run, "copies_per_byte"), "");
    EXPECT_EQ(csv_value(run, "copies_per_byte_quality"), "unavailable");
    EXPECT_EQ(csv_value(run, "copies_per_byte_low"), "2");
    EXPECT_EQ(std::stod(csv_value(run, "copies_per_byte_high")), most);
    EXPECT_THAT(text, HasSubstr(analysis::bounds_text({2.0, most}, 3)));
    EXPECT_THAT(in_one_line(text), HasSubstr("copies per byte: not all copies in"));

    EXPECT_EQ(json["paths"]["deferred_copy"]["quality"], "sampled") << "the worst of calls, bytes and time";
    EXPECT_EQ(csv_value(run, "deferred_copy_quality"), "sampled");
    EXPECT_EQ(csv_value(run, "deferred_copy_calls"), "");
    EXPECT_TRUE(json["paths"]["deferred_copy"]["bytes"].is_null());
    EXPECT_EQ(json["paths"]["deferred_copy"]["bytes_bounds"][0], cell.sender.total_payload_bytes);
    EXPECT_TRUE(json["paths"]["deferred_copy"]["bytes_bounds"][1].is_null());
    EXPECT_THAT(text, HasSubstr("≥1.000"));
    EXPECT_THAT(text, HasSubstr("deferred_copy (calls, bytes): copies elsewhere than on delivery are not seen"));
    EXPECT_THAT(text, HasSubstr("~0.270±0.022"));

    EXPECT_EQ(json["zerocopy"]["copied"], cell.sender.zerocopy.copied);
    EXPECT_EQ(csv_value(run, "zerocopy_copied"), std::to_string(cell.sender.zerocopy.copied));
    EXPECT_THAT(text, HasSubstr(grouped(cell.sender.zerocopy.copied) + " copied after all (100%)"));

    EXPECT_EQ(json["lost"], 3);
    EXPECT_EQ(csv_value(run, "lost_events"), "3");
    EXPECT_THAT(text, HasSubstr("3 events lost"));

    EXPECT_THAT(text, HasSubstr(significant(cell.published_latency_us())));
    EXPECT_THAT(text, HasSubstr("inverse throughput"));
    EXPECT_EQ(std::stod(csv_value(run, "published_latency_us")), json["published_latency_us"].get<double>());
}

TEST(Renderers, TellTheSameOfAnExactCell) {
    const netio::Run run = fixed_runs::one_exact_cell_run();
    const Trace& trace = *run.cells[0].trace;
    const std::string text = text_of(run);
    const auto json = nlohmann::json::parse(render_json(run))["cells"][0];

    const PathFigures& copy_out = trace.of(Role::receiver).path(Path::copy_out);
    EXPECT_EQ(json["paths"]["copy_out"]["time_ns"], copy_out.time_ns.value);
    EXPECT_EQ(json["paths"]["copy_out"]["time_quality"], "bracketed");
    EXPECT_EQ(json["paths"]["copy_out"]["sampled_time_ns"], copy_out.sampled_time_ns.value);
    EXPECT_EQ(json["paths"]["copy_out"]["sampled_time_interval_ns"][1], copy_out.sampled_time_ns.high);
    EXPECT_EQ(std::stod(csv_value(run, "copy_out_sampled_time_ns_per_byte")),
              copy_out.sampled_time_per_byte_ns().value);
    EXPECT_THAT(text, HasSubstr("⊢" + fixed(analysis::ns_per_payload_byte(run.cells[0], Path::copy_out).value, 3)));
    EXPECT_THAT(text, HasSubstr("~" + fixed(copy_out.sampled_time_per_byte_ns().value, 3) + "±"));

    EXPECT_EQ(json["paths"]["send_syscall"]["skb_path_ns"],
              trace.of(Role::sender).path(Path::send_syscall).skb_path_ns.value);

    const CopySite& site = trace.of(Role::sender).copied_after_all[1];
    EXPECT_EQ(json["zerocopy"]["copied_after_all"][1]["reason"], "reallocation");
    EXPECT_EQ(csv_value(run, "zerocopy_copied_by_reallocation_bytes"), std::to_string(site.bytes));
    EXPECT_EQ(csv_value(run, "zerocopy_copied_by_packet_tap_bytes"), "0") << "looked for, and none";
    EXPECT_THAT(text, HasSubstr(grouped(site.bytes) + " bytes in 44"));

    const double p50 = trace.of(Role::sender).notifications.latency->quantile(0.5);
    EXPECT_EQ(json["zerocopy"]["notification_latency"]["latency_us"]["p50"], p50 / 1e3);
    EXPECT_EQ(std::stod(csv_value(run, "zerocopy_notification_latency_p50_us")), p50 / 1e3);
    EXPECT_EQ(csv_value(run, "zerocopy_notifications_merged"),
              std::to_string(trace.of(Role::sender).notifications.merged));
    EXPECT_THAT(text, HasSubstr("1.00 × " + duration(p50)));
    EXPECT_THAT(render_histograms_csv(run), HasSubstr(",notification_latency,sender,"));
}

TEST(Renderers, FiguresOfAnyLengthAreTellableApart) {
    std::vector<analysis::Evidence> evidence;
    for (const std::uint64_t size : {64U, 1024U, 4096U, 65536U})
        for (const char* name : {"a figure with a name that is as long as some of the findings have them", "another"})
            evidence.push_back({name, "messages", Figure::sampled(-0.0427, -1234.4917, 1234567.106), {{}, size, 1}});
    const std::string value = evidence_value(evidence[0].figure, "messages", false);
    for (const unsigned width : {80U, 100U}) {
        Page page({.color = false, .width = width});
        put_evidence(page, evidence);
        const std::string text = std::move(page).take();
        std::size_t whole = 0;
        for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at + 1)) {
            ++whole;
            EXPECT_EQ(text[at - 1], ' ') << text;
        }
        EXPECT_EQ(whole, evidence.size()) << text;
        for (const std::string& line : lines_of(text))
            EXPECT_LE(display_width(line), width) << line;
    }
}

TEST(Renderers, WhatTracepointsDoNotShowIsNeverZero) {
    const netio::Run run = fixed_runs::one_cell_run();
    const auto json = nlohmann::json::parse(render_json(run))["cells"][0]["zerocopy"];
    EXPECT_TRUE(json["copied_after_all"].is_null());
    EXPECT_TRUE(json["copied_after_all_reason"].is_string());
    EXPECT_TRUE(json["notification_latency"].is_null());
    EXPECT_EQ(csv_value(run, "zerocopy_copied_by_local_delivery_bytes"), "");
    EXPECT_EQ(csv_value(run, "zerocopy_notifications_merged"), "");
    EXPECT_EQ(csv_value(run, "copy_out_sampled_time_ns_per_byte"), "") << "its time is itself sampled";
    EXPECT_THAT(text_of(run), Not(HasSubstr("by samples")));
    EXPECT_THAT(text_of(run), Not(HasSubstr("notification done→read")));
    const auto untraced = nlohmann::json::parse(render_json(fixed_runs::untraced_run()))["cells"][0];
    EXPECT_EQ(untraced["zerocopy"]["copied_after_all_reason"], "not traced");
    EXPECT_EQ(untraced["paths"]["send_syscall"]["reasons"]["skb_path_ns"], "not traced");
}

TEST(Renderers, WhatWasNotCountedIsNeverZero) {
    const netio::Run run = fixed_runs::one_cell_run();
    const auto json = nlohmann::json::parse(render_json(run))["cells"][0];
    EXPECT_TRUE(json["counters"]["sender"]["cycles"]["scaled"].is_null());
    EXPECT_EQ(json["counters"]["sender"]["cycles"]["status"], "not_supported");
    EXPECT_EQ(json["counters"]["sender"]["cycles"]["reason"], "the machine has no hardware counters");
    EXPECT_EQ(json["counters"]["sender"]["page-faults"]["scaled"], 0) << "and what was counted as 0 is 0";
    EXPECT_EQ(csv_value(run, "sender_event_cycles"), "");
    EXPECT_EQ(csv_value(run, "sender_event_cycles_status"), "not_supported");
    EXPECT_EQ(csv_value(run, "sender_event_page-faults"), "0");
    EXPECT_THAT(text_of(run), HasSubstr("not counted here: cycles"));
    EXPECT_THAT(text_of(run), HasSubstr("the machine has no hardware counters"));
}

TEST(Renderers, ABrokenLawShowsEverywhere) {
    const netio::Run run = fixed_runs::damaged_run();
    const auto json = nlohmann::json::parse(render_json(run));
    EXPECT_EQ(json["cells"][1]["laws"][0]["holds"], false);
    EXPECT_EQ(json["accounting"]["laws_broken"], 1);
    EXPECT_LT(json["accounting"]["percent"], 100.0);
    const std::string text = text_of(run);
    EXPECT_THAT(text, HasSubstr("law send_bytes is broken"));
    EXPECT_THAT(text, Not(HasSubstr("accounted 100.000")));
    EXPECT_THAT(text, HasSubstr("1 of 12 checked laws broken"));
}

TEST(Renderers, MissedHitsShowEverywhere) {
    const netio::Run run = fixed_runs::missed_run();
    const auto json = nlohmann::json::parse(render_json(run));
    const auto& law = json["cells"][0]["laws"][0];
    EXPECT_EQ(law["name"], "send_calls.sender");
    EXPECT_TRUE(law["checked"]);
    EXPECT_TRUE(law["holds"].is_null()) << "neither held nor broken";
    EXPECT_EQ(law["missed"][0]["loss"], "recursion_misses.tp_sys_exit");
    EXPECT_EQ(law["missed"][0]["count"], 12);
    EXPECT_EQ(json["accounting"]["laws_broken"], 0);
    EXPECT_GT(json["accounting"]["laws_with_missed_hits"], 0);
    EXPECT_EQ(json["accounting"]["missed_hits"][0]["count"], 12);
    EXPECT_LT(json["accounting"]["percent"], 100.0);
    EXPECT_THAT(json["cells"][0]["copies_per_byte"]["reason"].get<std::string>(), HasSubstr("15 hits missed by"));
    EXPECT_EQ(json["cells"][0]["paths"]["copy_in"]["bytes_quality"], "estimated");
    EXPECT_EQ(json["findings"][0]["id"], "hits-missed");

    EXPECT_EQ(csv_value(run, "laws_broken"), "0");
    EXPECT_EQ(csv_value(run, "laws_with_missed_hits"), "6");
    EXPECT_EQ(csv_value(run, "missed_hits"), "15");
    EXPECT_EQ(csv_value(run, "copy_in_quality"), "estimated");

    const std::string text = text_of(run);
    EXPECT_THAT(text, HasSubstr("law send_calls.sender is not shown"));
    EXPECT_THAT(text, HasSubstr("6 of 40 checked laws not shown: 15 hits missed by tp_sys_exit (12) and"));
    EXPECT_THAT(text, Not(HasSubstr("accounted 100.000")));
    EXPECT_THAT(text, Not(HasSubstr("broken")));
    EXPECT_THAT(text, HasSubstr("≈1.99"));
}

TEST(Renderers, TooLittleMissingToSeeIsStillNotHundredPercent) {
    netio::Run run = fixed_runs::one_cell_run();
    LawCheck& law = run.cells[0].laws[0];
    law.expected = 1e15;
    law.observed = 1e15 - 1;
    law.holds = false;
    EXPECT_THAT(text_of(run), HasSubstr("accounted 99.999 %"));
}

TEST(Renderers, ACellWithoutMessagesHasNoFiguresOfThem) {
    netio::Run run = fixed_runs::damaged_run();
    run.cells = {run.cells[3]};
    const auto json = nlohmann::json::parse(render_json(run))["cells"][0];
    for (const char* key : {"throughput_gbps", "published_latency_us", "messages_per_second", "cpu_ns_per_byte"})
        EXPECT_TRUE(json[key].is_null()) << key;
    EXPECT_TRUE(json["latency_us"]["p50"].is_null());
    EXPECT_EQ(json["reason"], "no message was finished in the measured part");
    EXPECT_EQ(csv_value(run, "latency_p50_us"), "");
    EXPECT_EQ(csv_value(run, "messages"), "0");
    EXPECT_THAT(text_of(run), Not(HasSubstr("nan")));
}

TEST(Renderers, SixtyFourBitCountsAreExact) {
    netio::Run run = fixed_runs::one_cell_run();
    constexpr std::uint64_t count = (1ULL << 63) + 1;
    run.cells[0].sender.counters[0] = {"cycles", CounterStatus::counted, count, 1.0, 1, 1, {}};
    run.cells[0].sender.total_payload_bytes = count;
    EXPECT_THAT(render_json(run), HasSubstr("\"raw\": 9223372036854775809"));
    EXPECT_THAT(render_json(run), HasSubstr("\"total_payload_bytes\": 9223372036854775809"));
}

TEST(Renderers, HistogramsOfTheFileMergeBackToTheHistogram) {
    const netio::Run run = fixed_runs::one_cell_run();
    const auto json = nlohmann::json::parse(render_json(run))["cells"][0]["latency_histogram"];
    Histogram rebuilt;
    for (const auto& bucket : json["buckets"]) {
        const std::uint32_t index = netio_histogram_bucket(bucket[0].get<std::uint64_t>());
        EXPECT_EQ(Histogram::upper_bound(index), bucket[1]);
        rebuilt.add_bucket(index, bucket[2]);
    }
    rebuilt.add_exact(json["sum_ns"], json["min_ns"], json["max_ns"]);
    EXPECT_EQ(rebuilt, run.cells[0].receiver.latency);
}

/// fentry and --sample-frequency 0.
Run unsampled_run() {
    netio::Run run = fixed_runs::exact_run();
    run.spec.sample_frequency = 0;
    const Figure off = Figure::unavailable("sampling was off");
    for (Cell& cell : run.cells) {
        for (SubjectTrace& each : cell.trace->subjects) {
            each.cpu = {};
            each.cpu.total_ns = each.cpu.user_space = each.cpu.softirq = each.cpu.tracing = off;
            each.cpu.share.fill(off);
            for (PathFigures& figures : each.paths) {
                figures.sampled_time_ns = off;
                figures.sampled_bytes = 0;
            }
        }
    }
    return run;
}

class EveryPage : public ::testing::TestWithParam<fixed_runs::FixedRun> {};
constexpr fixed_runs::FixedRun unsampled = {"unsampled", unsampled_run};
const auto name_of_run = [](const auto& instance) { return std::string(instance.param.name); };
INSTANTIATE_TEST_SUITE_P(FixedRuns, EveryPage, ::testing::ValuesIn(fixed_runs::all), name_of_run);
INSTANTIATE_TEST_SUITE_P(Changed, EveryPage, ::testing::Values(unsampled), name_of_run);

TEST_P(EveryPage, IsNeverWiderThanAsked) {
    const netio::Run run = GetParam().make();
    for (const unsigned width : {80U, 90U, 100U, 300U})
        for (const bool color : {false, true})
            for (const std::string& line : lines_of(without_colors(text_of(run, color, width))))
                EXPECT_LE(display_width(line), width) << line;
}

TEST_P(EveryPage, ColorChangesNothingButColor) {
    const netio::Run run = GetParam().make();
    EXPECT_THAT(text_of(run), Not(HasSubstr("\x1b")));
    EXPECT_THAT(text_of(run, true), HasSubstr("\x1b["));
    EXPECT_EQ(without_colors(text_of(run, true)), text_of(run));
}

TEST_P(EveryPage, HasNoControlCharactersAndNoSpacesAtLineEnds) {
    for (const std::string& line : lines_of(text_of(GetParam().make()))) {
        EXPECT_EQ(printable(line), line);
        EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
    }
}

TEST_P(EveryPage, IsTheSameEveryTime) {
    EXPECT_EQ(text_of(GetParam().make()), text_of(GetParam().make()));
    EXPECT_EQ(render_json(GetParam().make()), render_json(GetParam().make()));
}

TEST(Text, WithoutSamplesHasTheTimesThatWereMeasuredAndNoTableOfClasses) {
    const std::string text = text_of(unsampled_run());
    EXPECT_THAT(text, HasSubstr("Where the CPU time went"));
    EXPECT_THAT(text, HasSubstr("⊢0.217"));
    EXPECT_THAT(text, HasSubstr("by class: not measured, sampling was off"));
    EXPECT_THAT(text, Not(HasSubstr("skb management")));
    EXPECT_THAT(text, Not(HasSubstr("by samples")));
    EXPECT_THAT(text, Not(HasSubstr(" Hz")));
}

/// One cell whose copies into the kernel cost so many nanoseconds a byte by samples.
std::string text_of_copy_in(const Figure& per_byte, unsigned width = 100) {
    netio::Run run = fixed_runs::one_cell_run();
    PathFigures& copy_in = run.cells[0].trace->of(Role::sender).path(Path::copy_in);
    copy_in.sampled_bytes = 1;
    copy_in.time_ns = per_byte;
    copy_in.calls = copy_in.bytes = Figure::exact(1);
    return text_of(run, false, width);
}

TEST(Text, AnIntervalOfTimeReachesToItsFartherEndAndIsNeverNothing) {
    EXPECT_THAT(text_of_copy_in(Figure::sampled(0.2, 0.19, 0.23)), HasSubstr("~0.200±0.030 "));
    EXPECT_THAT(text_of_copy_in(Figure::sampled(0.0042, 0.0038, 0.0046)), HasSubstr("~0.0042±0.0004"));
    EXPECT_THAT(text_of_copy_in(Figure::sampled(0.25, 0.2498, 0.2503)), HasSubstr("~0.2500±0.0003"));
    EXPECT_THAT(text_of_copy_in(Figure::sampled(0.00002, 0.0, 0.0001)), HasSubstr(" ~<0.0001"));
    EXPECT_THAT(text_of(fixed_runs::one_cell_run()), HasSubstr("± reaches the farther end of its 95 % interval"));
}

TEST(Text, APathThatWasTakenWithoutASampleIsNotNothing) {
    netio::Run run = fixed_runs::complete_run();
    for (Cell& cell : run.cells) {
        PathFigures& pin = cell.trace->of(Role::sender).path(Path::pin);
        if (cell.variant != Variant::A3 || !pin.time_ns.available())
            continue;
        ASSERT_GT(pin.bytes.value, 0.0);
        pin.time_ns = pin.exclusive_ns = Figure::sampled(0.0, 0.0, 0.02 * static_cast<double>(pin.sampled_bytes));
    }
    // Not for A1 and A2, which pin nothing; merged repeats reach less far than one.
    const std::string text = text_of(run);
    EXPECT_TRUE(std::regex_search(text, std::regex("  pin +– +– +~<0.0[12][0-9]? +0%"))) << text;
    EXPECT_EQ(evidence_value(Figure::sampled(0.0, 0.0, 0.0171), "ns/B", true), "~<0.017 ns/B");
    EXPECT_EQ(evidence_value(Figure::sampled(12.34, 11.14, 13.54), "ns/B", true), "~12.3±1.2 ns/B");
    EXPECT_EQ(evidence_value(Figure::sampled(12.3, 0.04, 14.0), "ns/B", true), "~12.30 [0.04, 14.00] ns/B")
        << "an interval that excludes 0 looks like one";
}

TEST(Text, AShareIsApartFromTheIntervalBeforeIt) {
    netio::Run run = fixed_runs::one_cell_run();
    for (SubjectTrace& each : run.cells[0].trace->subjects)
        each.cpu.share[index_of(CpuClass::data_copy)] = Figure::sampled(1.0, 0.99, 1.0);
    for (const unsigned width : {80U, 100U})
        EXPECT_FALSE(std::regex_search(text_of(run, false, width), std::regex("±[0-9.,]*%"))) << width;
    EXPECT_TRUE(std::regex_search(text_of(run), std::regex(" 100% +██")));
}

TEST(Text, ConnectionsAndThroughputAreApartInTheOverview) {
    netio::Run run = fixed_runs::crossing_run();
    for (Cell& cell : run.cells) {
        cell.threads *= 10;
        cell.receiver.duration_s *= 1e5;
    }
    const std::string text = text_of(run);
    std::istringstream lines(text.substr(text.find("8 fields of")));
    unsigned rows = 0;
    std::string line;
    std::getline(lines, line); // the head
    while (std::getline(lines, line) && !line.empty() && std::isdigit(static_cast<unsigned char>(line.front())) != 0) {
        std::istringstream words(line);
        // Two of the field size, connections, and three figures of three variants.
        EXPECT_EQ(std::distance(std::istream_iterator<std::string>(words), {}), 12) << line;
        ++rows;
    }
    EXPECT_GT(rows, 3U);
}

TEST(Text, TitlesOfTheOverviewFitOneVariant) {
    netio::Run run = fixed_runs::crossing_run();
    std::erase_if(run.cells, [](const Cell& cell) { return cell.variant != Variant::A1; });
    const std::string text = text_of(run);
    const std::string overview = text.substr(text.find("Bold where"), 400);
    EXPECT_THAT(overview, HasSubstr("  throughput, Gbit/s  latency p50, µs  copies/byte\n"));
    EXPECT_THAT(overview, Not(HasSubstr("…")));
    EXPECT_THAT(text_of(fixed_runs::crossing_run()), HasSubstr("throughput, Gbit/s"));
}

TEST(Text, ZeroCopyIsToldByTheTracerWhereItSaw) {
    netio::Run run = fixed_runs::one_exact_cell_run();
    Cell& cell = run.cells[0];
    cell.trace->of(Role::sender).zerocopy.completions = 1000;
    cell.trace->of(Role::sender).zerocopy.copied = 250;
    cell.sender.zerocopy.copied = 999;
    EXPECT_THAT(text_of(run), HasSubstr("1,000 completed, of which 250 copied after all (25%)"));
    cell.trace->of(Role::sender).zerocopy.completions = 0;
    EXPECT_THAT(text_of(run), HasSubstr("of which 999 copied after all"));
}

TEST(Text, SaysThatMoreWasCopiedThanPinned) {
    const auto told = [](const netio::Run& run) {
        return std::regex_search(text_of(run), std::regex("; 38,016\\s+bytes\\s+copied\\s+more\\s+than\\s+once,"));
    };
    netio::Run run = fixed_runs::one_exact_cell_run();
    EXPECT_FALSE(std::regex_search(text_of(run), std::regex("more\\s+than\\s+once")));
    Figure& copied = run.cells[0].trace->of(Role::sender).path(Path::deferred_copy).bytes;
    copied.value += 38016;
    EXPECT_TRUE(told(run)) << text_of(run);
    copied.quality = Quality::estimated;
    EXPECT_FALSE(told(run));
}

Diagnosis diagnosis() {
    Diagnosis diagnosis;
    const auto unavailable = Quality::unavailable;
    const auto exact = Quality::exact;
    diagnosis.environment.plan = {{Path::wait_send, Backend::tracepoint, exact, unavailable, exact, ""},
                                  {Path::tcp_sendmsg, Backend::fentry, exact, unavailable, exact, ""},
                                  {Path::copy_in, Backend::fentry, exact, unavailable, exact, "why not"},
                                  {Path::linearize, Backend::none, unavailable, unavailable, unavailable, "why"}};
    diagnosis.environment.settings["kernel.perf_event_paranoid"] = "3";
    diagnosis.counters = {{"cycles", CounterStatus::counted, 1, 1.0, 1, 1, {}}};
    diagnosis.checks = {{"privileges", "CAP_BPF", Standing::good, "it is there", {}}};
    return diagnosis;
}

TEST(DiagnosisText, APathThatMovesNoBytesLacksNone) {
    const std::string text = render_diagnosis_text(diagnosis(), {});
    EXPECT_THAT(text, HasSubstr("✓ wait_send                   tracepoint: calls exact, time exact"));
    EXPECT_THAT(text, HasSubstr("✓ tcp_sendmsg "));
    EXPECT_THAT(text, HasSubstr("~ copy_in                     fentry: calls exact, bytes unavailable, time exact"));
    EXPECT_THAT(text, HasSubstr("✗ linearize "));
}

TEST(DiagnosisText, NamesOfSettingsAreWhole) {
    EXPECT_THAT(render_diagnosis_text(diagnosis(), {}), HasSubstr(" kernel.perf_event_paranoid  3\n"));
}

TEST(DiagnosisText, NeverBreaksAWordThatIsToBeCopied) {
    const std::string capabilities = "cap_bpf,cap_perfmon,cap_syslog,cap_net_admin,cap_sys_admin,cap_ipc_lock+ep";
    Diagnosis made = diagnosis();
    made.checks[0].hint = "run with sudo, or once: sudo setcap " + capabilities + " /usr/bin/netio-trace";
    for (const unsigned width : {80U, 100U, 200U}) {
        const std::string text = render_diagnosis_text(made, {.width = width, .saved_to = {}});
        EXPECT_THAT(text, HasSubstr(capabilities)) << width;
        EXPECT_THAT(text, HasSubstr("  ✓ CAP_BPF                     it is there\n")) << width;
    }
}

TEST(DiagnosisJson, NamesTheQualityOfEachFigureAndHasNullForNoReason) {
    const auto json = nlohmann::json::parse(render_diagnosis_json(diagnosis()));
    const auto& path = json["paths"]["wait_send"];
    EXPECT_EQ(path["calls_quality"], "exact");
    EXPECT_EQ(path["bytes_quality"], "unavailable");
    EXPECT_EQ(path["time_quality"], "exact");
    EXPECT_FALSE(path.contains("quality"));
    EXPECT_TRUE(path["reason"].is_null());
    EXPECT_EQ(json["paths"]["linearize"]["reason"], "why");
    EXPECT_TRUE(json["counters"]["cycles"]["reason"].is_null());
    EXPECT_TRUE(json["checks"][0]["way_out"].is_null());
}

TEST(ComparisonText, NeverCutsAnInterval) {
    const netio::Run run = fixed_runs::crossing_run();
    const auto compared = [&](unsigned width) {
        analysis::ComparisonRequest request;
        request.metrics = {{analysis::Metric::Kind::latency}, {analysis::Metric::Kind::throughput}};
        return render_comparison_text({analysis::compare({{"results", {run}}}, request), {}, {}},
                                      {.color = false, .width = width, .saved_to = ""});
    };
    const std::regex whole(" *95 % interval( +((−|\\+)[0-9.,]+%? to (−|\\+)[0-9.,]+%?|×<?[0-9.,]+ to [<>]?[0-9.,]+))+");
    for (const unsigned width : {80U, 100U}) {
        unsigned intervals = 0;
        for (const std::string& line : lines_of(compared(width)))
            if (line.starts_with("    95 % interval")) {
                ++intervals;
                EXPECT_TRUE(std::regex_match(line, whole)) << line;
            }
        EXPECT_GT(intervals, 0U);
    }
    EXPECT_THAT(compared(100), HasSubstr("p50             ms"));
}

std::string compared(const std::vector<analysis::ComparedRun>& runs, const analysis::ComparisonRequest& request) {
    return in_one_line(render_comparison_text({analysis::compare(runs, request), {}, {}},
                                              {.color = false, .width = 100, .saved_to = ""}));
}

TEST(ComparisonText, SaysWhatItsIntervalsRestOn) {
    const netio::Run run = fixed_runs::crossing_run();
    netio::Run later = run;
    later.environment.started_at = "2026-01-02T03:05:00Z";
    analysis::ComparisonRequest request;
    EXPECT_THAT(compared({{"a", {run}}}, request), HasSubstr("Cells of a run are compared repeat by repeat."));
    request.axis = analysis::Axis::run;
    request.run_spread = 0.03;
    const char* assumed = "Two runs of the same are assumed to differ by 3 % (`--run-spread`).";
    EXPECT_THAT(compared({{"a", {run}}, {"b", {later}}}, request), HasSubstr(assumed));
    EXPECT_THAT(compared({{"a", {run, run, run}}, {"b", {later, later, later}}}, request), Not(HasSubstr(assumed)));
    request.run_spread = 0.0;
    EXPECT_THAT(compared({{"a", {run}}, {"b", {later}}}, request), Not(HasSubstr(assumed)));
}

TEST(ComparisonText, CountsItsChances) {
    netio::Run run = fixed_runs::crossing_run();
    analysis::ComparisonRequest request;
    const analysis::Comparison comparison = analysis::compare({{"a", {run}}}, request);
    EXPECT_THAT(compared({{"a", {run}}}, request),
                HasSubstr(std::to_string(comparison.shown) + " of " + std::to_string(comparison.intervals) +
                          " intervals show a difference; chance alone would make about "));
    std::erase_if(run.cells, [](const Cell& cell) { return cell.repeat != 0; });
    EXPECT_THAT(compared({{"a", {run}}}, request), HasSubstr("No interval: nothing here excludes chance. Open verdicts "
                                                             "on latency: `--repeats 5` gives intervals."));
}

/// An answer that lacks something, with so much advice.
analysis::Answer lacking(const analysis::Advice& advice) {
    analysis::Answer answer;
    answer.text = "It cannot be said.";
    answer.missing = "Much.";
    answer.advice = advice;
    return answer;
}

TEST(Advice, IsToldAsOptions) {
    using Change = analysis::Advice::Change;
    EXPECT_EQ(in_words(analysis::Advice{}), "");
    EXPECT_EQ(in_words({{}, {}, 12, false}), "`--repeats 12` would probably settle what is open.");
    EXPECT_EQ(in_words({{}, {}, 5, true}), "`--repeats 5` gives intervals.");
    EXPECT_EQ(in_words({{}, {}, 0, false, true}), "What is open probably remains open even with 100 repeats.");
    EXPECT_EQ(in_words({{}, {}, 12, false, true}),
              "`--repeats 12` would probably settle some of what is open; the rest "
              "remains open even with 100 repeats.");
    EXPECT_EQ(missing_of(
                  lacking({{Change::compare_variants, Change::more_field_sizes}, {Variant::A1, Variant::A3}, 5, true})),
              "Much. Run `netio-trace run --variants A1,A3 --field-sizes 64,256,1K,4K,16K,64K`. `--repeats 5` gives "
              "intervals.");
    EXPECT_EQ(report::text_of(lacking({{Change::trace}, {}})), "It cannot be said.")
        << "the advice goes with what is missing";
    EXPECT_EQ(missing_of(lacking({{Change::trace, Change::more_threads}, {}})),
              "Much. Run `netio-trace run --threads 1,2,4,8`. Run as root, without `--no-trace`.");
    EXPECT_THAT(missing_of(lacking({{Change::count_cache_misses}, {}})),
                HasSubstr("-e L1-dcache-load-misses,LLC-load-misses,cache-misses`. `netio-trace doctor` tells"));
    analysis::Finding finding;
    finding.fact = "Fact.";
    finding.advice.add(Change::do_not_trace);
    finding.advice.add(Change::do_not_trace);
    EXPECT_EQ(report::text_of(finding), "Fact. `run --no-trace` measures without it.");
}

TEST(Text, OneVariantAloneHasOneColumn) {
    const std::string text = text_of(fixed_runs::untraced_run());
    EXPECT_THAT(text, HasSubstr("A1 send×8"));
    EXPECT_THAT(text, Not(HasSubstr("A2 sendmsg")));
    EXPECT_THAT(text, Not(HasSubstr("Where each byte was moved")));
    EXPECT_THAT(text, HasSubstr("not accounted: nothing was traced"));
    EXPECT_THAT(text, Not(HasSubstr("fastest")));
}

TEST(Text, ALeadThatIsNotShownIsNone) {
    netio::Run run = fixed_runs::complete_run();
    EXPECT_THAT(text_of(run), HasSubstr("A2 is the fastest: "));
    run.cells[1].receiver.duration_s *= 1.25; // a slower repeat of A2, between those of A3
    EXPECT_THAT(text_of(run), Not(HasSubstr("is the fastest")));
    EXPECT_THAT(in_one_line(text_of(run)), HasSubstr("No significant difference between A3 and A2: 0.90 × ["));
}

TEST(Text, OneRepeatShowsNothing) {
    netio::Run run = fixed_runs::complete_run();
    run.cells.resize(3);
    EXPECT_THAT(in_one_line(text_of(run)),
                HasSubstr("A2 has the highest throughput, 3.41 Gbit/s: it is 1.62 × as fast as A1 and is 24 % faster "
                          "than A3. Not tested: only one repeat. `--repeats 5` gives intervals."));
    EXPECT_THAT(text_of(run), Not(HasSubstr("is the fastest")));
}

/// A1 and A2 in three repeats. With fields of 64 KiB on one connection A2 is ahead in each, and not by the same.
Run close_run() {
    netio::Run run = fixed_runs::crossing_run();
    std::erase_if(run.cells, [](const Cell& cell) { return cell.variant == Variant::A3; });
    const double ratios[] = {1.03, 1.80, 2.63};
    for (std::size_t i = 1; i < run.cells.size(); i += 2)
        if (Cell& cell = run.cells[i]; cell.field_size == 65536 && cell.threads == 1)
            cell.receiver.duration_s = run.cells[i - 1].duration_s() * static_cast<double>(cell.payload_bytes()) /
                                       static_cast<double>(run.cells[i - 1].payload_bytes()) / ratios[cell.repeat];
    return run;
}

/// What the judge says of A2 against A1 in a group.
struct Judged {
    analysis::Difference difference;
    std::string sentence;
};
Judged judged(const analysis::Group& group) {
    const analysis::Difference difference = analysis::difference_of(group.variants[0], group.variants[1]);
    return {difference, analysis::sentence_on(difference, {analysis::Metric::Kind::throughput}, "A2", "A1")};
}

TEST(Judge, IsQuotedByAllWithOnePairOneValueAndOneVerdict) {
    const netio::Run run = close_run();
    const std::string text = in_one_line(text_of(run));
    const Json page = run_to_page({"results", run});
    const auto findings = nlohmann::json::parse(render_json(run))["findings"];
    const auto crossover = *std::find_if(findings.begin(), findings.end(),
                                         [](const auto& finding) { return finding["id"] == "crossover-a2-a1"; });
    analysis::ComparisonRequest request;
    request.metrics = {{analysis::Metric::Kind::throughput}};
    const ComparisonReport report{analysis::compare({{"results", {run}}}, request), {}, {}};
    const std::string compared =
        in_one_line(render_comparison_text(report, {.color = false, .width = 100, .saved_to = ""}));
    const auto json = nlohmann::json::parse(render_comparison_json(report));
    const std::vector<std::string> rows = lines_of(render_comparison_csv(report));

    const std::vector<analysis::Group> groups = analysis::summarize(run);
    ASSERT_EQ(groups.size(), 6U);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const auto [difference, sentence] = judged(groups[i]);
        SCOPED_TRACE(sentence);
        // In a headline the leader has been named before: "It is …".
        const std::string quoted = difference.shown ? sentence.substr(3) : sentence;
        EXPECT_THAT(text, HasSubstr(quoted));
        EXPECT_THAT(page["groups"][i]["verdict"].get<std::string>(), HasSubstr(quoted));
        EXPECT_EQ(page["groups"][i]["verdict"].get<std::string>().starts_with("A2 is the fastest"), difference.shown);
        EXPECT_THAT(compared, HasSubstr(sentence));
        const auto& pair = json["groups"][i]["pairs"][0];
        EXPECT_EQ(pair["verdict"], sentence + ".");
        EXPECT_EQ(pair["differences"][0]["ratio"], difference.ratio->value);
        EXPECT_EQ(pair["differences"][0]["ratio_interval"][1], difference.ratio->high);
        EXPECT_EQ(std::stod(fields_of(rows.at(i + 1)).at(19)), difference.ratio->value);
        const auto& evidence =
            *std::find_if(crossover["evidence"].begin(), crossover["evidence"].end(), [&](auto& one) {
                return one["field_size"] == groups[i].field_size && one["threads"] == groups[i].threads;
            });
        EXPECT_EQ(evidence["figure"]["value"], difference.ratio->value);
        EXPECT_EQ(evidence["figure"]["interval"][0], difference.ratio->low);
    }
}

TEST(Judge, NamesNoWinnerWhereTheIntervalIncludesOne) {
    const netio::Run run = close_run();
    const analysis::Group group = analysis::summarize(run).at(4);
    ASSERT_EQ(group.field_size, 65536U);
    EXPECT_THAT(
        judged(group).sentence,
        HasSubstr(
            "No significant difference between A2 and A1: 1.70 × [0.53, 5.47] as fast (the 95 % interval includes "
            "1; A2 was faster in 3 of 3 repeats, 1.03–2.63 ×; "));
    EXPECT_THAT(in_one_line(text_of(run)),
                HasSubstr(judged(group).sentence + ". `--repeats 9` would probably settle what is open."));
    EXPECT_THAT(in_one_line(text_of(run)), HasSubstr("; open at 64 KiB with 1 connection (1.70 ×)"));
    // Bold is what is shown: of 2 connections throughput and latency, of 1 connection latency alone.
    const auto bold_in = [lines = lines_of(text_of(run, true))](const std::string& row) {
        int bold = 0;
        for (const std::string& line : lines)
            if (without_colors(line).starts_with(row))
                for (std::size_t at = line.find("\x1b[1m"); at != std::string::npos; at = line.find("\x1b[1m", at + 1))
                    ++bold;
        return bold;
    };
    EXPECT_EQ(bold_in("64 KiB           1"), 1);
    EXPECT_EQ(bold_in("64 KiB           2"), 2);
}

TEST(Text, NamesTheCommandThatComparesRuns) {
    netio::Run run = fixed_runs::crossing_run();
    for (Cell& cell : run.cells)
        cell.sender.counters.clear();
    EXPECT_THAT(text_of(run), HasSubstr("Next: netio-trace compare "));
}

TEST(Text, ManyBrokenLawsDoNotBuryTheLastLines) {
    netio::Run run = fixed_runs::complete_run();
    for (Cell& cell : run.cells)
        for (LawCheck& law : cell.laws)
            law.holds = false;
    EXPECT_THAT(text_of(run), HasSubstr("and 7 more laws: see laws in run.json"));
}

} // namespace
} // namespace netio::report
