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

/// What a statistic of some of the blocks is made of, each taken as often as it was drawn.
struct Source {
    std::vector<Histogram> histograms; ///< of each block; empty when the metric has none
    std::vector<double> numerators;    ///< of throughput or ns_per_byte, of each block
    std::vector<double> denominators;
};

double ratio_of(const Source& source, const std::vector<std::size_t>& picked) {
    double numerator = 0.0;
    double denominator = 0.0;
    for (std::size_t block : picked) {
        numerator += source.numerators[block];
        denominator += source.denominators[block];
    }
    return denominator > 0.0 ? numerator / denominator : 0.0;
}

Histogram merged(const Source& source, const std::vector<std::size_t>& picked) {
    Histogram sum;
    for (std::size_t block : picked)
        sum.merge(source.histograms[block]);
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
    estimate.draws = values;
    if (std::ranges::any_of(values, [](double value) { return value <= 0.0; }))
        return;
    for (double& value : values)
        value = std::log(value);
    estimate.log_variance = variance(values) * correction;
}

/// Whole blocks with replacement. Not std::uniform_int_distribution: what it makes of the generator's numbers differs
/// between libraries.
class Draw {
  public:
    Draw(std::uint64_t seed, std::size_t blocks) : generator_(seed), picked_(blocks) {}
    const std::vector<std::size_t>& next() {
        for (std::size_t& block : picked_) {
            const double uniform = static_cast<double>(generator_() >> 11) * 0x1p-53;
            block = static_cast<std::size_t>(uniform * static_cast<double>(picked_.size()));
        }
        return picked_;
    }

  private:
    std::mt19937_64 generator_;
    std::vector<std::size_t> picked_;
};

void add_variances(Sample& sample, const Source& source, std::uint64_t seed) {
    const std::size_t blocks = std::max(source.histograms.size(), source.numerators.size());
    if (blocks < 2) {
        for (Estimate& estimate : sample.estimates)
            estimate.no_variance = sample.repeats > 1 ? "there is one run only" : "there is one repeat only";
        return;
    }
    const bool has_ratio = !source.numerators.empty();
    const bool has_histograms = !source.histograms.empty();
    const Statistic ratio =
        sample.estimates[index_of(Statistic::throughput)].available() ? Statistic::throughput : Statistic::ns_per_byte;
    std::array<std::vector<double>, statistic_count> drawn;
    Draw draw(seed, blocks);
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
    const double correction = static_cast<double>(blocks) / static_cast<double>(blocks - 1);
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

std::vector<std::size_t> all_of(std::size_t blocks) {
    std::vector<std::size_t> picked(blocks);
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

void add_fraction(Source& source, std::size_t block, double numerator, double denominator) {
    source.numerators.resize(block + 1);
    source.denominators.resize(block + 1);
    source.numerators[block] += numerator;
    source.denominators[block] += denominator;
}

void add_histogram(Source& source, std::size_t block, const Histogram& histogram) {
    source.histograms.resize(block + 1);
    source.histograms[block].merge(histogram);
}

/// What each block has to say of a path; the reasons of what one of its repeats cannot.
void look_at_path(Sample& sample, Source& source, std::span<const Block> blocks, const Metric& metric) {
    std::string no_time;
    std::string no_histogram;
    Quality quality = Quality::exact;
    std::string limit;
    const auto look_at = [&](std::size_t block, const Cell& cell) {
        if (!cell.trace) {
            no_time = no_histogram = "not traced";
            return;
        }
        const PathFigures& figures = cell.trace->payload_path(metric.path);
        const Figure per_byte = ns_per_payload_byte(cell, metric.path);
        const std::uint64_t payload =
            figures.time_ns.quality == Quality::sampled ? figures.sampled_bytes : cell.sender.total_payload_bytes;
        if (!per_byte.available())
            no_time = per_byte.reason.empty() ? "not measured" : per_byte.reason;
        add_fraction(source, block, figures.time_ns.value, static_cast<double>(payload));
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
            add_histogram(source, block, *figures.histogram);
    };
    for (std::size_t block = 0; block < blocks.size(); ++block)
        for (const Cell* cell : blocks[block])
            look_at(block, *cell);
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

Sample estimate(std::span<const Block> blocks, const Metric& metric, std::uint64_t seed) {
    Sample sample;
    Source source;
    std::vector<Block> speaking;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        Block block;
        for (const Cell* cell : blocks[i])
            if (cell->messages() != 0 && cell->duration_s() > 0.0 && !cell->receiver.latency.empty())
                block.push_back(cell);
        sample.repeats += static_cast<unsigned>(block.size());
        sample.silent += static_cast<unsigned>(blocks[i].size() - block.size());
        if (block.empty())
            continue;
        sample.blocks.push_back(i);
        speaking.push_back(std::move(block));
    }
    if (speaking.empty()) {
        set_unavailable(sample, metric, "no message was finished in the measured part");
        return sample;
    }
    if (metric.kind == Metric::Kind::path) {
        look_at_path(sample, source, speaking, metric);
    } else {
        for (std::size_t block = 0; block < speaking.size(); ++block)
            for (const Cell* cell : speaking[block])
                if (metric.kind == Metric::Kind::latency)
                    add_histogram(source, block, cell->receiver.latency);
                else
                    add_fraction(source, block, static_cast<double>(cell->payload_bytes()) * 8.0,
                                 cell->duration_s() * 1e9);
        set_values(sample, source, Statistic::throughput, Quality::exact, Quality::exact);
    }
    add_variances(sample, source, seed);
    return sample;
}

} // namespace netio::analysis
