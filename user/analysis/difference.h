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
/// The interval is theta +- t x SE, with SE from the bootstrap over repeats of both sides (see estimate.h), the doubt
/// of the buckets added as variance, and t of Student's distribution with Welch's degrees of freedom for variances that
/// need not be equal (B. L. Welch, Biometrika 34, 1947): with 3 repeats a side t is 2.8 to 4.3 rather than 1.96, and
/// that is what 3 repeats are worth. The ratio's is made on the logarithm and turned back, because a percentage more
/// and a percentage less are equally far away there, and because durations are skewed. It covers what varies between
/// repeats; what would differ between two runs for another reason (another day, another placement in memory) is not in
/// it.
struct Difference {
    Statistic statistic = Statistic::p50;
    bool available = false;
    std::string reason; ///< why not; both values are needed
    Quality quality = Quality::exact;
    Bounded absolute;             ///< other minus baseline, in the statistic's unit
    std::optional<Bounded> ratio; ///< other by baseline; nothing where one of them is 0
    bool interval = false;        ///< the bounds of `absolute` and `ratio` mean something
    std::string no_interval;      ///< why not
    /// The interval of the ratio (where there is none, of the difference) is on one side of "no difference".
    bool shown = false;
    /// A ratio this much above 1 would have been shown 4 times in 5, if it was there. 0 without an interval.
    double detectable = 0.0;
};

[[nodiscard]] Difference difference_of(const Sample& baseline, const Sample& other, Statistic statistic);

} // namespace netio::analysis
