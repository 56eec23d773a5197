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

TEST(FineQuantile, MovesEvenlyWithinABucket) {
    Histogram histogram;
    // The bucket [1024, 1056), filled from end to end.
    for (std::uint64_t value = 1024; value < 1056; ++value)
        histogram.record(value);
    EXPECT_DOUBLE_EQ(fine_quantile(histogram, 0.5).value_ns, 1024 + 0.5 * 31);
    EXPECT_DOUBLE_EQ(fine_quantile(histogram, 0.25).value_ns, 1024 + 0.25 * 31);
    EXPECT_DOUBLE_EQ(fine_quantile(histogram, 0.5).doubt_ns, 31.0);
    EXPECT_DOUBLE_EQ(histogram.quantile(0.25), histogram.quantile(0.5));
}

TEST(FineQuantile, IsLessInDoubtWhereValuesAreSpread) {
    Histogram histogram;
    for (std::uint64_t value = 1024; value < 2048; ++value)
        histogram.record(value);
    EXPECT_NEAR(fine_quantile(histogram, 0.5).value_ns, 1536, 1);
    EXPECT_DOUBLE_EQ(fine_quantile(histogram, 0.5).doubt_ns, 1.0);
}

TEST(FineQuantile, StaysWithinWhatWasSeen) {
    const Histogram one_value = of({1040, 1040, 1040});
    EXPECT_DOUBLE_EQ(fine_quantile(one_value, 0.5).value_ns, 1040.0);
    EXPECT_DOUBLE_EQ(fine_quantile(one_value, 0.5).doubt_ns, 0.0);
    EXPECT_DOUBLE_EQ(fine_quantile(of({200'000'000'000}), 1.0).value_ns, 200e9);
    const std::uint64_t in_the_last_bucket = Histogram::lower_bound(Histogram::bucket_count - 1) + 2;
    EXPECT_DOUBLE_EQ(fine_quantile(of({in_the_last_bucket, in_the_last_bucket}), 1.0).value_ns,
                     static_cast<double>(in_the_last_bucket));
    EXPECT_DOUBLE_EQ(fine_quantile(Histogram{}, 0.5).value_ns, 0.0);
}

} // namespace
} // namespace netio::analysis
