// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace netio {
namespace {

TEST(Histogram, BucketsCoverTheRangeWithoutGapOrOverlap) {
    EXPECT_EQ(Histogram::lower_bound(0), 0U);
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i) {
        const std::uint64_t low = Histogram::lower_bound(i);
        const std::uint64_t high = Histogram::upper_bound(i);
        ASSERT_LT(low, high);
        ASSERT_EQ(netio_histogram_bucket(low), i);
        ASSERT_EQ(netio_histogram_bucket(high - 1), i);
    }
    EXPECT_GE(Histogram::lower_bound(Histogram::bucket_count), 60'000'000'000U);
}

TEST(Histogram, BucketsDoNotChangeWithinAStepOfTheProgramsTable) {
    for (std::uint64_t value = NETIO_BUCKET_TABLE_BEGIN;
         value < NETIO_BUCKET_TABLE_BEGIN + (NETIO_BUCKET_TABLE_STEPS << NETIO_BUCKET_TABLE_SHIFT); ++value) {
        const std::uint64_t step = (value - NETIO_BUCKET_TABLE_BEGIN) >> NETIO_BUCKET_TABLE_SHIFT;
        ASSERT_EQ(netio_histogram_bucket(value),
                  netio_histogram_bucket(NETIO_BUCKET_TABLE_BEGIN + (step << NETIO_BUCKET_TABLE_SHIFT)));
    }
}

/// The bucket by counting: shift the value right until it fits into 32 to 63, each shift being an octave.
std::size_t bucket_by_counting(std::uint64_t value) {
    std::size_t octaves = 0;
    while (value >= 64) {
        value /= 2;
        ++octaves;
    }
    return std::min<std::size_t>(octaves * 32 + value, Histogram::bucket_count - 1);
}

TEST(Histogram, FindsTheBucketThatCountingFinds) {
    const auto expect_same = [](std::uint64_t value) {
        ASSERT_EQ(netio_histogram_bucket(value), bucket_by_counting(value)) << value;
    };
    for (std::uint64_t value = 0; value < 100'000; ++value)
        expect_same(value);
    for (unsigned bit = 0; bit < 64; ++bit)
        for (std::uint64_t off : {UINT64_MAX, std::uint64_t{0}, std::uint64_t{1}})
            expect_same((std::uint64_t{1} << bit) + off);
    expect_same(UINT64_MAX);
    std::mt19937_64 random(3);
    for (int i = 0; i < 200'000; ++i)
        expect_same(random() >> (random() % 64));
}

TEST(Histogram, ReportsAnyValueWithinOnePointSixPercent) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> exponent(0.0, std::log(60e9));
    for (int i = 0; i < 100'000; ++i) {
        const auto value = static_cast<std::uint64_t>(std::exp(exponent(random)));
        const std::size_t bucket = netio_histogram_bucket(value);
        const double middle = (static_cast<double>(Histogram::lower_bound(bucket)) +
                               static_cast<double>(Histogram::upper_bound(bucket) - 1)) /
                              2.0;
        ASSERT_LE(std::abs(middle - static_cast<double>(value)) /
                      static_cast<double>(std::max<std::uint64_t>(value, 1)),
                  0.016)
            << value;
    }
}

TEST(Histogram, PutsWhatIsTooLongIntoTheLastBucketAndKeepsItsMaximum) {
    Histogram histogram;
    histogram.record(UINT64_MAX / 2);
    EXPECT_EQ(histogram.bucket(Histogram::bucket_count - 1), 1U);
    EXPECT_EQ(histogram.max(), UINT64_MAX / 2);
}

TEST(Histogram, QuantilesAgreeWithSortedValues) {
    std::mt19937_64 random(2);
    std::lognormal_distribution<double> latency(10.0, 1.5);
    Histogram histogram;
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(static_cast<std::uint64_t>(latency(random)) + 1);
        histogram.record(values.back());
    }
    std::sort(values.begin(), values.end());
    for (double quantile : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(quantile * 20'000.0)));
        const auto exact = static_cast<double>(values[rank - 1]);
        EXPECT_NEAR(histogram.quantile(quantile), exact, exact * 0.032 + 0.5) << quantile;
    }
}

TEST(Quantile, MovesEvenlyWithinABucket) {
    Histogram histogram;
    // The bucket [1024, 1056), filled from end to end.
    for (std::uint64_t value = 1024; value < 1056; ++value)
        histogram.record(value);
    EXPECT_DOUBLE_EQ(histogram.quantile(0.5), 1024 + 0.5 * 31);
    EXPECT_DOUBLE_EQ(histogram.quantile(0.25), 1024 + 0.25 * 31);
    EXPECT_DOUBLE_EQ(histogram.quantile_with_doubt(0.5).doubt_ns, 31.0);
}

TEST(Quantile, IsLessInDoubtWhereValuesAreSpread) {
    Histogram histogram;
    for (std::uint64_t value = 1024; value < 2048; ++value)
        histogram.record(value);
    EXPECT_NEAR(histogram.quantile(0.5), 1536, 1);
    EXPECT_DOUBLE_EQ(histogram.quantile_with_doubt(0.5).doubt_ns, 1.0);
}

TEST(Quantile, StaysWithinWhatWasSeen) {
    Histogram one_value;
    for (unsigned i = 0; i < 3; ++i)
        one_value.record(1040);
    EXPECT_DOUBLE_EQ(one_value.quantile(0.5), 1040.0);
    EXPECT_DOUBLE_EQ(one_value.quantile_with_doubt(0.5).doubt_ns, 0.0);
    Histogram longer_than_all_buckets;
    longer_than_all_buckets.record(200'000'000'000);
    EXPECT_DOUBLE_EQ(longer_than_all_buckets.quantile(1.0), 200e9);
    const std::uint64_t in_the_last_bucket = Histogram::lower_bound(Histogram::bucket_count - 1) + 2;
    Histogram last;
    last.record(in_the_last_bucket);
    EXPECT_DOUBLE_EQ(last.quantile(1.0), static_cast<double>(in_the_last_bucket));
}

TEST(Histogram, MergingEqualsRecordingEverythingInOne) {
    Histogram left;
    Histogram right;
    Histogram both;
    for (std::uint64_t value : {3U, 50U, 1'000U}) {
        left.record(value);
        both.record(value);
    }
    for (std::uint64_t value : {7U, 123'456'789U}) {
        right.record(value);
        both.record(value);
    }
    left.merge(right);
    EXPECT_EQ(left, both);
    left.merge(Histogram{});
    EXPECT_EQ(left, both);
}

TEST(Histogram, IsZeroWhenEmpty) {
    const Histogram histogram;
    EXPECT_TRUE(histogram.empty());
    EXPECT_EQ(histogram.min(), 0U);
    EXPECT_EQ(histogram.max(), 0U);
    EXPECT_EQ(histogram.mean(), 0.0);
    EXPECT_EQ(histogram.quantile(0.5), 0.0);
}

TEST(Histogram, TakesOverWhatWasCountedElsewhere) {
    Histogram direct;
    direct.record(40'000);
    direct.record(40'100);
    Histogram rebuilt;
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i)
        rebuilt.add_bucket(i, direct.bucket(i));
    rebuilt.add_exact(direct.sum(), direct.min(), direct.max());
    EXPECT_EQ(rebuilt, direct);
}

} // namespace
} // namespace netio
