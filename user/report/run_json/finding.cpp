// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/finding.h"

#include "report/run_json/values.h"

namespace netio::report {
namespace {

Json thresholds_to_json(const std::vector<analysis::Threshold>& thresholds) {
    Json list = Json::array();
    for (const analysis::Threshold& threshold : thresholds)
        list.push_back({{"name", threshold.name}, {"value", number(threshold.value)}, {"unit", threshold.unit}});
    return list;
}

} // namespace

Json evidence_to_json(const std::vector<analysis::Evidence>& evidence) {
    Json list = Json::array();
    for (const analysis::Evidence& one : evidence) {
        Json json{{"name", one.name}, {"unit", one.unit}};
        json["variant"] = one.place.variant ? Json(name_of(*one.place.variant)) : Json(nullptr);
        json["field_size"] = one.place.field_size == 0 ? Json(nullptr) : Json(one.place.field_size);
        json["threads"] = one.place.threads == 0 ? Json(nullptr) : Json(one.place.threads);
        json["figure"] = figure_to_json(one.figure);
        list.push_back(std::move(json));
    }
    return list;
}

Json findings_to_json(const std::vector<analysis::Finding>& findings) {
    Json list = Json::array();
    for (const analysis::Finding& finding : findings)
        list.push_back({{"id", finding.id},
                        {"severity", finding.severity == analysis::Severity::warning ? "warning" : "note"},
                        {"text", finding.text()},
                        {"evidence", evidence_to_json(finding.evidence)},
                        {"thresholds", thresholds_to_json(finding.thresholds)},
                        {"rests_on", finding.rests_on}});
    return list;
}

} // namespace netio::report
