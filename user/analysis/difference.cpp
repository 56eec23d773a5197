// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/difference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/statistics/univariate_statistics.hpp>

#include "analysis/student.h"

namespace netio::analysis {
namespace {

struct Uncertainty {
    double standard_error = 0.0;
    double t = 0.0; ///< for an interval of 95 %
    double t_of_power = 0.0;
};

/// A variance that was estimated, or guessed, with so many degrees of freedom, and one that is known for certain.
Uncertainty combine(double estimated, double degrees_of_estimated, double certain) {
    const double all = estimated + certain;
    // Satterthwaite's sum of a variance with so many degrees of freedom and one with no end of them. Without anything
    // that was estimated the degrees do not matter.
    const double degrees = estimated > 0.0 ? degrees_of_estimated * (all / estimated) * (all / estimated)
                                           : std::numeric_limits<double>::infinity();
    return {std::sqrt(all), student_quantile(0.975, degrees), student_quantile(0.8, degrees)};
}

/// Of the other side's draws less the baseline's, with the correction of estimate.h.
double variance_of_pairs(const std::vector<double>& baseline, const std::vector<double>& other, std::size_t blocks,
                         double (*scale)(double)) {
    std::vector<double> differences(baseline.size());
    std::ranges::transform(other, baseline, differences.begin(),
                           [scale](double one, double two) { return scale(one) - scale(two); });
    return boost::math::statistics::variance(differences) * static_cast<double>(blocks) /
           static_cast<double>(blocks - 1);
}

double logarithm(double value) { return std::log(value); }
double itself(double value) { return value; }

} // namespace

Difference difference_of(const Sample& baseline, const Sample& other, Statistic statistic,
                         const Circumstances& circumstances) {
    const Estimate& base = baseline.estimates[index_of(statistic)];
    const Estimate& changed = other.estimates[index_of(statistic)];
    Difference difference;
    difference.statistic = statistic;
    if (!base.available() || !changed.available()) {
        difference.reason = !base.available() ? base.reason : changed.reason;
        difference.quality = Quality::unavailable;
        return difference;
    }
    difference.available = true;
    difference.quality = std::max(base.quality, changed.quality);
    difference.reason = !changed.reason.empty() ? changed.reason : base.reason;
    // What is left of the same value computed in another order is no difference.
    const bool equal = std::fabs(changed.value - base.value) <= 1e-9 * std::max(base.value, changed.value);
    difference.absolute.value = equal ? 0.0 : changed.value - base.value;
    if (base.value > 0.0 && changed.value > 0.0)
        difference.ratio = Bounded{equal ? 1.0 : changed.value / base.value, 0.0, 0.0};
    if (!base.variance || !changed.variance) {
        difference.no_interval = !base.variance ? base.no_variance : changed.no_variance;
        return difference;
    }

    difference.interval = true;
    const double degrees = static_cast<double>(std::min(baseline.blocks.size(), other.blocks.size())) - 1.0;
    const bool in_pairs = circumstances.in_pairs && base.draws.size() == changed.draws.size();
    const std::size_t blocks = baseline.blocks.size();
    if (!difference.ratio || !base.log_variance || !changed.log_variance) {
        const double spread = circumstances.run_spread * std::max(base.value, changed.value);
        const double drawn = in_pairs ? variance_of_pairs(base.draws, changed.draws, blocks, itself)
                                      : *base.variance + *changed.variance;
        const Uncertainty plain =
            combine(drawn + spread * spread, degrees, (base.doubt * base.doubt + changed.doubt * changed.doubt) / 12.0);
        difference.absolute.low = difference.absolute.value - plain.t * plain.standard_error;
        difference.absolute.high = difference.absolute.value + plain.t * plain.standard_error;
        difference.shown = difference.absolute.low > 0.0 || difference.absolute.high < 0.0;
        if (difference.ratio) {
            difference.ratio->low = std::max(0.0, 1.0 + difference.absolute.low / base.value);
            difference.ratio->high = 1.0 + difference.absolute.high / base.value;
            difference.detectable = (plain.t + plain.t_of_power) * plain.standard_error / base.value;
        }
        return difference;
    }
    // Anywhere in an interval of width w: a variance of w^2 / 12.
    const double base_doubt = base.doubt / base.value;
    const double changed_doubt = changed.doubt / changed.value;
    const double drawn = in_pairs ? variance_of_pairs(base.draws, changed.draws, blocks, logarithm)
                                  : *base.log_variance + *changed.log_variance;
    const Uncertainty scaled = combine(drawn + circumstances.run_spread * circumstances.run_spread, degrees,
                                       (base_doubt * base_doubt + changed_doubt * changed_doubt) / 12.0);
    const double reach = scaled.t * scaled.standard_error;
    difference.ratio->low = difference.ratio->value * std::exp(-reach);
    difference.ratio->high = difference.ratio->value * std::exp(reach);
    difference.absolute.low = base.value * (difference.ratio->low - 1.0);
    difference.absolute.high = base.value * (difference.ratio->high - 1.0);
    difference.shown = !equal && (difference.ratio->low > 1.0 || difference.ratio->high < 1.0);
    difference.detectable = std::expm1((scaled.t + scaled.t_of_power) * scaled.standard_error);
    return difference;
}

} // namespace netio::analysis
