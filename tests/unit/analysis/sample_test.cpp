// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/sample.h"

#include <gtest/gtest.h>

namespace netio::analysis {
namespace {

Histogram of(std::initializer_list<std::uint64_t> values) {
    Histogram histogram;
    for (const std::uint64_t value : values)
        histogram.record(value);
    return histogram;
}

TEST(Distance, IsNothingFromADistributionToItself) {
    const Histogram histogram = of({3, 40, 40, 5000, 1'000'000});
    EXPECT_EQ(distance_between(histogram, histogram).kolmogorov_smirnov, 0.0);
    EXPECT_EQ(distance_between(histogram, histogram).wasserstein_ns, 0.0);
}

TEST(Distance, IsHowFarValuesHaveToBeMoved) {
    // Below 32 ns buckets are one nanosecond wide: each of the four values moves by 10.
    const Distance distance = distance_between(of({1, 2, 3, 4}), of({11, 12, 13, 14}));
    EXPECT_DOUBLE_EQ(distance.kolmogorov_smirnov, 1.0);
    EXPECT_DOUBLE_EQ(distance.wasserstein_ns, 10.0);
}

TEST(Distance, WeighsSharesAndNotCounts) {
    // A quarter of the values moves by 20: the cumulative shares differ by 1/4 from 4 to 24.
    const Distance distance = distance_between(of({1, 2, 3, 4}), of({1, 1, 2, 2, 3, 3, 24, 24}));
    EXPECT_DOUBLE_EQ(distance.kolmogorov_smirnov, 0.25);
    EXPECT_DOUBLE_EQ(distance.wasserstein_ns, 5.0);
}

TEST(Distance, IsTheSameBothWays) {
    const Histogram one = of({100, 200, 5000});
    const Histogram other = of({90, 90, 1000, 70'000'000'000});
    EXPECT_DOUBLE_EQ(distance_between(one, other).wasserstein_ns, distance_between(other, one).wasserstein_ns);
    EXPECT_DOUBLE_EQ(distance_between(one, other).kolmogorov_smirnov, distance_between(other, one).kolmogorov_smirnov);
}

} // namespace
} // namespace netio::analysis
