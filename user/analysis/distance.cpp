// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/distance.h"

#include <algorithm>
#include <cmath>

namespace netio::analysis {
namespace {

/// The bounds of a bucket as far as there are values in it.
double low_end(const Histogram& histogram, std::size_t bucket) {
    return static_cast<double>(std::max(Histogram::lower_bound(bucket), histogram.min()));
}

double high_end(const Histogram& histogram, std::size_t bucket) {
    const auto upper = static_cast<double>(Histogram::upper_bound(bucket));
    const auto most = static_cast<double>(histogram.max());
    // The last bucket holds whatever is longer, too.
    return bucket + 1 == Histogram::bucket_count ? most : std::min(upper, most);
}

/// Area between two straight lines whose distance is `left` at one end and `right` at the other, `width` apart.
double area(double left, double right, double width) {
    if (left * right >= 0.0)
        return std::fabs(left + right) / 2.0 * width;
    return (left * left + right * right) / (2.0 * (std::fabs(left) + std::fabs(right))) * width;
}

} // namespace

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

FineQuantile fine_quantile(const Histogram& histogram, double quantile) {
    if (histogram.empty())
        return {};
    const auto count = static_cast<double>(histogram.count());
    const double wanted = std::clamp(quantile, 0.0, 1.0) * count;
    double seen = 0.0;
    for (std::size_t bucket = 0; bucket < Histogram::bucket_count; ++bucket) {
        const auto here = static_cast<double>(histogram.bucket(bucket));
        if (here != 0.0 && seen + here >= wanted) {
            const double low = low_end(histogram, bucket);
            const double width = std::max(0.0, high_end(histogram, bucket) - low);
            return {low + (wanted - seen) / here * width, here / count * width};
        }
        seen += here;
    }
    return {static_cast<double>(histogram.max()), 0.0};
}

} // namespace netio::analysis
