// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/explain.h"
#include "analysis/assignment.h"
#include "analysis/insights.h"
#include "report/run_json/finding.h"
#include "report/run_json/layout.h"
#include "report/run_json/values.h"

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

Json answers_to_json(const std::vector<analysis::Answer>& answers) {
    Json list = Json::array();
    for (const analysis::Answer& answer : answers)
        list.push_back({{"letter", std::string(1, answer.letter)},
                        {"question", answer.question},
                        {"answered", name_of(answer.answered)},
                        {"text", text_or_null(answer.text)},
                        {"missing", text_or_null(answer.missing)},
                        {"evidence", evidence_to_json(answer.evidence)},
                        {"rests_on", answer.rests_on}});
    return list;
}

} // namespace

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

} // namespace netio::report
