// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <map>

#include "analysis/comparison.h"
#include "report/comparison/sections.h"
#include "report/view/advice.h"
#include "report/view/format.h"

namespace netio::report {

using namespace analysis;

namespace {

std::string words_of(const GateResult& result) {
    switch (result.outcome) {
    case GateOutcome::passed:
        return "passed";
    case GateOutcome::failed:
        return "FAILED";
    case GateOutcome::failed_unproven:
        return "FAILED by its value alone (one repeat has no interval)";
    case GateOutcome::unchecked:
        return "NOT CHECKED: " + result.reason;
    }
    return {};
}

/// How many intervals were looked at, and how many of so many show a difference by chance.
std::string caution_on(const Comparison& comparison) {
    if (comparison.intervals == 0)
        return "No interval: nothing here excludes chance.";
    const double by_chance = comparison.intervals * 0.05;
    return grouped(comparison.shown) + " of " + counted(comparison.intervals, "interval") +
           (comparison.shown == 1 ? " shows" : " show") + " a difference; chance alone would make about " +
           fixed(by_chance, by_chance < 9.95 ? 1 : 0) + " do so.";
}

/// What the intervals rest on beside the repeats; "" for nothing.
std::string basis_of(const Comparison& comparison) {
    double run_spread = 0.0;
    bool in_pairs = false;
    for (const ComparedGroup& group : comparison.groups)
        for (const Pair& pair : group.pairs) {
            const bool interval = std::ranges::any_of(pair.differences, &Difference::interval);
            run_spread = std::max(run_spread, interval ? pair.run_spread : 0.0);
            in_pairs = in_pairs || (interval && pair.in_pairs);
        }
    std::string text;
    if (run_spread > 0.0)
        text = "Two runs of the same are assumed to differ by " + trimmed(run_spread * 100.0) +
               " % (`--run-spread`). Three or more runs a side, made in turn, need no assumption: a1,a2,a3 b1,b2,b3.";
    if (in_pairs)
        text += std::string(text.empty() ? "" : " ") + (comparison.request.axis == Axis::run
                                                            ? "Runs were made in turn and are compared in pairs."
                                                            : "Cells of a run are compared repeat by repeat.");
    return text;
}

} // namespace

void put_comparison_head(Page& page, const ComparisonReport& report) {
    const Comparison& comparison = report.comparison;
    std::vector<std::string> metrics;
    for (const Metric& metric : comparison.request.metrics)
        metrics.emplace_back(name_of(metric));
    page.parts({"netio-trace compare", "by " + std::string(name_of(comparison.request.axis)), joined(metrics),
                counted(comparison.runs.size(), "run")},
               Style::bold);
    for (std::size_t i = 0; i < comparison.runs.size(); ++i)
        page.paragraph("  run " + std::to_string(i + 1) + "  ", comparison.runs[i], Style::dim, Style::dim);
    for (const std::string& warning : comparison.warnings)
        page.paragraph("! ", warning, Style::plain, Style::warning);
}

void put_verdicts(Page& page, const Comparison& comparison) {
    std::string title;
    std::map<std::string, Advice> advice; // by metric
    for (const ComparedGroup& group : comparison.groups) {
        if (const std::string next = title_of(comparison, group); next != title) {
            title = next;
            page.blank();
            page.heading(title);
        }
        if (comparison.request.metrics.size() > 1)
            page.paragraph("  ", name_of(group.metric), Style::dim);
        for (const Pair& pair : group.pairs) {
            const bool shown = shows_difference(pair);
            page.paragraph(shown ? "  ≠ " : "  · ", verdict_on(comparison, group, pair), Style::plain,
                           shown ? Style::warning : Style::dim);
            advice[std::string(name_of(group.metric))].add(leading_difference(group.metric, pair).advice);
        }
    }
    page.blank();
    if (comparison.groups.empty())
        page.paragraph("", "There is nothing to compare.");
    else
        page.paragraph("", caution_on(comparison), Style::dim);
    std::map<std::string, std::vector<std::string>> metrics_by_advice;
    for (const Metric& metric : comparison.request.metrics)
        if (const std::string words = in_words(advice[std::string(name_of(metric))]); !words.empty())
            metrics_by_advice[words].emplace_back(name_of(metric));
    for (const auto& [words, metrics] : metrics_by_advice)
        page.paragraph("", "Open verdicts on " + joined_by_and(metrics) + ": " + words, Style::dim);
    if (const std::string basis = basis_of(comparison); !basis.empty())
        page.paragraph("", basis, Style::dim);
    for (const std::string& cell : comparison.left_out)
        page.paragraph("left out: ", cell, Style::dim, Style::dim);
}

void put_gates(Page& page, const ComparisonReport& report) {
    if (report.gates.empty())
        return;
    page.blank();
    page.heading("Gates");
    for (std::size_t gate = 0; gate < report.gates.size(); ++gate) {
        unsigned passed = 0;
        bool other = false;
        for (const GateResult& result : report.results) {
            if (result.gate != gate)
                continue;
            if (result.outcome == GateOutcome::passed) {
                ++passed;
                continue;
            }
            other = true;
            const ComparedGroup& group = report.comparison.groups[result.group];
            page.paragraph("  ! ",
                           report.gates[gate].text + " · " + title_of(report.comparison, group) + " · " +
                               label_of(report.comparison, group.entries[group.pairs[result.pair].other].key) + ": " +
                               words_of(result),
                           Style::plain, Style::warning);
        }
        if (passed != 0)
            page.paragraph("  · ", report.gates[gate].text + ": passed by " + counted(passed, "pair"));
        else if (!other)
            page.paragraph("  ! ", report.gates[gate].text + ": NOT CHECKED: no pair has it", Style::plain,
                           Style::warning);
    }
}

} // namespace netio::report
