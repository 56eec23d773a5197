// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/unmeasured.h"

#include <algorithm>
#include <utility>

#include "analysis/copies.h"
#include "analysis/phrases.h"
#include "analysis/reasons.h"
#include "analysis/sample.h"
#include "analysis/summary.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

/// What is missing or estimated, listed under its reason, in the order in which the reasons were met.
class Reasons {
  public:
    void add(const std::string& reason, const std::string& what) {
        const std::string given = reason.empty() ? "no reason was given" : reason;
        auto found = std::ranges::find(list_, given, &Explained::reason);
        if (found == list_.end())
            found = list_.insert(list_.end(), {given, {}});
        std::vector<std::string>& names = found->names;
        if (std::find(names.begin(), names.end(), what) == names.end())
            names.push_back(what);
    }

    [[nodiscard]] std::vector<Explained> take() && { return std::move(list_); }

  private:
    std::vector<Explained> list_;
};

/// "linearize (calls, bytes)" under the reason that these figures share; the path's name alone when all are of that
/// quality.
void add_path(Reasons& reasons, const PathFigures& figures, Path path, Quality quality) {
    std::vector<std::pair<const char*, const Figure*>> wanted{{"calls", &figures.calls}, {"time", &figures.time_ns}};
    if (moves_bytes(path))
        wanted.insert(wanted.begin() + 1, {"bytes", &figures.bytes});
    std::vector<std::pair<std::string, std::vector<std::string>>> found; // reason, figures
    for (const auto& [name, figure] : wanted) {
        if (figure->quality != quality)
            continue;
        auto same = std::find_if(found.begin(), found.end(),
                                 [reason = &figure->reason](const auto& entry) { return entry.first == *reason; });
        if (same == found.end())
            same = found.insert(found.end(), {figure->reason, {}});
        same->second.emplace_back(name);
    }
    for (const auto& [reason, names] : found) {
        const std::string path_name(name_of(path));
        reasons.add(reason,
                    names.size() == wanted.size() ? path_name : path_name + " (" + analysis::joined(names) + ")");
    }
}

/// Notes which figures are estimates, and why: of each cell, with counts of its own.
void add_estimates(PathFigures& all, const PathFigures& figures) {
    for (Figure PathFigures::*member : {&PathFigures::calls, &PathFigures::bytes, &PathFigures::time_ns})
        if (const Figure& figure = figures.*member; figure.quality == Quality::estimated) {
            (all.*member).quality = Quality::estimated;
            (all.*member).reason =
                analysis::merged_reasons((all.*member).reason, figure.reason, analysis::ReasonsOf::repeats);
        }
}

/// Percentiles that have too few messages beyond them, of all repeats together.
void add_percentiles(Reasons& reasons, const Run& run) {
    const std::vector<analysis::Group> groups = analysis::summarize(run);
    for (const auto& [name, quantile] : {std::pair{"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}) {
        unsigned cells = 0;
        unsigned missing = 0;
        const Cell* fewest = nullptr;
        for (const analysis::Group& group : groups)
            for (const analysis::VariantSummary& summary : group.variants) {
                ++cells;
                if (summary.merged.receiver.latency.empty() ||
                    analysis::percentile(summary.merged.receiver.latency, quantile).available())
                    continue;
                ++missing;
                if (fewest == nullptr || summary.merged.receiver.latency.count() < fewest->receiver.latency.count())
                    fewest = &summary.merged;
            }
        if (fewest != nullptr)
            reasons.add(analysis::percentile(fewest->receiver.latency, quantile).reason + " (" +
                            analysis::name_of(*fewest) + ")",
                        std::string("latency ") + name +
                            (missing == cells ? "" : " in " + analysis::counted(missing, "place")));
    }
}

} // namespace

std::string Explained::what() const { return analysis::joined(names); }

std::vector<Explained> unmeasured_of(const Run& run) {
    Reasons reasons;
    add_percentiles(reasons, run);
    for (const Cell& cell : run.cells) {
        if (cell.trace)
            for (Path path : all_paths)
                add_path(reasons, figures_of(cell, path), path, Quality::unavailable);
        if (const Figure copies = analysis::copies_per_byte(cell); copies.bounds)
            reasons.add(copies.reason, "copies per byte");
        for (const EndResult* end : {&cell.sender, &cell.receiver})
            for (const CounterReading& reading : end->counters)
                if (!reading.available())
                    reasons.add(reading.reason.empty() ? std::string(name_of(reading.status)) : reading.reason,
                                reading.event);
        for (const LawCheck& law : cell.laws)
            if (!law.checked)
                reasons.add(law.reason, "law " + law.name);
    }
    return std::move(reasons).take();
}

std::vector<Explained> estimated_of(const Run& run) {
    Reasons reasons;
    for (Path path : all_paths) {
        PathFigures all;
        for (const Cell& cell : run.cells)
            if (cell.trace)
                add_estimates(all, figures_of(cell, path));
        add_path(reasons, all, path, Quality::estimated);
    }
    return std::move(reasons).take();
}

} // namespace netio::report
