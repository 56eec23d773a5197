// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What was written is read back whole, and whatever else is in a file is refused in one line that says where.
#include "report/run_json/reader.h"

#include <functional>
#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fixed_runs.h"
#include "report/run_json/writer.h"

namespace netio::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Document = nlohmann::ordered_json;

std::string refusal_of(std::string_view text) {
    const Result<netio::Run> run = read_run(text, "run.json");
    if (run)
        return "it was read";
    EXPECT_EQ(run.error().exit_code, ExitCode::bad_input);
    const std::string message = run.error().message();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_LT(message.size(), 400U) << message;
    EXPECT_THAT(message, HasSubstr("cannot read run.json: "));
    return message;
}

const std::string& exact_text() {
    static const std::string text = render_json(netio::fixed_runs::one_exact_cell_run());
    return text;
}

/// What is said of the file when this was done to it by hand.
std::string refusal_after(const std::function<void(Document&)>& edit) {
    Document document = Document::parse(exact_text());
    edit(document);
    return refusal_of(document.dump(1));
}

class RoundTrip : public ::testing::TestWithParam<netio::fixed_runs::FixedRun> {};

TEST_P(RoundTrip, GivesTheSameBytes) {
    const std::string written = render_json(GetParam().make());
    const Result<netio::Run> run = read_run(written, "run.json");
    ASSERT_TRUE(run) << run.error().message();
    EXPECT_EQ(render_json(*run), written);
}

INSTANTIATE_TEST_SUITE_P(FixedRuns, RoundTrip, ::testing::ValuesIn(netio::fixed_runs::all),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(RunReader, FillsTheModelAndNotOnlyTheText) {
    const netio::Run written = netio::fixed_runs::exact_run();
    const Result<netio::Run> read = read_run(render_json(written), "run.json");
    ASSERT_TRUE(read);
    ASSERT_EQ(read->cells.size(), 2U);
    const Cell& cell = read->cells[1];
    EXPECT_EQ(cell.variant, Variant::A3);
    EXPECT_EQ(cell.receiver.latency, written.cells[1].receiver.latency);
    EXPECT_EQ(cell.sender.calls, written.cells[1].sender.calls);
    EXPECT_EQ(cell.sender.zerocopy, written.cells[1].sender.zerocopy);
    ASSERT_TRUE(cell.trace);
    const auto& path = cell.trace->of(Role::receiver).path(Path::copy_out);
    const auto& original = written.cells[1].trace->of(Role::receiver).path(Path::copy_out);
    ASSERT_TRUE(path.histogram);
    EXPECT_EQ(path.histogram, original.histogram);
    EXPECT_EQ(path.time_ns.quality, original.time_ns.quality);
    EXPECT_EQ(path.sampled_time_ns.low, original.sampled_time_ns.low);
    EXPECT_EQ(read->environment.bracket_ns, written.environment.bracket_ns);
    EXPECT_EQ(read->spec.backend, Backend::fentry);
}

TEST(RunReader, FillsTimelineAndStacks) {
    const netio::Run written = netio::fixed_runs::recorded_run();
    const Result<netio::Run> read = read_run(render_json(written), "run.json");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->cells[0].trace->timeline, written.cells[0].trace->timeline);
    EXPECT_EQ(read->cells[0].trace->stacks, written.cells[0].trace->stacks);
    EXPECT_EQ(read->spec.timeline_ms, 0.5);
    EXPECT_TRUE(read->spec.stacks);
}

TEST(RunReader, NeedsEveryFieldOfTheSchema) {
    for (const char* name : {"think_time_ns", "timeline_ms", "stacks"})
        EXPECT_THAT(refusal_after([&](Document& run) { run["spec"].erase(name); }),
                    HasSubstr("spec." + std::string(name) + ": is missing"));
    for (const char* name : {"timeline", "stacks"})
        EXPECT_THAT(refusal_after([&](Document& run) { run["cells"][0].erase(name); }),
                    HasSubstr("cells[0]." + std::string(name) + ": is missing"));
}

