// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/intervals.h"

#include <algorithm>
#include <cmath>

namespace netio::tracer {
namespace {

constexpr double tail = 0.025;         // on each side
constexpr double z = 1.95996398454005; // standard normal quantile of 1 - tail
constexpr std::uint64_t largest_exact_count = 100;

/// Probability of `count` or fewer events when `mean` are expected.
double poisson_at_most(std::uint64_t count, double mean) {
    double term = std::exp(-mean);
    double sum = term;
    for (std::uint64_t k = 1; k <= count; ++k) {
        term *= mean / static_cast<double>(k);
        sum += term;
    }
    return sum;
}

/// The mean between low and high at which at_most(count) falls to `probability`; it falls with the mean.
double mean_for(std::uint64_t count, double probability, double low, double high) {
    constexpr int enough_for_a_double = 64;
    for (int i = 0; i < enough_for_a_double; ++i) {
        const double middle = (low + high) / 2.0;
        (poisson_at_most(count, middle) > probability ? low : high) = middle;
    }
    return (low + high) / 2.0;
}

double byar(double count, double deviation) {
    const double root = 1.0 - 1.0 / (9.0 * count) + deviation / (3.0 * std::sqrt(count));
    return count * root * root * root;
}

} // namespace

Interval poisson_interval_95(std::uint64_t count) {
    const auto n = static_cast<double>(count);
    if (count > largest_exact_count)
        return {byar(n, -z), byar(n + 1.0, z)};
    const double above_any_bound = 2.0 * n + 10.0;
    const double low = count == 0 ? 0.0 : mean_for(count - 1, 1.0 - tail, 0.0, n);
    return {low, mean_for(count, tail, n, above_any_bound)};
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
