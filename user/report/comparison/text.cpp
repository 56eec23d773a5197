// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/comparison/comparison.h"
#include "report/comparison/sections.h"

namespace netio::report {

using namespace analysis;

std::string why(const Difference& difference) {
    if (difference.explained_by_load)
        return "the machine was busy: " + load_in_words(difference);
    return difference.available ? difference.no_interval : difference.reason;
}

std::string_view unit_of(Statistic statistic) {
    if (statistic == Statistic::throughput)
        return "Gbit/s";
    return statistic == Statistic::ns_per_byte ? "ns/byte" : "ns";
}

std::string_view name_of(GateOutcome outcome) {
    switch (outcome) {
    case GateOutcome::passed:
        return "passed";
    case GateOutcome::failed:
        return "failed";
    case GateOutcome::failed_unproven:
        return "failed_unproven";
    case GateOutcome::unchecked:
        return "unchecked";
    }
    return {};
}

std::string render_comparison_text(const ComparisonReport& report, const TextOptions& options) {
    Page page(options);
    const Comparison& comparison = report.comparison;
    put_comparison_head(page, report);
    put_verdicts(page, comparison);
    put_gates(page, report);
    for (const ComparedGroup& group : comparison.groups)
        put_compared_group(page, comparison, group);
    return std::move(page).take();
}

} // namespace netio::report