TEST(RunReader, HoldsOptionsToTheirRanges) {
    const auto option = [](const char* name, const Document& value) {
        return refusal_after([&](Document& run) { run["spec"][name] = value; });
    };
    EXPECT_THAT(option("repeats", 0), HasSubstr("spec.repeats: must be a whole number between 1 and"));
    for (const char* backend : {"sampler", "none"})
        EXPECT_THAT(option("backend", backend), HasSubstr("spec.backend: must be one of fentry, kprobe, tracepoint"));
    for (const double milliseconds : {0.0, 0.09, 1000.5})
        EXPECT_THAT(option("timeline_ms", milliseconds),
                    HasSubstr("spec.timeline_ms: must be null or between 0.1 and 1000"));
}

/// What is said of a histogram of 100 ns, 200 ns and 200 s with these exact figures.
std::string refusal_of_histogram(std::uint64_t sum, std::uint64_t least, std::uint64_t most) {
    netio::Run run = netio::fixed_runs::untraced_run();
    Histogram histogram;
    for (const std::uint64_t value : {100ULL, 200ULL, 200'000'000'000ULL})
        histogram.add_bucket(Histogram::bucket_of(value), 1);
    histogram.add_exact(sum, least, most);
    run.cells[0].receiver.latency = histogram;
    const Result<netio::Run> read = read_run(render_json(run), "run.json");
    return read ? "" : read.error().message();
}

TEST(RunReader, HoldsExactFiguresToTheBuckets) {
    constexpr std::uint64_t longest = 200'000'000'000; // beyond the last bucket, which has it
    EXPECT_EQ(refusal_of_histogram(longest + 300, 100, longest), "");
    EXPECT_THAT(refusal_of_histogram(longest + 300, 104, longest),
                HasSubstr("cells[0].latency_histogram.min_ns: must be in the first bucket that has values, from 100 up "
                          "to, but without, 102"));
    EXPECT_THAT(refusal_of_histogram(longest + 300, 99, longest), HasSubstr("min_ns: must be in the first bucket"));
    EXPECT_THAT(refusal_of_histogram(1000, 100, 201), HasSubstr("max_ns: must be in the last bucket"));
    EXPECT_THAT(refusal_of_histogram(299, 100, longest),
                HasSubstr("sum_ns: must be 3 values between min_ns and max_ns"));
    EXPECT_EQ(refusal_of_histogram(300, 100, longest), "");
    EXPECT_EQ(refusal_of_histogram(3 * longest, 100, longest), "");
    EXPECT_THAT(refusal_of_histogram(3 * longest + 1, 100, longest), HasSubstr("sum_ns: must be 3 values"));
}

/// What is said of a recorded run after an edit of its cell.
std::string refusal_of_recorded(const std::function<void(Document&)>& edit) {
    Document document = Document::parse(render_json(netio::fixed_runs::recorded_run()));
    edit(document["cells"][0]);
    return refusal_of(document.dump(1));
}

TEST(RunReader, RefusesEventsAndStacksThatCannotBe) {
    const auto event = [](std::size_t field, std::uint64_t value) {
        return refusal_of_recorded([&](Document& cell) { cell["timeline"]["events"][2][field] = value; });
    };
    EXPECT_THAT(event(0, 500'001), HasSubstr("cells[0].timeline.events: event 2 is not inside the window"));
    EXPECT_THAT(event(1, UINT64_MAX), HasSubstr("event 2 is not inside the window"));
    EXPECT_THAT(event(2, 14), HasSubstr("event 2 is of kind 14, and there are 14"));
    EXPECT_THAT(event(3, 2), HasSubstr("event 2 must have role 0 (sender) or 1 (receiver)"));
    EXPECT_THAT(event(5, std::uint64_t{1} << 32U), HasSubstr("event 2 has a number above 4294967295"));
    EXPECT_THAT(refusal_of_recorded([](Document& cell) { cell["timeline"]["events"][0].erase(0); }),
                HasSubstr("event 0 must be [start_ns, "));
    EXPECT_THAT(refusal_of_recorded([](Document& cell) { cell["timeline"]["kinds"][0] = "x"; }),
                HasSubstr("cells[0].timeline.kinds[0]: must be one of send_syscall"));
    EXPECT_THAT(refusal_of_recorded([](Document& cell) { cell["stacks"]["samples"]["sender"]["task"][0][2] = 8; }),
                HasSubstr("cells[0].stacks.samples.sender.task[0]: must be a count from 1, and numbers of symbols"));
    EXPECT_THAT(refusal_of_recorded([](Document& cell) { cell["stacks"]["samples"]["sender"]["task"][0][1] = -1; }),
                HasSubstr("must be a count from 1"));
}

TEST(RunReader, PassesOverFieldsThatItDoesNotKnow) {
    Document document = Document::parse(exact_text());
    document["later"] = {{"deep", {1, 2, {{"er", nullptr}}}}};
    document["cells"][0]["later"] = "x";
    document["cells"][0]["paths_by_role"]["sender"]["later"] = 7;
    document["spec"]["later"] = false;
    const Result<netio::Run> run = read_run(document.dump(), "run.json");
    ASSERT_TRUE(run) << run.error().message();
    EXPECT_EQ(render_json(*run), exact_text());
}

/// A file of the version before: no word of what losses touch and of what laws rest on.
Document as_before(Document document) {
    for (const char* name : {"laws_with_missed_hits", "missed_hits"})
        document["accounting"].erase(name);
    for (Document& cell : document["cells"]) {
        for (Document& law : cell["laws"]) {
            if (law["checked"] && law["holds"].is_null())
                law["holds"] = false;
            law.erase("missed");
        }
        for (Document& loss : cell["losses"])
            for (const char* name : {"effect", "touches_counts", "touches_times", "touches_own_times"})
                loss.erase(name);
    }
    return document;
}

TEST(RunReader, SuppliesWhatEarlierVersionsDidNotSayOfLosses) {
    const Document now = Document::parse(render_json(netio::fixed_runs::missed_run()));
    const Result<netio::Run> run = read_run(as_before(now).dump(), "run.json");
    ASSERT_TRUE(run) << run.error().message();
    const LawCheck& law = run->cells[0].laws[0];
    EXPECT_EQ(law.outcome(), LawOutcome::missed_hits);
    EXPECT_EQ(law.missed.at(0), (MissedHits{"recursion_misses.tp_sys_exit", 12}));
    EXPECT_EQ(Document::parse(render_json(*run))["accounting"], now["accounting"]);
    EXPECT_EQ(Document::parse(render_json(*run))["cells"][0]["paths"]["copy_in"]["bytes_quality"], "estimated");
}

TEST(RunReader, TakesAFileThatVersion1_0_0Wrote) {
    const Result<netio::Run> run = read_run_file(NETIO_GOLDEN_DIRECTORY "/one_cell_1.0.0.json");
    ASSERT_TRUE(run) << run.error().message();
    netio::Run same = netio::fixed_runs::one_cell_run();
    netio::Cell& cell = same.cells[0]; // without what version 1.0.0 did not tell
    cell.trace->samples.reset();
    cell.namespaces.clear();
    cell.machine.reset();
    for (EndResult* end : {&cell.sender, &cell.receiver}) {
        end->runnable_s.reset();
        end->connections.reset();
    }
    // And what it told otherwise.
    Trace& trace = *cell.trace;
    trace.copy_evidence.reset();
    for (SubjectTrace& each : trace.subjects)
        each.cpu.thread_ns = {};
    PathFigures& deferred = trace.of(Role::sender).path(Path::deferred_copy);
    deferred.calls = Figure::unavailable("no tracepoint fires in skb_copy_ubufs");
    deferred.bytes = Figure::estimated(static_cast<double>(cell.sender.total_payload_bytes),
                                       "sends that completed as copied, in bytes");
    for (Path path : {Path::linearize, Path::skb_copy}) {
        PathFigures& figures = trace.of(Role::sender).path(path);
        figures.backend = Backend::none;
        figures.sampled_bytes = 0;
        figures.time_ns = figures.exclusive_ns = figures.calls;
    }
    const Document now = Document::parse(render_json(same));
    const Document read = Document::parse(render_json(*run));
    for (const char* name : {"spec", "accounting", "cells"})
        EXPECT_EQ(read[name], now[name]) << name;
    EXPECT_TRUE(read["environment"]["devices"].is_null());
}

TEST(RunReader, APathThatIsNotInTheFileIsUnavailable) {
    Document document = Document::parse(exact_text());
    for (const char* role : {"sender", "receiver"})
        document["cells"][0]["paths_by_role"][role].erase("linearize");
    const Result<netio::Run> run = read_run(document.dump(), "run.json");
    ASSERT_TRUE(run) << run.error().message();
    const PathFigures& figures = run->cells[0].trace->of(Role::sender).path(Path::linearize);
    for (const Figure* figure : {&figures.calls, &figures.bytes, &figures.time_ns, &figures.exclusive_ns}) {
        EXPECT_FALSE(figure->available());
        EXPECT_THAT(figure->reason, HasSubstr("did not know this path"));
    }
    EXPECT_TRUE(run->cells[0].trace->of(Role::sender).path(Path::copy_in).bytes.available());
}

TEST(RunReader, TakesFilesOfEarlierVersionsThatLostNothing) {
    const Result<netio::Run> run = read_run(as_before(Document::parse(exact_text())).dump(), "run.json");
    ASSERT_TRUE(run) << run.error().message();
    EXPECT_EQ(render_json(*run), exact_text());
}

TEST(RunReader, SaysWhereTextIsNoJson) {
    EXPECT_THAT(refusal_of(""), HasSubstr("it is empty"));
    EXPECT_THAT(refusal_of(" \n\t "), HasSubstr("it is empty"));
    EXPECT_THAT(refusal_of("variant,field_size\nA1,64\n"), HasSubstr("it is not JSON: line 1, column 1"));
    EXPECT_THAT(refusal_of("{\"schema\": \"netio-trace/run/1\",\n  \"spec\": nan}"), HasSubstr("line 2, column 12"));
    EXPECT_THAT(refusal_of("[1, 2]"), HasSubstr("it is not a JSON object"));
    EXPECT_THAT(refusal_of("17"), HasSubstr("it is not a JSON object"));
    EXPECT_THAT(refusal_of("{} {}"), HasSubstr("line 1, column 4"));
    EXPECT_THAT(refusal_of("{\"a\": \"\xff\"}"), HasSubstr("line 1, column 8"));
    EXPECT_THAT(refusal_of("{\"a\": 1e999}"), HasSubstr("line 1"));
}

TEST(RunReader, RefusesEveryPieceOfAFile) {
    const std::string& text = exact_text();
    for (std::size_t length = 1; length < text.size() - 2; length += 1 + length / 40)
        EXPECT_THAT(refusal_of(std::string_view(text).substr(0, length)), HasSubstr("line "));
    EXPECT_THAT(refusal_of(std::string_view(text).substr(0, text.size() / 2)), HasSubstr("cut off"));
}

TEST(RunReader, RefusesWhatWouldTakeMemoryOrTimeOutOfProportion) {
    const std::string deep = "{\"cells\": " + std::string(100'000, '[');
    EXPECT_THAT(refusal_of(deep), HasSubstr("nested deeper than 64 levels"));
    EXPECT_THAT(refusal_of("{\"x\": \"" + std::string(100, '[') + "\"}"), Not(HasSubstr("nested")));
    std::string wide = "{\"spec\": [0";
    for (int i = 0; i < 2'000'001; ++i)
        wide += ",0";
    EXPECT_THAT(refusal_of(wide + "]}"), HasSubstr("spec: more than 2,000,000 values"));
    std::string many = "{\"spec\": {";
    for (int i = 0; i < 600; ++i)
        many += (i == 0 ? "\"k" : ", \"k") + std::to_string(i) + "\": 0";
    EXPECT_THAT(refusal_of(many + "}}"), HasSubstr("spec: an object in it has more than 512 members"));
}

TEST(RunReader, NamesTheSchemaOfAnotherVersion) {
    EXPECT_THAT(refusal_after([](Document& run) { run["schema"] = "netio-trace/run/2"; }),
                HasSubstr("its schema is netio-trace/run/2, and this netio-trace reads netio-trace/run/1"));
    // Even when the schema stands last, and what stands before it cannot be read.
    EXPECT_THAT(refusal_of(R"({"cells": [{"variant": "B1"}], "schema": "netio-trace/run/2"})"),
                HasSubstr("its schema is netio-trace/run/2"));
    EXPECT_THAT(refusal_after([](Document& run) { run.erase("schema"); }), HasSubstr("it has no \"schema\""));
    EXPECT_THAT(refusal_after([](Document& run) { run["schema"] = 1; }),
                HasSubstr("schema: must be a string, and is 1"));
}

struct Edit {
    const char* name;
    std::function<void(Document&)> edit;
    const char* said;
};

void PrintTo(const Edit& edit, std::ostream* stream) { *stream << edit.said; }

class HandEdited : public ::testing::TestWithParam<Edit> {};

TEST_P(HandEdited, IsRefusedWithThePlace) { EXPECT_THAT(refusal_after(GetParam().edit), HasSubstr(GetParam().said)); }

Document& cell(Document& run) { return run["cells"][0]; }
Document& copy_out(Document& run) { return cell(run)["paths_by_role"]["receiver"]["copy_out"]; }

INSTANTIATE_TEST_SUITE_P(
    RunReader, HandEdited,
    ::testing::Values(
        Edit{"Kind", [](Document& run) { copy_out(run)["bytes"] = "many"; },
             R"(cells[0].paths_by_role.receiver.copy_out.bytes: must be a number from 0, and is "many")"},
        Edit{"Missing", [](Document& run) { copy_out(run).erase("calls"); },
             "cells[0].paths_by_role.receiver.copy_out.calls: is missing"},
        Edit{"Negative", [](Document& run) { cell(run)["messages"] = -1; },
             "cells[0].messages: must be a whole number from 0, and is -1"},
        Edit{"NegativeTime", [](Document& run) { cell(run)["duration_s"] = -0.5; },
             "cells[0].duration_s: must be a number from 0, and is -0.5"},
        Edit{"Fraction", [](Document& run) { cell(run)["threads"] = 1.5; },
             "cells[0].threads: must be a whole number between 1 and 4294967295, and is 1.5"},
        Edit{"TooLarge", [](Document& run) { run["spec"]["port"] = 70000; },
             "spec.port: must be a whole number between 0 and 65535, and is 70000"},
        Edit{"Variant", [](Document& run) { cell(run)["variant"] = "A4\x1b[31m"; },
             "cells[0].variant: must be one of A1, A2, A3, A0, and is \"A4"},
        Edit{"Path", [](Document& run) { run["environment"]["plan"][2]["path"] = "copy_inn"; },
             "environment.plan[2].path: must be one of send_syscall, "},
        Edit{"Link", [](Document& run) { run["spec"]["link"] = "dev:eth0"; }, "spec.link: must be veth, loopback or"},
        Edit{"NoList",
             [](Document& run) {
                 run["cells"] = {{"0", 1}};
             },
             "cells: must be a list, and is an object"},
        Edit{"NoObject", [](Document& run) { run["cells"][0] = 7; }, "cells[0]: must be an object, and is 7"},
        Edit{"SameCell", [](Document& run) { run["cells"].push_back(run["cells"][0]); },
             "]: is repeat 0 of the same cell as cells[0]: each may stand once"},
        Edit{"NoCells", [](Document& run) { run.erase("cells"); }, "cells: is missing"},
        Edit{"Unavailable", [](Document& run) { copy_out(run)["bytes_quality"] = "unavailable"; },
             "copy_out.bytes: must be null, for its quality is unavailable, and is "},
        Edit{"NoInterval", [](Document& run) { copy_out(run)["sampled_time_interval_ns"] = {1}; },
             "copy_out.sampled_time_interval_ns: must be [low, high], and is a list of 1"},
        Edit{"Interval",
             [](Document& run) {
                 copy_out(run)["sampled_time_interval_ns"] = {9, 8};
             },
             "copy_out.sampled_time_interval_ns: its low end is above its high end"},
        Edit{"BucketCount", [](Document& run) { cell(run)["latency_histogram"]["buckets"][0][2] = 0; },
             "cells[0].latency_histogram.buckets: bucket 0 is empty"},
        Edit{"BucketsTooFew", [](Document& run) { cell(run)["latency_histogram"]["buckets"].erase(0); },
             "cells[0].latency_histogram.buckets: the counts of the buckets add up to "},
        Edit{"BucketsTooMany", [](Document& run) { cell(run)["latency_histogram"]["count"] = 5; },
             "add up to more than the 5 of \"count\""},
        Edit{"BucketOverflow",
             [](Document& run) { cell(run)["latency_histogram"]["buckets"][0][2] = 18446744073709551615U; },
             "cells[0].latency_histogram.buckets: bucket 0 is more than is left"},
        Edit{"Bounds", [](Document& run) { cell(run)["latency_histogram"]["buckets"][1][1] = 1; },
             "and there is no such bucket: the nearest is ["},
        Edit{"Order",
             [](Document& run) {
                 Document& buckets = cell(run)["latency_histogram"]["buckets"];
                 std::swap(buckets[0], buckets[1]);
             },
             "bucket 1 does not follow the one before it"},
        Edit{"Triple",
             [](Document& run) {
                 cell(run)["latency_histogram"]["buckets"][0] = {1, 2};
             },
             "bucket 0 must be [lower_ns, upper_ns, count]"},
        Edit{"Extremes", [](Document& run) { cell(run)["latency_histogram"]["min_ns"] = 1'000'000'000'000; },
             "cells[0].latency_histogram.min_ns: must be in the first bucket that has values, from "}),
    [](const auto& parameter) { return parameter.param.name; });

TEST(RunReader, RefusesACellsListThatStandsTwice) {
    EXPECT_THAT(refusal_of(R"({"schema": "netio-trace/run/1", "cells": [], "cells": []})"),
                HasSubstr("cells: stands twice"));
}

TEST(RunReader, RefusesMoreCellsThanItWouldHold) {
    const std::string two_cells = render_json(netio::fixed_runs::exact_run());
    EXPECT_TRUE(read_run(two_cells, "run.json", 2));
    const Result<netio::Run> run = read_run(two_cells, "run.json", 1);
    ASSERT_FALSE(run);
    EXPECT_THAT(run.error().message(), AllOf(HasSubstr("cells[1]: "), HasSubstr("more than 1 cells is too large")));
}

TEST(RunReader, SaysWhyAFileCannotBeOpened) {
    const Result<netio::Run> run = read_run_file("/nonexistent/run.json");
    ASSERT_FALSE(run);
    EXPECT_EQ(run.error().exit_code, ExitCode::bad_input);
    EXPECT_THAT(run.error().message(), HasSubstr("cannot read /nonexistent/run.json: No such file or directory"));
}

} // namespace
} // namespace netio::report
