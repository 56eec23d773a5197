// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/explain.h"
#include "analysis/assignment.h"
#include "analysis/finding.h"
#include "report/run_json/records.h"
#include "report/view/advice.h"

namespace netio::report {
namespace {

constexpr std::string_view schema = "netio-trace/explain/1";

std::string_view name_of(analysis::Answered answered) {
    switch (answered) {
    case analysis::Answered::yes:
        return "yes";
    case analysis::Answered::in_part:
        return "in_part";
    case analysis::Answered::no:
        return "no";
    }
    return {};
}

Json evidence_to_json(const std::vector<analysis::Evidence>& evidence) {
    Json list = Json::array();
    for (const analysis::Evidence& one : evidence) {
        Json json{{"name", one.name}, {"unit", one.unit}};
        json["variant"] = one.place.variant ? Json(name_of(*one.place.variant)) : Json(nullptr);
        json["field_size"] = one.place.field_size == 0 ? Json(nullptr) : Json(one.place.field_size);
        json["threads"] = one.place.threads == 0 ? Json(nullptr) : Json(one.place.threads);
        if (!one.place.subject.empty())
            json["subject"] = one.place.subject;
        json["figure"] = to_json(one.figure);
        list.push_back(std::move(json));
    }
    return list;
}

Json answers_to_json(const std::vector<analysis::Answer>& answers) {
    Json list = Json::array();
    for (const analysis::Answer& answer : answers)
        list.push_back({{"letter", std::string(1, answer.letter)},
                        {"question", answer.question},
                        {"answered", name_of(answer.answered)},
                        {"text", text_or_null(text_of(answer))},
                        {"missing", text_or_null(missing_of(answer))},
                        {"evidence", evidence_to_json(answer.evidence)},
                        {"rests_on", answer.rests_on}});
    return list;
}

Json thresholds_to_json(const std::vector<analysis::Threshold>& thresholds) {
    Json list = Json::array();
    for (const analysis::Threshold& threshold : thresholds)
        list.push_back({{"name", threshold.name}, {"value", number(threshold.value)}, {"unit", threshold.unit}});
    return list;
}

} // namespace

Json findings_to_json(const std::vector<analysis::Finding>& findings) {
    Json list = Json::array();
    for (const analysis::Finding& finding : findings)
        list.push_back({{"id", finding.id},
                        {"severity", finding.severity == analysis::Severity::warning ? "warning" : "note"},
                        {"text", text_of(finding)},
                        {"evidence", evidence_to_json(finding.evidence)},
                        {"thresholds", thresholds_to_json(finding.thresholds)},
                        {"rests_on", finding.rests_on}});
    return list;
}

std::string render_explanation_json(const Run& run, bool with_answers) {
    return lay_out({{"schema", schema},
                    {"tool_version", NETIO_VERSION},
                    {"run",
                     {{"tool_version", run.environment.tool_version},
                      {"started_at", run.environment.started_at},
                      {"command_line", run.environment.command_line},
                      {"kernel_release", run.environment.kernel_release},
                      {"cells", run.cells.size()},
                      {"interrupted", run.interrupted}}},
                    {"findings", findings_to_json(analysis::find_insights(run))},
                    {"answers", with_answers ? answers_to_json(analysis::answer_assignment(run)) : Json(nullptr)}});
}

std::string render_recording_explanation_json(const Recording& recording) {
    const Environment& environment = recording.environment;
    return lay_out({{"schema", schema},
                    {"tool_version", NETIO_VERSION},
                    {"trace",
                     {{"tool_version", environment.tool_version},
                      {"started_at", environment.started_at},
                      {"command_line", environment.command_line},
                      {"kernel_release", environment.kernel_release},
                      {"subjects", recording.subjects.size()}}},
                    {"findings", findings_to_json(analysis::find_insights(recording))}});
}

} // namespace netio::report
