// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/finders.h"
#include "analysis/phrases.h"
#include "analysis/sample.h"

namespace netio::analysis {
namespace {

/// So far from the nearest of the others, as a factor, and so many times as far as the others lie apart: among repeats
/// of a quiet machine, which differ by some percent, that does not happen. Of three repeats or more: of two, nothing
/// says which is the odd one.
constexpr double least_factor = 1.5;
constexpr double least_isolation = 3.0;
constexpr std::size_t least_repeats = 3;

struct Outlier {
    const Cell* cell = nullptr;
    double others_low = 0.0;  ///< Gbit/s
    double others_high = 0.0; ///< the same
    double ratio = 0.0;       ///< throughput by that of the others, their geometric mean
};

double distance(double one, double other) { return std::fabs(std::log(one / other)); }

std::optional<Outlier> outlier_in(const VariantSummary& summary) {
    std::vector<const Cell*> cells;
    std::ranges::copy_if(summary.cells, std::back_inserter(cells),
                         [](const Cell* cell) { return cell->messages() != 0; });
    if (cells.size() < least_repeats)
        return std::nullopt;
    std::ranges::sort(cells, {}, [](const Cell* cell) { return cell->throughput_gbps(); });
    const auto rate = [&](std::size_t index) { return cells[index]->throughput_gbps(); };
    const std::size_t last = cells.size() - 1;
    // One that lies apart is the slowest or the fastest.
    const bool slow = distance(rate(1), rate(0)) > distance(rate(last), rate(last - 1));
    const std::size_t odd = slow ? 0 : last;
    const std::size_t nearest = slow ? 1 : last - 1;
    const std::size_t farthest = slow ? last : 0;
    const double gap = distance(rate(odd), rate(nearest));
    if (gap < std::log(least_factor) || gap < least_isolation * distance(rate(nearest), rate(farthest)))
        return std::nullopt;
    std::vector<double> others;
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (i != odd)
            others.push_back(rate(i));
    return Outlier{cells[odd], others.front(), others.back(), rate(odd) / geometric_mean(others)};
}

std::string range(double low, double high) {
    const std::string from = significant(low);
    const std::string to = significant(high);
    return from == to ? to : from + " to " + to;
}

} // namespace

std::optional<Finding> find_outlying_repeat(const FindingInput& input) {
    std::vector<Outlier> outliers;
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants)
            if (const auto outlier = outlier_in(summary))
                outliers.push_back(*outlier);
    if (outliers.empty())
        return std::nullopt;
    const Outlier& worst = *std::ranges::max_element(
        outliers, {}, [](const Outlier& outlier) { return std::fabs(std::log(outlier.ratio)); });
    const bool slower = worst.ratio < 1.0;
    const double factor = slower ? 1.0 / worst.ratio : worst.ratio;
    Finding finding;
    finding.severity = Severity::warning;
    finding.fact = "Repeat " + std::to_string(worst.cell->repeat + 1) + " of " + name_of(*worst.cell) +
                   " is an outlier: " + significant(worst.cell->throughput_gbps()) + " Gbit/s, " + ratio_text(factor) +
                   " × " + (slower ? "slower" : "faster") + " than the others (" +
                   range(worst.others_low, worst.others_high) + " Gbit/s).";
    if (outliers.size() > 1)
        finding.fact += " So is one repeat in " + counted(outliers.size() - 1, "other cell") + ".";
    finding.meaning =
        "It widens the intervals of its cell, and pulls means and pooled percentiles: what is open there may "
        "be open for it alone. Nothing is left out.";
    for (const Outlier& outlier : outliers) {
        const Location place = location_of(*outlier.cell);
        finding.evidence.push_back(
            {"outlying repeat", "Gbit/s", Figure::exact(outlier.cell->throughput_gbps()), place});
        finding.evidence.push_back({"slowest of the others", "Gbit/s", Figure::exact(outlier.others_low), place});
        finding.evidence.push_back({"fastest of the others", "Gbit/s", Figure::exact(outlier.others_high), place});
    }
    finding.thresholds = {{"least ratio to the nearest other repeat", least_factor, ""},
                          {"least distance, in ranges of the others (logarithms)", least_isolation, ""},
                          {"least number of repeats", static_cast<double>(least_repeats), ""}};
    finding.rests_on = {"throughput_gbps"};
    if (!input.run.spec.pin)
        finding.advice.add(Advice::Change::pin);
    return finding;
}

} // namespace netio::analysis
