// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>

namespace netio::tracer {

struct Interval {
    double low = 0.0;
    double high = 0.0;
};

/// Exact 95 % confidence interval of the expectation of a Poisson count (F. Garwood, "Fiducial limits for the Poisson
/// distribution", Biometrika 28, 1936): never covers less than 95 %. 0 gives [0, 3.689].
///
/// A count of samples is binomial over the ticks of the clock, whose variance is smaller than Poisson's: the interval
/// is on the safe side.
[[nodiscard]] Interval poisson_interval_95(std::uint64_t count);

/// 95 % confidence interval of a proportion (E. B. Wilson, "Probable inference, the law of succession, and statistical
/// inference", JASA 22, 1927): stays inside [0, 1] and is sensible for 0 of n. For no trials it is [0, 1].
[[nodiscard]] Interval wilson_interval_95(std::uint64_t successes, std::uint64_t trials);

} // namespace netio::tracer
