// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/run_result.h"

namespace netio::analysis {

/// What is compared: latency of messages, throughput, or what one path costs (in the direction of the payload).
struct Metric {
    enum class Kind { latency, throughput, path };
    Kind kind = Kind::latency;
    Path path = Path::copy_in; ///< Kind::path only

    bool operator==(const Metric& other) const {
        return kind == other.kind && (kind != Kind::path || path == other.path);
    }
};

/// "latency", "throughput" or the path's name.
[[nodiscard]] std::string_view name_of(const Metric& metric);
[[nodiscard]] std::optional<Metric> metric_from(std::string_view name);

/// A number that says something of a metric over repeats.
enum class Statistic {
    throughput,  ///< payload bits per nanosecond (Gbit/s): the geometric mean of the repeats
    ns_per_byte, ///< nanoseconds on a path for each payload byte, whether or not that byte took the path: all repeats'
                 ///< time by all repeats' bytes
    mean,        ///< nanoseconds, exact; this and the next four are of all repeats' values together
    p50,         ///< nanoseconds, as the next three
    p90,
    p99,
    p999,
    max ///< nanoseconds, exact
};
inline constexpr std::array all_statistics{Statistic::throughput, Statistic::ns_per_byte, Statistic::mean,
                                           Statistic::p50,        Statistic::p90,         Statistic::p99,
                                           Statistic::p999,       Statistic::max};
inline constexpr std::size_t statistic_count = all_statistics.size();
constexpr std::size_t index_of(Statistic statistic) { return static_cast<std::size_t>(statistic); }

/// "throughput", "ns_per_byte", "mean", "p50", "p90", "p99", "p999", "max".
[[nodiscard]] std::string_view name_of(Statistic statistic);
/// Also takes "p99.9".
[[nodiscard]] std::optional<Statistic> statistic_from(std::string_view name);
/// The share of values that a percentile leaves below it; nothing for what is no percentile.
[[nodiscard]] std::optional<double> quantile_of(Statistic statistic);
/// Whether a metric has the statistic where all that it needs was measured.
[[nodiscard]] bool has(const Metric& metric, Statistic statistic);

/// A percentile above the median needs so many values beyond it: with fewer it is as good as the maximum.
inline constexpr double fewest_beyond = 5.0;

/// Of all values of a histogram, in nanoseconds. Unavailable where too few lie beyond it ("42 messages; p99.9 needs
/// 5,000"), and of none. `thing` is what a value is of.
[[nodiscard]] Figure percentile(const Histogram& histogram, double quantile, std::string_view thing = "message");

/// A statistic over the repeats of a cell, and how much it varies from one such set of repeats to the next.
struct Estimate {
    double value = 0.0;
    Quality quality = Quality::unavailable;
    std::string reason; ///< why there is no value, or what limits it
    /// Variance of the value and of its logarithm over sets of repeats; nothing when it is not known, which
    /// `no_variance` explains.
    std::optional<double> variance;
    std::optional<double> log_variance; ///< nothing also where a value of 0 has no logarithm
    std::string no_variance;
    std::vector<double> of_blocks; ///< the statistic of each block alone
    std::vector<double> draws;     ///< of the bootstrap that the variances are of; empty without it
    double doubt = 0.0;            ///< how well the histogram tells the value, in its unit (see Histogram::Quantile)

    [[nodiscard]] bool available() const { return quality != Quality::unavailable; }
};

/// What repeats of one cell say of a metric.
struct Sample {
    unsigned repeats = 0; ///< that have something to say
    unsigned silent = 0;  ///< that finished no message, and are left out
    /// Numbers of the blocks that have something to say.
    std::vector<std::size_t> blocks;
    double lost_to_others = 0.0; ///< mean of the repeats' time_lost_to_others()
    std::optional<Histogram> merged;
    std::array<Estimate, statistic_count> estimates; ///< by index_of(Statistic)

    [[nodiscard]] const Estimate& of(Statistic statistic) const { return estimates[index_of(statistic)]; }
};

/// What draws are made with where nobody names a seed.
inline constexpr std::uint64_t default_seed = 1;
/// The seed of one group of cells, made of numbers that tell it from others: the samples of a group draw alike, so that
/// they can be taken in pairs; those of one group do not follow those of another.
[[nodiscard]] std::uint64_t seed_of_group(std::uint64_t seed, std::array<std::uint64_t, 4> group, const Metric& metric);

/// Repeats that are drawn together: one, or all of a run where runs are what varies.
using Block = std::vector<const Cell*>;

/// The geometric mean of positive values; 0 for none.
[[nodiscard]] double geometric_mean(std::span<const double> values);

/// Estimates of a metric from the repeats of one (variant, field size, threads). What varies is the block: messages of
/// one repeat share a connection, a processor and what else the machine did in that second, and are no independent
/// draws; nor are the repeats of one run, where there are several runs.
///
/// Throughput is the geometric mean of the blocks (a block of several repeats is theirs), and the variance of its
/// logarithm is that of a mean: s^2 / n. The ratio of two geometric means is the geometric mean of the ratios of pairs,
/// whichever of the two is the baseline (P. J. Fleming and J. J. Wallace, "How not to lie with statistics: the correct
/// way to summarize benchmark results", Communications of the ACM 29, 1986): so figures in a table and the ratio in a
/// sentence are one thing, which they are not for medians or for all bytes by all time.
///
/// All other statistics are of the blocks' values together, for percentiles must not be averaged. Whole blocks are
/// drawn with replacement, 2,000 times, their histograms merged, and the statistic taken anew (B. Efron and R. J.
/// Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 6). The variance over the draws is multiplied by
/// n / (n - 1): that of a draw from n values is too small by this, a lot for 3 (T. C. Hesterberg, "What Teachers Should
/// Know About the Bootstrap", The American Statistician 69, 2015). Percentiles of the draws would make an interval that
/// is far too narrow for so few repeats, for draws never leave the range of what was seen: see judge.h for the
/// interval.
///
/// Without variance: everything with one block, and the maximum, whose draws say nothing of it (P. J. Bickel and D. A.
/// Freedman, "Some asymptotic theory for the bootstrap", Annals of Statistics 9, 1981). Percentiles are percentile()'s.
///
/// The same seed and number of blocks that have something to say give the same draws, so that those of two samples can
/// be taken in pairs. `blocks` is not empty.
[[nodiscard]] Sample estimate(std::span<const Block> blocks, const Metric& metric, std::uint64_t seed);

/// How far two distributions lie apart, as their histograms show them: within a bucket values count as spread evenly.
/// Both describe; neither is a test, for messages that follow one another are not independent.
struct Distance {
    /// Kolmogorov and Smirnov's: the largest difference between the two cumulative shares, 0 to 1.
    double kolmogorov_smirnov = 0.0;
    /// Wasserstein's of first order, the "earth mover's": the area between the two cumulative shares, in nanoseconds.
    /// It is how far a value has to be moved on average to make one distribution of the other (S. S. Vallender,
    /// "Calculation of the Wasserstein distance between probability distributions on the line", 1974).
    double wasserstein_ns = 0.0;
};

/// Neither may be empty.
[[nodiscard]] Distance distance_between(const Histogram& one, const Histogram& other);

} // namespace netio::analysis
