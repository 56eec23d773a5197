// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/student.h"

#include <limits>

#include <gtest/gtest.h>

namespace netio::analysis {
namespace {

// The table that stands at the end of every textbook of statistics.
TEST(Student, AgreesWithTheTables) {
    EXPECT_NEAR(student_quantile(0.975, 1), 12.7062, 5e-5);
    EXPECT_NEAR(student_quantile(0.975, 2), 4.30265, 5e-6);
    EXPECT_NEAR(student_quantile(0.975, 4), 2.77645, 5e-6);
    EXPECT_NEAR(student_quantile(0.975, 8), 2.30600, 5e-6);
    EXPECT_NEAR(student_quantile(0.975, 120), 1.97993, 5e-6);
    EXPECT_NEAR(student_quantile(0.8, 1), 1.37638, 5e-6);
    EXPECT_NEAR(student_quantile(0.8, 4), 0.940965, 5e-7);
    EXPECT_NEAR(student_quantile(0.995, 3), 5.84091, 5e-6);
}

TEST(Student, BecomesTheNormalDistribution) {
    EXPECT_NEAR(student_quantile(0.975, std::numeric_limits<double>::infinity()), 1.959964, 1e-6);
    EXPECT_NEAR(student_quantile(0.975, 1e9), 1.959964, 1e-6);
    EXPECT_NEAR(student_quantile(0.975, 0.999e6), student_quantile(0.975, 1.001e6), 1e-5);
}

TEST(Student, LiesBetweenItsNeighboursWithDegreesThatAreNotWhole) {
    const double between = student_quantile(0.975, 2.5);
    EXPECT_LT(between, student_quantile(0.975, 2));
    EXPECT_GT(between, student_quantile(0.975, 3));
    // With one degree of freedom it is Cauchy's distribution: tan(pi (p - 1/2)).
    EXPECT_NEAR(student_quantile(0.75, 1), 1.0, 1e-9);
}

} // namespace
} // namespace netio::analysis
