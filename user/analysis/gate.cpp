// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/gate.h"

namespace netio::analysis {

namespace {

bool is_beyond(const Gate& gate, const Difference& difference) {
    const double change = gate.relative ? difference.ratio->value - 1.0 : difference.absolute.value;
    return gate.above ? change > gate.bound : change < gate.bound;
}

} // namespace

std::string why_unchecked(const Gate& gate, const Difference& difference) {
    if (!difference.available)
        return difference.reason;
    if (gate.relative && !difference.ratio)
        return "there is no percentage of a value of 0";
    // Of one repeat the maximum has none for being the maximum, too.
    if (!difference.interval && (difference.repeats > 1 || difference.statistic == Statistic::max))
        return "it has no interval: " + difference.no_interval;
    if (difference.explained_by_load && is_beyond(gate, difference))
        return "the machine was busy: " + load_in_words(difference);
    return {};
}

GateOutcome check(const Gate& gate, const Difference& difference) {
    if (!why_unchecked(gate, difference).empty())
        return GateOutcome::unchecked;
    if (!is_beyond(gate, difference))
        return GateOutcome::passed;
    if (!difference.interval)
        return GateOutcome::failed_unproven;
    return difference.shown ? GateOutcome::failed : GateOutcome::passed;
}

std::vector<GateResult> check(const std::vector<Gate>& gates, const Comparison& comparison) {
    std::vector<GateResult> results;
    for (std::size_t i = 0; i < gates.size(); ++i)
        for (std::size_t group = 0; group < comparison.groups.size(); ++group) {
            if (!(comparison.groups[group].metric == gates[i].metric))
                continue;
            for (std::size_t pair = 0; pair < comparison.groups[group].pairs.size(); ++pair) {
                if (!comparison.groups[group].with_baseline(comparison.groups[group].pairs[pair]))
                    continue;
                for (const Difference& difference : comparison.groups[group].pairs[pair].differences)
                    if (difference.statistic == gates[i].statistic)
                        results.push_back(
                            {i, group, pair, check(gates[i], difference), why_unchecked(gates[i], difference)});
            }
        }
    return results;
}

} // namespace netio::analysis
