// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/log_axis.h"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/view/format.h"

namespace netio::report {
namespace {

using ::testing::HasSubstr;

TEST(LogAxis, EachDecadeIsAsWideAsTheNext) {
    const LogAxis axis(1e3, 1e6, 90);
    EXPECT_NEAR(axis.position(1e3), 0.0, 1e-9);
    EXPECT_NEAR(axis.position(1e4), 30.0, 1e-9);
    EXPECT_NEAR(axis.position(1e5), 60.0, 1e-9);
    EXPECT_NEAR(axis.position(1e6), 90.0, 1e-9);
}

TEST(LogAxis, NothingIsLostWhenAHistogramIsSpread) {
    Histogram histogram;
    for (std::uint64_t value : {0U, 1U, 31U, 1000U, 1001U, 5'000'000U})
        histogram.record(value);
    histogram.record(1ULL << 40); // beyond the last bucket
    for (const std::size_t columns : {1UL, 10UL, 94UL}) {
        const LogAxis axis(static_cast<double>(histogram.min()), static_cast<double>(histogram.max()), columns);
        const std::vector<double> shares = axis.spread(histogram);
        ASSERT_EQ(shares.size(), columns);
        EXPECT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.0), 1.0, 1e-9);
    }
}

TEST(LogAxis, ReachesOverAllHistograms) {
    Histogram one;
    one.record(100);
    Histogram other;
    other.record(5'000);
    const Histogram none;
    EXPECT_FALSE(LogAxis::over({&none}, 40));
    const auto axis = LogAxis::over({&none, &one, &other}, 40);
    ASSERT_TRUE(axis);
    EXPECT_DOUBLE_EQ(axis->value_at(0.0), 100.0);
    EXPECT_DOUBLE_EQ(axis->value_at(40.0), 5'001.0);
}

TEST(LogAxis, AValueFallsOnItsColumn) {
    Histogram histogram;
    histogram.record(10'000);
    const std::vector<double> shares = LogAxis(1e3, 1e6, 90).spread(histogram);
    EXPECT_NEAR(shares[30], 1.0, 1e-6);
}

TEST(LogAxis, TheScaleFitsAndNamesItsUnits) {
    for (const auto& [low, high] : {std::pair{1.0, 1e11}, {60e3, 100e3}, {41e6, 83e6}, {5e3, 5e3}, {1.0, 2.0}}) {
        const LogAxis::Scale scale = LogAxis(low, high, 94).scale();
        EXPECT_EQ(display_width(scale.line), 94U);
        EXPECT_LE(display_width(scale.labels), 94U);
    }
    const LogAxis::Scale scale = LogAxis(10e3, 20e6, 94).scale();
    for (const char* label : {"10 µs", "100 µs", "1 ms", "10 ms"})
        EXPECT_THAT(scale.labels, HasSubstr(label));
    EXPECT_THAT(LogAxis(41e6, 83e6, 94).scale().labels, HasSubstr("60 ms")) << "a short axis gets more digits";
}

TEST(BlockPlot, WhatIsThereShowsAndTheTallestFillsTheLines) {
    const std::vector<std::string> plot = block_plot({0.0, 0.001, 0.5, 1.0}, 2);
    ASSERT_EQ(plot.size(), 2U);
    EXPECT_EQ(plot[0], "   █");
    EXPECT_EQ(plot[1], " ·██");
}

} // namespace
} // namespace netio::report
