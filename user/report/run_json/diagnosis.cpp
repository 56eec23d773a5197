// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/diagnosis.h"

#include "report/run_json/layout.h"

namespace netio::report {
namespace {

Json json_of(const Check& check) {
    return {{"group", check.group},
            {"id", check.id},
            {"standing", name_of(check.standing)},
            {"evidence", check.evidence},
            {"way_out", text_or_null(check.hint)}};
}

Json json_of(const PathPlan& plan) {
    return {{"backend", name_of(plan.backend)},
            {"calls_quality", name_of(plan.calls)},
            {"bytes_quality", name_of(plan.bytes)},
            {"time_quality", name_of(plan.time)},
            {"reason", text_or_null(plan.reason)}};
}

} // namespace

std::string render_diagnosis_json(const Diagnosis& diagnosis) {
    const Environment& environment = diagnosis.environment;
    Json document;
    document["schema"] = "netio-trace/doctor/1";
    document["tool_version"] = environment.tool_version;
    document["kernel_release"] = environment.kernel_release;
    document["architecture"] = environment.architecture;
    document["can_trace"] = diagnosis.can_trace;
    document["can_benchmark"] = diagnosis.can_benchmark;
    document["backends"] = environment.backends;
    document["notes"] = environment.notes;
    document["checks"] = Json::array();
    for (const Check& check : diagnosis.checks)
        document["checks"].push_back(json_of(check));
    document["paths"] = Json::object();
    for (const PathPlan& plan : environment.plan)
        document["paths"][std::string(name_of(plan.path))] = json_of(plan);
    document["counters"] = Json::object();
    for (const CounterReading& reading : diagnosis.counters)
        document["counters"][reading.event] = {{"status", name_of(reading.status)},
                                               {"reason", text_or_null(reading.reason)}};
    document["settings"] = environment.settings;
    return lay_out(document);
}

} // namespace netio::report
