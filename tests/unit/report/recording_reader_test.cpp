// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// trace.json is read back whole, and refused in one line that says where something else is in it.
#include <algorithm>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/trace_comparison.h"
#include "fixed_recordings.h"
#include "fixed_runs.h"
#include "report/comparison/traces.h"
#include "report/renderers.h"
#include "report/run_json/reader.h"
#include "report/run_json/writer.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Document = nlohmann::ordered_json;

class TraceRoundTrip : public ::testing::TestWithParam<netio::fixed_recordings::FixedRecording> {};

TEST_P(TraceRoundTrip, GivesTheSameBytes) {
    const std::string written = render_recording_json(GetParam().make());
    const Result<Recording> recording = read_recording(written, "trace.json");
    ASSERT_TRUE(recording) << recording.error().message();
    EXPECT_EQ(render_recording_json(*recording), written);
}

TEST_P(TraceRoundTrip, GivesTheSamePages) {
    const Recording made = GetParam().make();
    const Result<Recording> read = read_recording(render_recording_json(made), "trace.json");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(render_recording_text(*read, {}), render_recording_text(made, {}));
    EXPECT_EQ(render_recording_page(*read, "x"), render_recording_page(made, "x"));
    EXPECT_EQ(render_subjects_csv(*read), render_subjects_csv(made));
}

INSTANTIATE_TEST_SUITE_P(FixedRecordings, TraceRoundTrip, ::testing::ValuesIn(netio::fixed_recordings::all),
                         [](const auto& instance) { return std::string(instance.param.name); });

std::string trace_refusal_after(const std::function<void(Document&)>& edit) {
    Document document = Document::parse(render_recording_json(netio::fixed_recordings::zero_copy()));
    edit(document);
    const Result<Recording> recording = read_recording(document.dump(), "trace.json");
    if (recording)
        return "it was read";
    EXPECT_EQ(recording.error().exit_code, ExitCode::bad_input);
    return recording.error().message();
}

TEST(RecordingReader, SaysWhatIsWrongAndWhere) {
    EXPECT_THAT(trace_refusal_after([](Document& trace) { trace["schema"] = "netio-trace/attach/2"; }),
                HasSubstr("this netio-trace reads netio-trace/attach/1"));
    EXPECT_THAT(trace_refusal_after([](Document& trace) { trace.erase("schema"); }), HasSubstr("no \"schema\""));
    EXPECT_THAT(trace_refusal_after([](Document& trace) { trace.erase("notes"); }), HasSubstr("notes: is missing"));
    EXPECT_THAT(trace_refusal_after([](Document& trace) { trace["subjects"][1]["totals"]["send_bytes"] = "many"; }),
                HasSubstr("subjects[1].totals.send_bytes"));
    EXPECT_THAT(trace_refusal_after([](Document& trace) { trace["subjects"][0]["calls"][0]["direction"] = "up"; }),
                HasSubstr("sent, received"));
    EXPECT_THAT(
        trace_refusal_after([](Document& trace) { trace["subjects"][1]["name"] = trace["subjects"][0]["name"]; }),
        HasSubstr("subjects[1]: has the name of another"));
    EXPECT_THAT(trace_refusal_after([](Document& trace) { trace["subjects"] = 3; }),
                HasSubstr("subjects: must be a list"));
    EXPECT_THAT(trace_refusal_after([](Document& trace) { trace["spec"]["timing"] = "often"; }),
                HasSubstr("all, windows, none"));
}

TEST(RecordingReader, DerivesAnewWhatIsDerived) {
    Document document = Document::parse(render_recording_json(netio::fixed_recordings::zero_copy()));
    document["lost"] = 77;
    document["findings"] = Document::array();
    const Result<Recording> recording = read_recording(document.dump(), "trace.json");
    ASSERT_TRUE(recording) << recording.error().message();
    EXPECT_EQ(render_recording_json(*recording), render_recording_json(netio::fixed_recordings::zero_copy()));
}

TEST(RecordingReader, TakesAPathThatTheFileLacksForUnknown) {
    Document document = Document::parse(render_recording_json(netio::fixed_recordings::zero_copy()));
    document["subjects"][0]["paths"].erase("mapped");
    const Result<Recording> recording = read_recording(document.dump(), "trace.json");
    ASSERT_TRUE(recording) << recording.error().message();
    EXPECT_FALSE(recording->subjects[0].figures.path(Path::mapped).bytes.available());
}

TEST(RecordingReader, IsNotThatOfRuns) {
    const std::string trace = render_recording_json(netio::fixed_recordings::web_server());
    const auto run = read_run(trace, "trace.json");
    ASSERT_FALSE(run);
    EXPECT_THAT(run.error().message(), HasSubstr("netio-trace/attach/1"));
    const Result<Recording> recording = read_recording(render_json(netio::fixed_runs::empty_run()), "run.json");
    ASSERT_FALSE(recording);
    EXPECT_THAT(recording.error().message(), HasSubstr("netio-trace/run/1"));
}

TEST(RecordingPage, LetsNoTextBecomeMarkup) {
    Recording recording = netio::fixed_recordings::ping_pong();
    recording.subjects[0].figures.subject.name = "<script>alert('1')</script>&\"";
    recording.spec.command = {"<b>"};
    const std::string page = render_recording_page(recording, "<i>");
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
    EXPECT_THAT(page, Not(HasSubstr("<i>")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;1&#39;)"));
}

TEST(TraceComparisonText, TellsCallsAsWholeNumbers) {
    Recording few = netio::fixed_recordings::ping_pong();
    for (AttachedSubject& subject : few.subjects)
        subject.figures.calls.send_calls = 2;
    const std::string text = render_trace_comparison_text(
        analysis::compare_traces(std::vector<analysis::NamedTrace>{{"one", {few}}, {"other", {few}}}), {});
    EXPECT_THAT(text, ::testing::ContainsRegex("calls sent +4 +4 "));
}

TEST(RecordingText, FitsTheTerminal) {
    for (const auto& [name, make] : netio::fixed_recordings::all)
        for (const unsigned width : {80U, 100U, 120U, 200U}) {
            TextOptions options;
            options.width = width;
            options.saved_to = "results/example";
            options.saved_files = {"trace.json"};
            const std::string text = render_recording_text(make(), options);
            std::size_t begin = 0;
            for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
                EXPECT_LE(display_width(std::string_view(text).substr(begin, end - begin)), width) << name;
                begin = end + 1;
            }
            const std::size_t summary = text.rfind("── Traced ");
            ASSERT_NE(summary, std::string::npos);
            EXPECT_LE(std::count(text.begin() + static_cast<std::ptrdiff_t>(summary), text.end(), '\n'), 23)
                << name << " at " << width;
            EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << name;
        }
}

} // namespace
} // namespace netio::report
