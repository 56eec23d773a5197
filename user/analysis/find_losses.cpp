// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/finders.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// Share of the sampling ticks that may give no sample without a finding: far below the width of a sampled figure's
/// interval. They are counted and shown all the same.
constexpr double tolerated_share_of_ticks = 0.01;

double ticks_due(const Run& run) {
    double seconds = 0.0;
    for (const Cell& cell : run.cells)
        seconds += cell.trace ? cell.duration_s() : 0.0;
    return seconds * run.spec.sample_frequency * run.environment.cpus;
}

void add_sentence(std::string& text, const std::string& sentence) { text += (text.empty() ? "" : " ") + sentence; }

/// Events are missing in figures or in the timeline.
void tell_events(Finding& finding, const std::vector<Loss>& losses) {
    std::vector<std::string> lost;
    std::vector<std::string> touched;
    for (const Loss& loss : losses) {
        if (loss.count == 0 || loss.effect == LossEffect::precision)
            continue;
        if (loss.effect == LossEffect::figures)
            finding.severity = Severity::warning;
        lost.push_back(counted(loss.count, "event") + " (" + loss.name + ")");
        if (!loss.touches.empty() && std::ranges::find(touched, loss.touches) == touched.end())
            touched.push_back(loss.touches);
        finding.evidence.push_back({loss.name, "", Figure::exact(static_cast<double>(loss.count)), {}});
    }
    if (lost.empty())
        return;
    add_sentence(finding.fact, "The tracer lost " + joined_by_and(lost) + ".");
    for (const std::string& figures : touched)
        finding.meaning += (finding.meaning.empty() ? "Affected: " : "; ") + figures;
    finding.meaning += touched.empty() ? "" : ".";
}

/// Ticks are no events: nothing is missing, and what was sampled is less sure.
void tell_ticks(Finding& finding, const std::vector<Loss>& losses, double due) {
    const auto missing = static_cast<double>(count_of(losses, LossEffect::precision));
    if (missing <= tolerated_share_of_ticks * due)
        return;
    std::vector<std::string> names;
    for (const Loss& loss : losses) {
        if (loss.count == 0 || loss.effect != LossEffect::precision)
            continue;
        names.push_back(loss.name);
        finding.evidence.push_back({loss.name, "", Figure::exact(static_cast<double>(loss.count)), {}});
    }
    finding.evidence.push_back({"sampling ticks due", "", Figure::exact(due), {}});
    add_sentence(finding.fact, share_text(std::min(missing / due, 1.0)) +
                                   " of sampling ticks did not fire or gave no stack (" + joined(names) + ").");
    add_sentence(finding.meaning, "Sampled times are less precise.");
}

} // namespace

std::optional<Finding> find_losses(const FindingInput& input) {
    const std::vector<Loss> losses = input.run.losses();
    Finding finding;
    tell_events(finding, losses);
    tell_ticks(finding, losses, ticks_due(input.run));
    if (finding.fact.empty())
        return std::nullopt;
    finding.thresholds = {{"least number of events", 1, ""},
                          {"share of ticks that may give no sample", tolerated_share_of_ticks, "share"}};
    finding.rests_on = {"losses"};
    return finding;
}

} // namespace netio::analysis
