// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/intervals.h"

#include <string>

#include <gtest/gtest.h>

namespace netio::tracer {
namespace {

struct Bounds {
    std::uint64_t count;
    double low;
    double high;
};

// Half the quantiles of the chi-square distribution: 0.025 with 2n degrees of freedom, 0.975 with 2n + 2.
class PoissonInterval : public testing::TestWithParam<Bounds> {};

TEST_P(PoissonInterval, IsGarwoods) {
    const auto [count, low, high] = GetParam();
    const Interval interval = poisson_interval_95(count);
    EXPECT_NEAR(interval.low, low, low * 1e-6);
    EXPECT_NEAR(interval.high, high, high * 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Counts, PoissonInterval,
                         testing::Values(Bounds{0, 0.0, 3.6888795}, Bounds{1, 0.0253178, 5.5716434},
                                         Bounds{5, 1.6234864, 11.6683321}, Bounds{20, 12.2165194, 30.8883779},
                                         Bounds{100, 81.3639913, 121.6267938}, Bounds{101, 82.2661588, 122.7241557},
                                         Bounds{1000, 938.9730184, 1063.9521360}),
                         [](const auto& instance) { return "Of" + std::to_string(instance.param.count); });

TEST(WilsonInterval, HoldsTheShareAndStaysInRange) {
    const Interval none = wilson_interval_95(0, 10);
    EXPECT_EQ(none.low, 0.0);
    EXPECT_NEAR(none.high, 0.2775, 1e-4); // z^2 / (n + z^2)
    const Interval all = wilson_interval_95(10, 10);
    EXPECT_NEAR(all.low, 0.7225, 1e-4);
    EXPECT_EQ(all.high, 1.0);
    const Interval half = wilson_interval_95(50, 100);
    EXPECT_NEAR(half.low, 0.4038, 1e-4);
    EXPECT_NEAR(half.high, 0.5962, 1e-4);
}

TEST(WilsonInterval, KnowsNothingWithoutTrials) {
    const Interval interval = wilson_interval_95(0, 0);
    EXPECT_EQ(interval.low, 0.0);
    EXPECT_EQ(interval.high, 1.0);
}

} // namespace
} // namespace netio::tracer
