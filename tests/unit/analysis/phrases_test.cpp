// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/phrases.h"

#include <gtest/gtest.h>

namespace netio::analysis {
namespace {

TEST(Phrases, GroupThousands) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(10183), "10,183");
    EXPECT_EQ(grouped(1234567890), "1,234,567,890");
}

TEST(Phrases, GiveSizesInBinaryUnits) {
    EXPECT_EQ(size(64), "64 B");
    EXPECT_EQ(size(1024), "1 KiB");
    EXPECT_EQ(size(1536), "1.5 KiB");
    EXPECT_EQ(size(65536), "64 KiB");
    EXPECT_EQ(size(64U << 20U), "64 MiB");
}

TEST(Phrases, NeverRoundAShareToNoneOrAll) {
    EXPECT_EQ(percent(0.0), "0 %");
    EXPECT_EQ(percent(0.00001), "under 0.1 %");
    EXPECT_EQ(percent(0.042), "4.2 %");
    EXPECT_EQ(percent(0.965), "96 %");
    EXPECT_EQ(percent(0.99999), "99 %");
    EXPECT_EQ(percent(1.0), "100 %");
}

TEST(Phrases, CountThings) {
    EXPECT_EQ(plural(1, "cell"), "1 cell");
    EXPECT_EQ(plural(2000, "cell"), "2,000 cells");
    EXPECT_EQ(joined({"a", "b", "c"}), "a, b, c");
    EXPECT_EQ(joined({}), "");
}

} // namespace
} // namespace netio::analysis
