// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/intervals.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/chi_squared.hpp>

namespace netio::tracer {
namespace {

constexpr double tail = 0.025;         // on each side
constexpr double z = 1.95996398454005; // standard normal quantile of 1 - tail

/// Half the quantile of the chi-squared distribution with twice so many degrees of freedom.
double half_chi_squared(double half_degrees, double probability) {
    return boost::math::quantile(boost::math::chi_squared(2.0 * half_degrees), probability) / 2.0;
}

} // namespace

Interval poisson_interval_95(std::uint64_t count) {
    const auto n = static_cast<double>(count);
    return {count == 0 ? 0.0 : half_chi_squared(n, tail), half_chi_squared(n + 1.0, 1.0 - tail)};
}

Interval wilson_interval_95(std::uint64_t successes, std::uint64_t trials) {
    if (trials == 0)
        return {0.0, 1.0};
    const auto n = static_cast<double>(trials);
    const double share = static_cast<double>(successes) / n;
    const double weight = 1.0 + z * z / n;
    const double centre = (share + z * z / (2.0 * n)) / weight;
    const double half = z / weight * std::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n));
    // The bounds of 0 of n and n of n are 0 and 1 exactly; rounding would leave a trace there.
    return {successes == 0 ? 0.0 : std::max(0.0, centre - half),
            successes == trials ? 1.0 : std::min(1.0, centre + half)};
}

} // namespace netio::tracer
