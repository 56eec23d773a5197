// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/estimate.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include <boost/math/statistics/univariate_statistics.hpp>

#include "analysis/byte_time.h"
#include "analysis/distance.h"

namespace netio::analysis {
namespace {

constexpr unsigned draws = 2000;
constexpr double fewest_beyond = 5.0;
/// More than 1 - 0.99 times any count is wrong by, and far less than one value.
constexpr double rounding = 1e-6;

/// A statistic of some of the repeats, each as often as it was drawn.
struct Source {
    std::vector<const Histogram*> histograms; ///< of each repeat; empty when the metric has none
    std::vector<double> numerators;           ///< of throughput or ns_per_byte, of each repeat
    std::vector<double> denominators;
};

double ratio_of(const Source& source, const std::vector<std::size_t>& picked) {
    double numerator = 0.0;
    double denominator = 0.0;
    for (std::size_t repeat : picked) {
        numerator += source.numerators[repeat];
        denominator += source.denominators[repeat];
    }
    return denominator > 0.0 ? numerator / denominator : 0.0;
}

Histogram merged(const Source& source, const std::vector<std::size_t>& picked) {
    Histogram sum;
    for (std::size_t repeat : picked)
        sum.merge(*source.histograms[repeat]);
    return sum;
}

double value_of(const Histogram& histogram, Statistic statistic) {
    if (const auto quantile = quantile_of(statistic))
        return fine_quantile(histogram, *quantile).value_ns;
    return statistic == Statistic::mean ? histogram.mean() : static_cast<double>(histogram.max());
}

void set_variances(Estimate& estimate, std::vector<double> values, double correction) {
    using boost::math::statistics::variance;
    estimate.variance = variance(values) * correction;
    if (std::ranges::any_of(values, [](double value) { return value <= 0.0; }))
        return;
    for (double& value : values)
        value = std::log(value);
    estimate.log_variance = variance(values) * correction;
}

/// Whole repeats with replacement. Not std::uniform_int_distribution: what it makes of the generator's numbers differs
/// between libraries.
class Draw {
  public:
    Draw(std::uint64_t seed, std::size_t repeats) : generator_(seed), picked_(repeats) {}
    const std::vector<std::size_t>& next() {
        for (std::size_t& repeat : picked_) {
            const double uniform = static_cast<double>(generator_() >> 11) * 0x1p-53;
            repeat = static_cast<std::size_t>(uniform * static_cast<double>(picked_.size()));
        }
        return picked_;
    }

