// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/gate.h"

namespace netio::analysis {

GateOutcome check(const Gate& gate, const Difference& difference) {
    if (!difference.available || (gate.relative && !difference.ratio))
        return GateOutcome::unchecked;
    const double change = gate.relative ? difference.ratio->value - 1.0 : difference.absolute.value;
    const bool beyond = gate.above ? change > gate.bound : change < gate.bound;
    if (!beyond)
        return GateOutcome::passed;
    if (!difference.interval)
        return GateOutcome::failed_unproven;
    if (difference.explained_by_load)
        return GateOutcome::unchecked;
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
                        results.push_back({i, group, pair, check(gates[i], difference)});
            }
        }
    return results;
}

} // namespace netio::analysis
