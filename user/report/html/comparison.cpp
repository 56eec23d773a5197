// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/comparison.h"
#include "analysis/phrases.h"
#include "report/html/data.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

using namespace analysis;

/// What one run is against the first in one metric, over all cells that both have.
struct Tally {
    std::vector<double> faster; ///< speeds of those that are shown to be
    std::vector<double> slower;
    unsigned open = 0;
    unsigned untested = 0;
};

/// "faster in 3 cells (1.19–1.52 ×)"; "" for none.
std::string counted_in(std::string_view what, const std::vector<double>& ratios) {
    if (ratios.empty())
        return "";
    const auto [low, high] = std::ranges::minmax(ratios);
    return std::string(what) + " in " + counted(ratios.size(), "cell") + " (" + ratio_range(low, high) + " ×)";
}

std::string in_words(const Tally& tally) {
    std::vector<std::string> parts;
    for (std::string part :
         {counted_in("faster", tally.faster), counted_in("slower", tally.slower),
          tally.open == 0 ? std::string() : "no significant difference in " + counted(tally.open, "cell"),
          tally.untested == 0 ? std::string() : "not tested in " + counted(tally.untested, "cell") + " (one repeat)"})
        if (!part.empty())
            parts.push_back(std::move(part));
    return joined(parts);
}

Json pair_to_page(const Comparison& comparison, const ComparedGroup& group, const Pair& pair) {
    const Difference& difference = leading_difference(group.metric, pair);
    const EntryKey& key = group.entries[pair.other].key;
    return {{"run", key.run},
            {"variant", name_of(key.variant)},
            {"field_size", key.field_size},
            {"threads", key.threads},
            {"metric", name_of(group.metric)},
            {"statistic", name_of(difference.statistic)},
            {"ratio", figure_to_page(difference.figure())},
            {"shown", difference.shown},
            {"verdict", printable(verdict_on(comparison, group, pair))}};
}

} // namespace

Json comparison_to_page(std::span<const NamedRun> runs) {
    if (runs.size() < 2)
        return nullptr;
    std::vector<ComparedRun> compared;
    for (const NamedRun& named : runs)
        compared.push_back({"run " + std::to_string(compared.size() + 1), {named.run}});
    ComparisonRequest request;
    request.axis = Axis::run;
    request.metrics = {{Metric::Kind::throughput}, {Metric::Kind::latency}};
    request.baseline.emplace(); // run 1
    const Comparison comparison = compare(compared, request);
    Json pairs = Json::array();
    std::map<std::pair<std::size_t, std::string_view>, Tally> tallies;
    for (const ComparedGroup& group : comparison.groups)
        for (const Pair& pair : group.pairs) {
            const Difference& difference = leading_difference(group.metric, pair);
            Tally& tally = tallies[{group.entries[pair.other].key.run, name_of(group.metric)}];
            const bool rate = group.metric.kind == Metric::Kind::throughput;
            const double speed = !difference.ratio ? 1.0
                                 : rate            ? difference.ratio->value
                                                   : 1.0 / difference.ratio->value;
            if (difference.shown)
                (speed > 1.0 ? tally.faster : tally.slower).push_back(speed);
            else
                ++(difference.interval ? tally.open : tally.untested);
            pairs.push_back(pair_to_page(comparison, group, pair));
        }
    Json sentences = Json::array();
    for (const auto& [key, tally] : tallies)
        sentences.push_back("By " + std::string(key.second == "latency" ? "median latency" : key.second) + ", " +
                            compared[key.first].name + " against run 1: " + in_words(tally) + ".");
    Json left_out = Json::array();
    for (const std::string& cell : comparison.left_out)
        left_out.push_back(printable(cell));
    return {{"sentences", std::move(sentences)}, {"pairs", std::move(pairs)}, {"left_out", std::move(left_out)}};
}

} // namespace netio::report
