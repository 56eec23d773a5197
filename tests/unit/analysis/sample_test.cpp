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

Histogram of_many(unsigned count) {
    Histogram histogram;
    for (unsigned i = 0; i < count; ++i)
        histogram.record(1000 + i);
    return histogram;
}

TEST(Percentile, NeedsFiveValuesBeyondIt) {
    EXPECT_EQ(percentile(of_many(42), 0.999).reason, "42 messages; p99.9 needs 5,000");
    EXPECT_FALSE(percentile(of_many(42), 0.999).available());
    EXPECT_EQ(percentile(of_many(499), 0.99).reason, "499 messages; p99 needs 500");
    EXPECT_TRUE(percentile(of_many(500), 0.99).available());
    EXPECT_TRUE(percentile(of_many(5000), 0.999).available());
    EXPECT_EQ(percentile(of_many(49), 0.9, "call").reason, "49 calls; p90 needs 50");
    EXPECT_TRUE(percentile(of_many(1), 0.5).available()) << "half of the values lie on either side of a median";
    EXPECT_EQ(percentile(Histogram{}, 0.5).reason, "no message was measured");
    EXPECT_EQ(percentile(of_many(500), 0.99).value, of_many(500).quantile(0.99));
}

TEST(Percentile, ThatIsNotKnownIsNotCompared) {
    Cell cell;
    cell.receiver.latency = of_many(42);
    cell.receiver.messages = 42;
    cell.receiver.duration_s = 1.0;
    const std::vector<Block> blocks{{&cell}};
    const Sample sample = estimate(blocks, {Metric::Kind::latency}, 1);
    EXPECT_TRUE(sample.of(Statistic::p50).available());
    EXPECT_FALSE(sample.of(Statistic::p99).available());
    EXPECT_EQ(sample.of(Statistic::p99).reason, "42 messages; p99 needs 500");
    EXPECT_TRUE(sample.of(Statistic::max).available());
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
