// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <string>

#include "analysis/estimate.h"

namespace netio::analysis {

/// A number with its 95 % confidence interval, where there is one.
struct Bounded {
    double value = 0.0;
    double low = 0.0; ///< means nothing without `Difference::interval`
    double high = 0.0;
};

/// How one statistic of one sample differs from that of the baseline.
///
/// The interval of the ratio is made on its logarithm and turned back, because a percentage more and a percentage less
/// are equally far away there, and because durations are skewed: log ratio +- t x SE, with SE from the bootstrap over
/// repeats of both sides (estimate.h), the doubt of the buckets and the spread between runs added as variances, and t
/// of Student's distribution. Its degrees of freedom are those of the side with fewer repeats, n - 1, and not the more
/// of B. L. Welch (Biometrika 34, 1947): repeats that follow one another within seconds are not wholly independent, and
/// statistics of latencies with two modes are far from normal. So t is 4.3 with 3 repeats a side and 2.8 with 5, rather
/// than 1.96, and that is what so few are worth. The interval of the difference is that of the ratio times the
/// baseline's value, so that both say the same. Where a value or one of its draws is 0, which has no logarithm, it is
/// made of the difference itself with the variances of the values, and the bounds of the ratio, if there is one, are
/// those of the difference over the baseline's value, 0 at least.
///
/// Where what was drawn from was made in pairs, a block of one side beside one of the other, the draws of both sides
/// are taken in pairs too, and SE is that of their differences: what both sides of a pair share, such as a machine that
/// grows slower, is no doubt of the difference (R. A. Fisher, "The Design of Experiments", 1935, chapter 3). Pairs cost
/// no degrees of freedom here.
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
    /// The interval of the ratio (where there is none, of the difference) is on one side of "no difference".
    bool shown = false;
    /// A ratio of 1 and this share more would have been shown 4 times in 5, if it was there. 0 without an interval or
    /// without a ratio.
    double detectable = 0.0;
};

/// What is known of two samples beside themselves.
struct Circumstances {
    double run_spread = 0.0;
    bool in_pairs = false; ///< the samples have the same blocks, and were drawn with the same seed
};

[[nodiscard]] Difference difference_of(const Sample& baseline, const Sample& other, Statistic statistic,
                                       const Circumstances& circumstances = {});

} // namespace netio::analysis
