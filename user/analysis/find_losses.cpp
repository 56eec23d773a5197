// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <map>

#include "analysis/finders.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// Ticks of the sampling clock that may fail to happen, or to show a stack, without a finding: far below the width of a
/// sampled figure's interval. They are counted and shown all the same.
constexpr double tolerated_share_of_ticks = 0.01;

double ticks_due(const Run& run) {
    double seconds = 0.0;
    for (const Cell& cell : run.cells)
        seconds += cell.trace ? cell.duration_s() : 0.0;
    return seconds * run.spec.sample_frequency * run.environment.cpus;
}

} // namespace

std::optional<Finding> find_losses(const FindingInput& input) {
    std::map<std::string, Loss> losses;
    for (const Cell& cell : input.run.cells)
        if (cell.trace)
            for (const Loss& loss : cell.trace->lost)
                if (const auto [known, first] = losses.try_emplace(loss.name, loss); !first)
                    known->second.count += loss.count;
    Finding finding;
    std::vector<std::string> lost;
    std::vector<std::string> touched;
    const auto tell = [&](const Loss& loss, const std::string& thing) {
        lost.push_back(counted(loss.count, thing) + " (" + loss.name + ")");
        if (!loss.touches.empty() && std::ranges::find(touched, loss.touches) == touched.end())
            touched.push_back(loss.touches);
        finding.evidence.push_back({loss.name, "", Figure::exact(static_cast<double>(loss.count)), {}});
    };
    for (const auto& [name, loss] : losses)
        if (loss.count != 0 && loss.effect != LossEffect::precision) {
            if (loss.effect == LossEffect::figures)
                finding.severity = Severity::warning;
            tell(loss, "event");
        }
    const double due = ticks_due(input.run);
    for (const auto& [name, loss] : losses)
        if (loss.effect == LossEffect::precision && static_cast<double>(loss.count) > tolerated_share_of_ticks * due) {
            tell(loss, "tick");
            finding.evidence.push_back({"ticks of the sampling clock due", "", Figure::exact(due), {}});
        }
    if (lost.empty())
        return std::nullopt;
    finding.fact = "The tracer lost " + joined_by_and(lost) + ".";
    for (std::size_t i = 0; i < touched.size(); ++i)
        finding.meaning += (i == 0 ? "That touches " : "; and ") + touched[i];
    finding.meaning += touched.empty() ? "" : ".";
    finding.thresholds = {{"least number of events", 1, ""},
                          {"share of ticks that may be missed", tolerated_share_of_ticks, "share"}};
    finding.rests_on = {"losses"};
    return finding;
}

} // namespace netio::analysis
