// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/finding.h"
#include "analysis/sample.h"
#include "analysis/summary.h"

namespace netio::analysis {

/// A number with its 95 % confidence interval, where there is one.
struct Bounded {
    double value = 0.0;
    double low = 0.0; ///< means nothing without `Difference::interval`
    double high = 0.0;
};

/// How the other side did in the pairs of blocks that were made side by side.
struct PairedBlocks {
    unsigned count = 0;
    std::string_view unit = "repeat"; ///< what a block is: "run" where whole runs are
    unsigned larger = 0;              ///< pairs in which the other side's value is the larger one
    unsigned smaller = 0;             ///< or the smaller one
    double lowest = 0.0;              ///< ratio of a pair, other by baseline
    double highest = 0.0;
};

/// How one statistic of one sample differs from that of the baseline. This is the only judge of which of two is faster:
/// the headline of a group, the overview, findings, answers, the page and `compare` quote it.
///
/// The interval of the ratio is made on its logarithm and turned back, because a percentage more and a percentage less
/// are equally far away there, and because durations are skewed: log ratio +- t x SE, with SE of both sides' repeats
/// (sample.h), the doubt of the buckets and the spread between runs added as variances, and t of Student's distribution
/// ("Student", "The probable error of a mean", Biometrika 6, 1908). Its degrees of freedom are those of the side with
/// fewer repeats, n - 1, and not the more of B. L. Welch (Biometrika 34, 1947): repeats that follow one another within
/// seconds are not wholly independent, and statistics of latencies with two modes are far from normal. So t is 4.3 with
/// 3 repeats a side and 2.8 with 5, rather than 1.96, and that is what so few are worth. The interval of the difference
/// is that of the ratio times the baseline's value, so that both say the same. Where a value or one of its draws is 0,
/// which has no logarithm, it is made of the difference itself with the variances of the values, and the bounds of the
/// ratio, if there is one, are those of the difference over the baseline's value, 0 at least.
///
/// Where the blocks were made in pairs, one of a side beside one of the other, SE is that of the pairs' differences:
/// what both sides of a pair share, such as a machine that grows slower, is no doubt of the difference (R. A. Fisher,
/// "The Design of Experiments", 1935, chapter 3). Of throughput, that is Student's interval for the mean of the pairs'
/// logarithms of ratios; of other statistics, draws of both sides are taken in pairs. Pairs cost no degrees of freedom
/// here.
///
/// The spread between runs is what two runs of the same thing differ by although the repeats of each agree: another
/// moment, another placement in memory. One run a side cannot tell it (T. Kalibera and R. Jones, "Rigorous benchmarking
/// in reasonable time", ISMM 2013), so it is given, as one standard deviation of the ratio. It is a guess, and so makes
/// the degrees of freedom no more, unlike the doubt of the buckets.
struct Difference {
    Statistic statistic = Statistic::p50;
    bool available = false;
    std::string reason; ///< why not; both values are needed
    Quality quality = Quality::exact;
    Bounded absolute;             ///< other minus baseline, in the statistic's unit
    std::optional<Bounded> ratio; ///< other by baseline; nothing where one of them is 0
    bool interval = false;        ///< the bounds of `absolute`, and of `ratio` if there is one, mean something
    std::string no_interval;      ///< why not
    /// The interval of the ratio (where there is none, of the difference) excludes "no difference", and it is not
    /// explained_by_load.
    bool shown = false;
    /// The interval excludes "no difference", but the machine was busy and the slower side may have lost so much time
    /// to others (`lost_to_others`, a share) that without it there is none. Of the high percentiles and the maximum no
    /// share of time is a bound, for a single wait for a CPU makes them: they are always explained by a busy machine.
    bool explained_by_load = false;
    double lost_to_others = 0.0;
    /// A ratio of 1 and this share more would have been shown 4 times in 5, if it was there. 0 without an interval or
    /// without a ratio.
    double detectable = 0.0;
    unsigned repeats = 0; ///< of the side with fewer
    PairedBlocks pairs;   ///< none where the sides were not made in pairs
    /// Where no difference is shown: so many blocks a side would show one as large as this 4 times in 5, if they vary
    /// as these do; or that more than `most_repeats_to_ask_for` would be needed.
    Advice advice;

