// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/student.h"

#include <cmath>

namespace netio::analysis {
namespace {

/// From here on the distribution is the normal one to more digits than anybody reads.
constexpr double as_good_as_normal = 1e6;

/// I_x(a, b) by its continued fraction, from the front to the back with numerator and denominator kept apart (the
/// method of Lentz). Converges fast for x < (a + 1) / (a + b + 2).
double beta_by_fraction(double a, double b, double x) {
    constexpr double tiny = 1e-300;
    constexpr int most_terms = 10'000;
    const auto away_from_zero = [](double value) { return std::fabs(value) < tiny ? tiny : value; };
    double upper = 1.0;
    double lower = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    double fraction = lower;
    for (int m = 1; m < most_terms; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m));
        lower = 1.0 / away_from_zero(1.0 + even * lower);
        upper = away_from_zero(1.0 + even / upper);
        fraction *= lower * upper;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0));
        lower = 1.0 / away_from_zero(1.0 + odd * lower);
        upper = away_from_zero(1.0 + odd / upper);
        fraction *= lower * upper;
        if (std::fabs(lower * upper - 1.0) < 1e-15)
            break;
    }
    const double log_front =
        std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x);
    return std::exp(log_front) * fraction / a;
}

double incomplete_beta(double a, double b, double x) {
    if (x <= 0.0)
        return 0.0;
    if (x >= 1.0)
        return 1.0;
    return x < (a + 1.0) / (a + b + 2.0) ? beta_by_fraction(a, b, x) : 1.0 - beta_by_fraction(b, a, 1.0 - x);
}

/// Probability of more than t, for t from 0.
double upper_tail(double t, double degrees) {
    if (degrees >= as_good_as_normal)
        return std::erfc(t / std::sqrt(2.0)) / 2.0;
    return incomplete_beta(degrees / 2.0, 0.5, degrees / (degrees + t * t)) / 2.0;
}

} // namespace

double student_quantile(double probability, double degrees_of_freedom) {
    const double tail = 1.0 - probability;
    double low = 0.0;
    double high = 1.0;
    while (upper_tail(high, degrees_of_freedom) > tail && high < 1e18)
        high *= 2.0;
    for (int i = 0; i < 100; ++i) {
        const double middle = (low + high) / 2.0;
        (upper_tail(middle, degrees_of_freedom) > tail ? low : high) = middle;
    }
    return (low + high) / 2.0;
}

} // namespace netio::analysis
