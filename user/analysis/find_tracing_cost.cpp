// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/costs.h"
#include "analysis/finders.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// From here on the figures are those of a machine that does something else beside.
constexpr double large_share = 0.1;

struct Largest {
    Figure figure = Figure::exact(0.0);
    const Cell* cell = nullptr;
    Path path = Path::copy_in;
};

/// Share of a bracketed path's time that is the tracer's own.
double bracket_share(const PathFigures& figures, double bracket_ns) {
    if (figures.time_ns.quality != Quality::bracketed || !figures.calls.available() || figures.time_ns.value <= 0.0)
        return 0.0;
    return std::min(1.0, bracket_ns * figures.calls.value / figures.time_ns.value);
}

Largest largest_bracket(const FindingInput& input) {
    Largest largest;
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants) {
            if (!summary.merged.trace)
                continue;
            for (Path path : all_paths) {
                const double share =
                    bracket_share(summary.merged.trace->payload_path(path), *input.run.environment.bracket_ns);
                if (share > largest.figure.value)
                    largest = {Figure::estimated(share, "bracket_ns is a median"), &summary.merged, path};
            }
        }
    return largest;
}

} // namespace

std::optional<Finding> find_tracing_cost(const FindingInput& input) {
    Finding finding;
    Largest largest;
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants) {
            if (!summary.merged.trace)
                continue;
            const Figure share = tracing_share(summary.merged);
            if (!share.available() || !has_enough_samples(*summary.merged.trace))
                continue;
            finding.evidence.push_back({"CPU time in tracing", "share", share, location_of(summary.merged)});
            if (largest.cell == nullptr || share.value > largest.figure.value)
                largest = {share, &summary.merged, Path::copy_in};
        }
    bool warn = false;
    if (largest.cell != nullptr) {
        const Figure& most = largest.figure;
        finding.fact = "Tracing takes up to " + share_text(most.value) + " of the sampled CPU time (" +
                       name_of(*largest.cell) + "; 95 %: " + share_range(most.low, most.high) + ").";
        finding.rests_on.emplace_back("cpu_classes.tracing");
        finding.meaning =
            "Not included: effects on caches, and in a virtual machine the interrupts of the sampling clock.";
        finding.advice.add(Advice::Change::do_not_trace);
        warn = most.low >= large_share;
    }
    if (input.run.environment.bracket_ns) {
        const double bracket = *input.run.environment.bracket_ns;
        finding.evidence.push_back({"bracket_ns", "ns/call", Figure::exact(bracket), {}});
        finding.rests_on.emplace_back("environment.bracket_ns");
        const Largest inside = largest_bracket(input);
        if (inside.cell != nullptr) {
            const std::string text = "of each bracketed call " + fixed(bracket, 0) +
                                     " ns are the tracer's own, up to " + share_text(inside.figure.value) + " of " +
                                     std::string(name_of(inside.path)) + "'s time (" + name_of(*inside.cell) + ").";
            if (finding.fact.empty())
                finding.fact = "O" + text.substr(1);
            else
                finding.meaning = "O" + text.substr(1) + " " + finding.meaning;
            finding.evidence.push_back({"bracket's part of " + std::string(name_of(inside.path)), "share",
                                        inside.figure, location_of(*inside.cell)});
            warn = warn || inside.figure.value >= large_share;
        }
    }
    if (finding.fact.empty())
        return std::nullopt;
    finding.severity = warn ? Severity::warning : Severity::note;
    finding.thresholds = {{"share that makes it a warning", large_share, "share"},
                          {"least number of samples", static_cast<double>(least_samples), ""}};
    return finding;
}

} // namespace netio::analysis