  private:
    std::mt19937_64 generator_;
    std::vector<std::size_t> picked_;
};

void add_variances(Sample& sample, const Source& source, std::uint64_t seed) {
    const std::size_t repeats = std::max(source.histograms.size(), source.numerators.size());
    if (repeats < 2) {
        for (Estimate& estimate : sample.estimates)
            estimate.no_variance = "there is one repeat only";
        return;
    }
    const bool has_ratio = !source.numerators.empty();
    const bool has_histograms = !source.histograms.empty();
    const Statistic ratio =
        sample.estimates[index_of(Statistic::throughput)].available() ? Statistic::throughput : Statistic::ns_per_byte;
    std::array<std::vector<double>, statistic_count> drawn;
    Draw draw(seed, repeats);
    for (unsigned i = 0; i < draws; ++i) {
        const std::vector<std::size_t>& picked = draw.next();
        if (has_ratio)
            drawn[index_of(ratio)].push_back(ratio_of(source, picked));
        if (!has_histograms)
            continue;
        const Histogram histogram = merged(source, picked);
        for (Statistic statistic : all_statistics)
            if (statistic != Statistic::throughput && statistic != Statistic::ns_per_byte)
                drawn[index_of(statistic)].push_back(value_of(histogram, statistic));
    }
    const double correction = static_cast<double>(repeats) / static_cast<double>(repeats - 1);
    for (Statistic statistic : all_statistics) {
        Estimate& estimate = sample.estimates[index_of(statistic)];
        if (!estimate.available())
            continue;
        const auto quantile = quantile_of(statistic);
        if (statistic == Statistic::max)
            estimate.no_variance = "drawing repeats again says nothing of how large the largest value may be";
        else if (quantile && (1.0 - *quantile) * static_cast<double>(sample.merged->count()) < fewest_beyond - rounding)
            estimate.no_variance = "fewer than 5 values lie beyond this percentile";
        else
            set_variances(estimate, std::move(drawn[index_of(statistic)]), correction);
    }
}

std::vector<std::size_t> all_of(std::size_t repeats) {
    std::vector<std::size_t> picked(repeats);
    std::iota(picked.begin(), picked.end(), std::size_t{0});
    return picked;
}

void set_unavailable(Sample& sample, const Metric& metric, const std::string& reason) {
    for (Statistic statistic : all_statistics)
        if (Estimate& estimate = sample.estimates[index_of(statistic)]; has(metric, statistic) && !estimate.available())
            estimate.reason = reason;
}

void set_values(Sample& sample, const Source& source, Statistic ratio, Quality ratio_quality,
                Quality histogram_quality) {
    if (!source.numerators.empty()) {
        Estimate& estimate = sample.estimates[index_of(ratio)];
        estimate.value = ratio_of(source, all_of(source.numerators.size()));
        estimate.quality = ratio_quality;
    }
    if (source.histograms.empty())
        return;
    sample.merged = merged(source, all_of(source.histograms.size()));
    for (Statistic statistic : all_statistics) {
        if (statistic == Statistic::throughput || statistic == Statistic::ns_per_byte)
            continue;
        Estimate& estimate = sample.estimates[index_of(statistic)];
        estimate.value = value_of(*sample.merged, statistic);
        estimate.quality = histogram_quality;
        if (const auto quantile = quantile_of(statistic))
            estimate.doubt = fine_quantile(*sample.merged, *quantile).doubt_ns;
    }
}

/// What each repeat has to say of a path; the reasons of what one of them cannot.
void look_at_path(Sample& sample, Source& source, std::span<const Cell* const> repeats, const Metric& metric) {
    std::string no_time;
    std::string no_histogram;
    Quality quality = Quality::exact;
    std::string limit;
    for (const Cell* cell : repeats) {
        if (!cell->trace) {
            no_time = no_histogram = "not traced";
            break;
        }
        const PathFigures& figures = cell->trace->payload_path(metric.path);
        const Figure per_byte = ns_per_payload_byte(*cell, metric.path);
        const std::uint64_t payload =
            figures.time_ns.quality == Quality::sampled ? figures.sampled_bytes : cell->sender.total_payload_bytes;
        if (!per_byte.available())
            no_time = per_byte.reason.empty() ? "not measured" : per_byte.reason;
        source.numerators.push_back(figures.time_ns.value);
        source.denominators.push_back(static_cast<double>(payload));
        if (figures.time_ns.quality != Quality::unavailable && figures.time_ns.quality > quality)
            quality = figures.time_ns.quality;
        if (limit.empty())
            limit = figures.time_ns.reason;
        if (!figures.histogram)
            no_histogram = figures.time_ns.quality == Quality::sampled ? "single calls were not timed, only sampled"
                           : figures.time_ns.reason.empty()            ? "single calls were not timed"
                                                                       : figures.time_ns.reason;
        else if (figures.histogram->empty())
            no_histogram = "the path was not taken";
        else
            source.histograms.push_back(&*figures.histogram);
    }
    if (!no_time.empty())
        source.numerators.clear();
    if (!no_histogram.empty())
        source.histograms.clear();
    set_values(sample, source, Statistic::ns_per_byte, quality, quality);
    for (Statistic statistic : all_statistics) {
        Estimate& estimate = sample.estimates[index_of(statistic)];
        if (!has(metric, statistic))
            continue;
        if (estimate.available())
            estimate.reason = limit;
        else
            estimate.reason = statistic == Statistic::ns_per_byte ? no_time : no_histogram;
    }
}

} // namespace

Sample estimate(std::span<const Cell* const> repeats, const Metric& metric, std::uint64_t seed) {
    Sample sample;
    Source source;
    std::vector<const Cell*> speaking;
    for (const Cell* cell : repeats)
        if (cell->messages() != 0 && cell->duration_s() > 0.0 && !cell->receiver.latency.empty())
            speaking.push_back(cell);
    sample.repeats = static_cast<unsigned>(speaking.size());
    sample.silent = static_cast<unsigned>(repeats.size() - speaking.size());
    if (speaking.empty()) {
        set_unavailable(sample, metric, "no message was finished in the measured part");
        return sample;
    }
    switch (metric.kind) {
    case Metric::Kind::latency:
        for (const Cell* cell : speaking)
            source.histograms.push_back(&cell->receiver.latency);
        set_values(sample, source, Statistic::throughput, Quality::exact, Quality::exact);
        break;
    case Metric::Kind::throughput:
        for (const Cell* cell : speaking) {
            source.numerators.push_back(static_cast<double>(cell->payload_bytes()) * 8.0);
            source.denominators.push_back(cell->duration_s() * 1e9);
        }
        set_values(sample, source, Statistic::throughput, Quality::exact, Quality::exact);
        break;
    case Metric::Kind::path:
        look_at_path(sample, source, speaking, metric);
        break;
    }
    add_variances(sample, source, seed);
    return sample;
}

} // namespace netio::analysis
