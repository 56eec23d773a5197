// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <cmath>

#include "analysis/comparison.h"
#include "report/comparison/comparison.h"
#include "report/run_json/records.h"

namespace netio::report {
namespace {

using namespace analysis;

Json interval_to_json(bool there, const Bounded& bounded) {
    return there ? Json::array({number(bounded.low), number(bounded.high)}) : Json(nullptr);
}

Json estimate_to_json(const Estimate& estimate, Statistic statistic) {
    return {{"value", estimate.available() ? number(estimate.value) : Json(nullptr)},
            {"unit", unit_of(statistic)},
            {"quality", name_of(estimate.quality)},
            {"standard_error", estimate.variance ? number(std::sqrt(*estimate.variance)) : Json(nullptr)},
            {"reason", text_or_null(estimate.available() ? estimate.no_variance : estimate.reason)}};
}

Json entry_to_json(const Comparison& comparison, const ComparedGroup& group, const Entry& entry) {
    Json statistics = Json::object();
    for (Statistic statistic : all_statistics)
        if (has(group.metric, statistic))
            statistics[std::string(name_of(statistic))] =
                estimate_to_json(entry.sample.estimates[index_of(statistic)], statistic);
    return {{"run", comparison.runs[entry.key.run]}, {"variant", name_of(entry.key.variant)},
            {"field_size", entry.key.field_size},    {"threads", entry.key.threads},
            {"repeats", entry.sample.repeats},       {"silent_repeats", entry.sample.silent},
            {"statistics", std::move(statistics)},   {"histogram", to_json(entry.sample.merged)}};
}

Json difference_to_json(const Difference& difference) {
    const bool ratio = difference.available && difference.ratio.has_value();
    return {{"statistic", name_of(difference.statistic)},
            {"unit", unit_of(difference.statistic)},
            {"quality", name_of(difference.quality)},
            {"difference", difference.available ? number(difference.absolute.value) : Json(nullptr)},
            {"difference_interval", interval_to_json(difference.interval, difference.absolute)},
            {"ratio", ratio ? number(difference.ratio->value) : Json(nullptr)},
            {"ratio_interval", ratio ? interval_to_json(difference.interval, *difference.ratio) : Json(nullptr)},
            {"shown", difference.interval ? Json(difference.shown) : Json(nullptr)},
            {"detectable", difference.detectable > 0.0 ? number(difference.detectable) : Json(nullptr)},
            {"reason", text_or_null(why(difference))}};
}

Json group_to_json(const Comparison& comparison, const ComparedGroup& group) {
    Json entries = Json::array();
    for (const Entry& entry : group.entries)
        entries.push_back(entry_to_json(comparison, group, entry));
    Json pairs = Json::array();
    for (const Pair& pair : group.pairs) {
        Json differences = Json::array();
        for (const Difference& difference : pair.differences)
            differences.push_back(difference_to_json(difference));
        pairs.push_back(
            {{"entry", pair.other},
             {"baseline", pair.baseline},
             {"verdict", verdict_on(comparison, group, pair)},
             {"in_pairs", pair.in_pairs},
             {"run_spread", pair.run_spread > 0.0 ? Json(pair.run_spread) : Json(nullptr)},
             {"kolmogorov_smirnov", pair.distance ? number(pair.distance->kolmogorov_smirnov) : Json(nullptr)},
             {"wasserstein_ns", pair.distance ? number(pair.distance->wasserstein_ns) : Json(nullptr)},
             {"differences", std::move(differences)}});
    }
    return {{"title", title_of(comparison, group)},
            {"metric", name_of(group.metric)},
            {"baseline", group.baseline},
            {"entries", std::move(entries)},
            {"pairs", std::move(pairs)}};
}

} // namespace

std::string render_comparison_json(const ComparisonReport& report) {
    const Comparison& comparison = report.comparison;
    Json groups = Json::array();
    for (const ComparedGroup& group : comparison.groups)
        groups.push_back(group_to_json(comparison, group));
    Json gates = Json::array();
    for (const GateResult& result : report.results)
        gates.push_back({{"gate", report.gates[result.gate].text},
                         {"group", result.group},
                         {"pair", result.pair},
                         {"outcome", name_of(result.outcome)},
                         {"reason", result.reason.empty() ? Json(nullptr) : Json(result.reason)}});
    return lay_out(
        {{"schema", "netio-trace/compare/1"},
         {"by", name_of(comparison.request.axis)},
         {"seed", comparison.request.seed},
         {"run_spread", comparison.request.axis == Axis::run ? Json(comparison.request.run_spread) : Json(nullptr)},
         {"runs", comparison.runs},
         {"warnings", comparison.warnings},
         {"left_out", comparison.left_out},
         {"intervals", comparison.intervals},
         {"intervals_that_show", comparison.shown},
         {"groups", std::move(groups)},
         {"gates", std::move(gates)}});
}

} // namespace netio::report