    [[nodiscard]] bool more() const { return shown && absolute.value > 0.0; } ///< shown to be larger than the baseline
    [[nodiscard]] bool less() const { return shown && absolute.value < 0.0; }
    /// The ratio with its interval, or as an estimate without one; unavailable without a ratio.
    [[nodiscard]] Figure figure() const;
};

inline constexpr unsigned most_repeats_to_ask_for = 100;
/// What to ask for where one repeat tells nothing of the spread.
inline constexpr unsigned first_repeats = 5;

/// What is known of two samples beside themselves.
struct Circumstances {
    double run_spread = 0.0;
    bool in_pairs = false; ///< the samples have the same blocks, and were drawn with the same seed
};

[[nodiscard]] Difference difference_of(const Sample& baseline, const Sample& other, Statistic statistic,
                                       const Circumstances& circumstances = {});

/// Cells of the same run, each with its repeats, in throughput. A run makes the cells of a repeat one after the other,
/// so that they are compared in pairs where both sides have the same repeats.
[[nodiscard]] Difference difference_of(const VariantSummary& baseline, const VariantSummary& other);

/// Who is ahead at one field size and number of connections.
struct Ranking {
    struct Rival {
        const VariantSummary* variant = nullptr;
        Difference lead;                 ///< of the leader over it
        Difference in_order;             ///< of the later over the earlier of the two, as `compare` has it
        bool leader_is_baseline = false; ///< of `in_order`
    };
    const VariantSummary* leader = nullptr; ///< with the best value, whether or not it is shown to be ahead
    std::vector<Rival> rivals;              ///< in the order of the group

    /// The leader is shown to be ahead of each of the others.
    [[nodiscard]] bool settled() const;
};

/// By throughput, of which more is better, or by a statistic of latency, of which less is. Nothing for fewer than two
/// variants that finished a message.
[[nodiscard]] std::optional<Ranking> rank(const Group& group, Statistic statistic = Statistic::throughput);

/// A ranking by throughput in a few sentences: "X is the fastest: 3.41 Gbit/s. It is 1.63 × [1.55, 1.70] as fast as Y
/// and 22 % [18, 26] faster than Z." What is open is told by sentence_on().
[[nodiscard]] std::string headline(const Ranking& ranking);

/// What would settle which variant has the highest throughput, that is the pairs that headlines tell: one number for
/// all groups of a run.
[[nodiscard]] Advice advice_on_repeats(std::span<const Group> groups);

/// The one sentence on a difference, without its full stop: "X is 12 % [9, 15] faster than Y", "No significant
/// difference between X and Y: 1.82 × [0.61, 5.43] as fast (the 95 % interval includes 1; X was faster in 3 of 3
/// repeats, 1.03–2.63 ×; smallest detectable difference: 57 %)", or "X is 12 % faster than Y (not tested: only one
/// repeat)". Every factor is one of speed and says so ("as fast"), unless it says what else it is ("as long", "the time
/// a byte"). `basis` ("5 repeats each") is told of sides that were not made in pairs.
[[nodiscard]] std::string sentence_on(const Difference& difference, const Metric& metric, std::string_view other,
                                      std::string_view baseline, std::string_view basis = {});

/// Of a difference that is explained_by_load: "up to 38 % of the slower one's time went to others".
[[nodiscard]] std::string load_in_words(const Difference& difference);

/// The other side's value as a multiple of the baseline's: "1.82 × [0.61, 5.43]", without an interval "1.82 ×"; not of
/// a difference without a ratio.
[[nodiscard]] std::string factor_in_words(const Difference& difference);

/// " at p50", " on copy_in at p99"; empty where the sentence says it anyway.
[[nodiscard]] std::string scope_of(const Metric& metric, Statistic statistic);

/// A ratio is told as a factor, and not as a percentage, where it is 1.5 or more or a bound of its interval is 2 or
/// more, or the inverse is.
[[nodiscard]] bool told_as_factor(const Difference& difference);

/// The value that a variable of Student's t distribution stays below with this probability (above 0, below 1), for any
/// degrees of freedom above 0, whole or not; infinity gives the normal distribution.
[[nodiscard]] double student_quantile(double probability, double degrees_of_freedom);

/// A mean with Student's interval of 95 %. Of one value it is that value, without width; not of none.
struct StudentMean {
    double value = 0.0;
    double half_width = 0.0;
};
[[nodiscard]] StudentMean student_mean(std::span<const double> values);

} // namespace netio::analysis
