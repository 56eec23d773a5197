// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/sample.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <utility>

#include <boost/math/statistics/univariate_statistics.hpp>

#include "analysis/costs.h"
#include "analysis/machine_load.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

constexpr std::array<std::string_view, statistic_count> statistic_names{"throughput", "ns_per_byte", "mean", "p50",
                                                                        "p90",        "p99",         "p999", "max"};

/// Area between two straight lines whose distance is `left` at one end and `right` at the other, `width` apart.
double area(double left, double right, double width) {
    if (left * right >= 0.0)
        return std::fabs(left + right) / 2.0 * width;
    return (left * left + right * right) / (2.0 * (std::fabs(left) + std::fabs(right))) * width;
}

constexpr unsigned draws = 2000;
/// More than 1 - 0.99 times any count is wrong by, and far less than one value.
constexpr double rounding_share = 1e-6;

/// What a statistic of some of the blocks is made of, each taken as often as it was drawn.
struct Source {
    std::vector<Histogram> histograms; ///< of each block; empty when the metric has none
    std::vector<double> numerators;    ///< of ns_per_byte, of each block
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
        return histogram.quantile(*quantile);
    return statistic == Statistic::mean ? histogram.mean() : static_cast<double>(histogram.max());
}

bool is_of_histograms(Statistic statistic) {
    return statistic != Statistic::throughput && statistic != Statistic::ns_per_byte;
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

std::vector<std::size_t> all_of(std::size_t blocks) {
    std::vector<std::size_t> picked(blocks);
    std::iota(picked.begin(), picked.end(), std::size_t{0});
    return picked;
}

using Values = std::array<double, statistic_count>;

/// The statistics that the source has, of some of its blocks; 0 for the others.
Values values_of(const Source& source, const std::vector<std::size_t>& picked) {
    Values values{};
    if (!source.numerators.empty())
        values[index_of(Statistic::ns_per_byte)] = ratio_of(source, picked);
    if (source.histograms.empty())
        return values;
    const Histogram histogram = merged(source, picked);
    for (Statistic statistic : all_statistics)
        if (is_of_histograms(statistic))
            values[index_of(statistic)] = value_of(histogram, statistic);
    return values;
}

std::string why_no_variance(const Sample& sample) { return sample.repeats > 1 ? "only one run" : "only one repeat"; }

void add_variances(Sample& sample, const Source& source, std::uint64_t seed) {
    const std::size_t blocks = std::max(source.histograms.size(), source.numerators.size());
    if (blocks < 2) {
        for (Estimate& estimate : sample.estimates)
            estimate.no_variance = why_no_variance(sample);
        return;
    }
    // By the blocks that were drawn: of few blocks, most draws have been seen before.
    std::map<std::vector<std::size_t>, Values> known;
    std::array<std::vector<double>, statistic_count> drawn;
    Draw draw(seed, blocks);
    for (unsigned i = 0; i < draws; ++i) {
        std::vector<std::size_t> picked = draw.next();
        std::ranges::sort(picked);
        auto values = known.find(picked);
        if (values == known.end())
            values = known.emplace(picked, values_of(source, picked)).first;
        for (Statistic statistic : all_statistics)
            drawn[index_of(statistic)].push_back(values->second[index_of(statistic)]);
    }
    const double correction = static_cast<double>(blocks) / static_cast<double>(blocks - 1);
    for (Statistic statistic : all_statistics) {
        Estimate& estimate = sample.estimates[index_of(statistic)];
        if (!estimate.available())
            continue;
        if (statistic == Statistic::max)
            estimate.no_variance = "drawing repeats again says nothing of how large the largest value may be";
        else
            set_variances(estimate, std::move(drawn[index_of(statistic)]), correction);
    }
}

void set_unavailable(Sample& sample, const Metric& metric, const std::string& reason) {
    for (Statistic statistic : all_statistics)
        if (Estimate& estimate = sample.estimates[index_of(statistic)]; has(metric, statistic) && !estimate.available())
            estimate.reason = reason;
}

void set_values(Sample& sample, const Source& source, Quality quality, std::string_view thing) {
    const Values all = values_of(source, all_of(std::max(source.histograms.size(), source.numerators.size())));
    if (!source.histograms.empty())
        sample.merged = merged(source, all_of(source.histograms.size()));
    std::vector<Values> of_blocks;
    for (std::size_t block = 0; block < sample.blocks.size(); ++block)
        of_blocks.push_back(values_of(source, {block}));
    for (Statistic statistic : all_statistics) {
        const bool of_histograms = is_of_histograms(statistic);
        if (of_histograms ? source.histograms.empty()
                          : statistic != Statistic::ns_per_byte || source.numerators.empty())
            continue;
        Estimate& estimate = sample.estimates[index_of(statistic)];
        const auto quantile = quantile_of(statistic);
        if (quantile)
            if (const Figure known = percentile(*sample.merged, *quantile, thing); !known.available()) {
                estimate.reason = known.reason;
                continue;
            }
        estimate.value = all[index_of(statistic)];
        estimate.quality = quality;
        if (quantile)
            estimate.doubt = sample.merged->quantile_with_doubt(*quantile).doubt_ns;
        for (const Values& own : of_blocks)
            estimate.of_blocks.push_back(own[index_of(statistic)]);
    }
}

/// The geometric mean of the blocks, with the variance of a mean of logarithms.
void set_throughput(Sample& sample, std::span<const Block> blocks) {
    Estimate& estimate = sample.estimates[index_of(Statistic::throughput)];
    std::vector<double> logarithms;
    for (const Block& block : blocks) {
        std::vector<double> rates;
        for (const Cell* cell : block)
            rates.push_back(cell->throughput_gbps());
        estimate.of_blocks.push_back(geometric_mean(rates));
        logarithms.push_back(std::log(estimate.of_blocks.back()));
    }
    estimate.value = geometric_mean(estimate.of_blocks);
    estimate.quality = Quality::exact;
    if (blocks.size() < 2) {
        estimate.no_variance = why_no_variance(sample);
        return;
    }
    estimate.log_variance =
        boost::math::statistics::sample_variance(logarithms) / static_cast<double>(logarithms.size());
    estimate.variance = estimate.value * estimate.value * *estimate.log_variance;
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
    bool taken = false;
    Quality quality = Quality::exact;
    std::string limit;
    double longest_unseen_ns = 0.0; // of what no sample lies in
    const auto look_at = [&](std::size_t block, const Cell& cell) {
        if (!cell.trace) {
            no_time = no_histogram = "not traced";
            return;
        }
        const PathFigures& figures = cell.trace->payload_path(metric.path);
        taken = taken || !was_not_taken(figures);
        const Figure per_byte = ns_per_payload_byte(cell, metric.path);
        const std::uint64_t payload =
            figures.time_ns.quality == Quality::sampled ? figures.sampled_bytes : cell.sender.total_payload_bytes;
        if (!per_byte.available())
            no_time = per_byte.reason.empty() ? "not measured" : per_byte.reason;
        add_fraction(source, block, figures.time_ns.value, static_cast<double>(payload));
        if (figures.time_ns.quality == Quality::sampled)
            longest_unseen_ns = std::max(longest_unseen_ns, figures.time_ns.high);
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
    if (no_time.empty() && !taken)
        no_time = no_histogram =
            std::string(name_of(blocks.front().front()->variant)) + " has no " + std::string(name_of(metric));
    if (!no_time.empty())
        source.numerators.clear();
    if (!no_histogram.empty())
        source.histograms.clear();
    set_values(sample, source, quality, "call");
    // No sample at all is no time of 0 for certain, though the repeats agree: it may be so long, to either side.
    if (Estimate& time = sample.estimates[index_of(Statistic::ns_per_byte)]; time.available() && time.value == 0.0)
        time.doubt =
            2.0 * longest_unseen_ns / std::accumulate(source.denominators.begin(), source.denominators.end(), 0.0);
    for (Statistic statistic : all_statistics) {
        Estimate& estimate = sample.estimates[index_of(statistic)];
        if (!has(metric, statistic))
            continue;
        if (estimate.available())
            estimate.reason = limit;
        else if (estimate.reason.empty())
            estimate.reason = statistic == Statistic::ns_per_byte ? no_time : no_histogram;
    }
}

} // namespace

std::string_view name_of(const Metric& metric) {
    switch (metric.kind) {
    case Metric::Kind::latency:
        return "latency";
    case Metric::Kind::throughput:
        return "throughput";
    case Metric::Kind::path:
        return name_of(metric.path);
    }
    return {};
}

std::optional<Metric> metric_from(std::string_view name) {
    if (name == "latency")
        return Metric{Metric::Kind::latency};
    if (name == "throughput")
        return Metric{Metric::Kind::throughput};
    if (const auto path = value_of_name<Path>(name); path && !entry_of(*path).attached_only)
        return Metric{Metric::Kind::path, *path};
    return std::nullopt;
}

std::string_view name_of(Statistic statistic) { return statistic_names[index_of(statistic)]; }

std::optional<Statistic> statistic_from(std::string_view name) {
    if (name == "p99.9")
        return Statistic::p999;
    for (Statistic statistic : all_statistics)
        if (name_of(statistic) == name)
            return statistic;
    return std::nullopt;
}

std::optional<double> quantile_of(Statistic statistic) {
    switch (statistic) {
    case Statistic::p50:
        return 0.5;
    case Statistic::p90:
        return 0.9;
    case Statistic::p99:
        return 0.99;
    case Statistic::p999:
        return 0.999;
    default:
        return std::nullopt;
    }
}

Figure percentile(const Histogram& histogram, double quantile, std::string_view thing) {
    if (histogram.empty())
        return Figure::unavailable("no " + std::string(thing) + " was measured");
    const double beyond = (1.0 - quantile) * static_cast<double>(histogram.count());
    if (quantile > 0.5 && beyond < fewest_beyond - rounding_share)
        return Figure::unavailable(counted(histogram.count(), thing) + "; p" + trimmed(quantile * 100.0) + " needs " +
                                   grouped(static_cast<std::uint64_t>(std::llround(fewest_beyond / (1.0 - quantile)))));
    return Figure::exact(histogram.quantile(quantile));
}

bool has(const Metric& metric, Statistic statistic) {
    switch (statistic) {
    case Statistic::throughput:
        return metric.kind == Metric::Kind::throughput;
    case Statistic::ns_per_byte:
        return metric.kind == Metric::Kind::path;
    default:
        return metric.kind != Metric::Kind::throughput;
    }
}

std::uint64_t seed_of_group(std::uint64_t seed, std::array<std::uint64_t, 4> group, const Metric& metric) {
    std::uint64_t mixed = seed;
    for (std::uint64_t part : {group[0], group[1], group[2], group[3], static_cast<std::uint64_t>(metric.kind),
                               metric.kind == Metric::Kind::path ? std::uint64_t{index_of(metric.path)} : 0}) {
        // Steele, Lea and Flood's mixing of SplitMix64 (OOPSLA 2014).
        mixed += 0x9e3779b97f4a7c15 + part;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        mixed ^= mixed >> 31;
    }
    return mixed;
}

double geometric_mean(std::span<const double> values) {
    if (values.size() < 2)
        return values.empty() ? 0.0 : values.front();
    double sum = 0.0;
    for (double value : values)
        sum += std::log(value);
    return std::exp(sum / static_cast<double>(values.size()));
}

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
    for (const Block& block : speaking)
        for (const Cell* cell : block)
            sample.lost_to_others += time_lost_to_others(*cell) / sample.repeats;
    if (speaking.empty()) {
        set_unavailable(sample, metric, "no message was finished in the measured part");
        return sample;
    }
    switch (metric.kind) {
    case Metric::Kind::throughput:
        set_throughput(sample, speaking);
        return sample;
    case Metric::Kind::path:
        look_at_path(sample, source, speaking, metric);
        break;
    case Metric::Kind::latency:
        for (std::size_t block = 0; block < speaking.size(); ++block)
            for (const Cell* cell : speaking[block])
                add_histogram(source, block, cell->receiver.latency);
        set_values(sample, source, Quality::exact, "message");
        break;
    }
    add_variances(sample, source, seed);
    return sample;
}

Distance distance_between(const Histogram& one, const Histogram& other) {
    Distance distance;
    double before = 0.0;
    double one_seen = 0.0;
    double other_seen = 0.0;
    for (std::size_t bucket = 0; bucket < Histogram::bucket_count; ++bucket) {
        if (one.bucket(bucket) == 0 && other.bucket(bucket) == 0 && before == 0.0)
            continue;
        one_seen += static_cast<double>(one.bucket(bucket));
        other_seen += static_cast<double>(other.bucket(bucket));
        const double after =
            one_seen / static_cast<double>(one.count()) - other_seen / static_cast<double>(other.count());
        const auto width = static_cast<double>(Histogram::upper_bound(bucket) - Histogram::lower_bound(bucket));
        distance.kolmogorov_smirnov = std::max(distance.kolmogorov_smirnov, std::fabs(after));
        distance.wasserstein_ns += area(before, after, width);
        before = after;
    }
    return distance;
}

} // namespace netio::analysis
