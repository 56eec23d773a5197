// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/phrases.h"

#include <gtest/gtest.h>

#include <limits>

namespace netio::analysis {
namespace {

TEST(Phrases, SignificantDigitsSurviveRoundingUpToTheNextPowerOfTen) {
    EXPECT_EQ(significant(0.0), "0");
    EXPECT_EQ(significant(0.0123), "0.0123");
    EXPECT_EQ(significant(2.3149), "2.31");
    EXPECT_EQ(significant(9.996), "10.0");
    EXPECT_EQ(significant(99.96), "100");
    EXPECT_EQ(significant(999.6), "1,000");
    EXPECT_EQ(significant(41023.4), "41,023");
    EXPECT_EQ(significant(0.00099951), "0.00100");
    EXPECT_EQ(significant(-1.5), "−1.50");
    EXPECT_EQ(significant(std::numeric_limits<double>::quiet_NaN()), "?");
}

TEST(Phrases, ThousandsAreGrouped) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
    EXPECT_EQ(fixed(1234567.891, 2), "1,234,567.89");
    EXPECT_EQ(fixed(-1234.5, 1), "−1,234.5");
    EXPECT_EQ(fixed(-123.0, 0), "−123");
    EXPECT_EQ(fixed(-0.04, 1), "0.0");
}

TEST(Phrases, TrailingZerosAreTrimmed) {
    EXPECT_EQ(trimmed(2.0), "2");
    EXPECT_EQ(trimmed(0.5), "0.5");
    EXPECT_EQ(trimmed(10.0), "10");
    EXPECT_EQ(trimmed(1200.0), "1,200");
}

TEST(Phrases, SizesAreToldInTheUnitThatSaysThemExactly) {
    EXPECT_EQ(binary_size(1), "1 B");
    EXPECT_EQ(binary_size(64), "64 B");
    EXPECT_EQ(binary_size(512), "512 B");
    EXPECT_EQ(binary_size(1024), "1 KiB");
    EXPECT_EQ(binary_size(1500), "1,500 B");
    EXPECT_EQ(binary_size(1536), "1.5 KiB");
    EXPECT_EQ(binary_size(64 << 20), "64 MiB");
    EXPECT_EQ(binary_size((1 << 20) + 1), "1,048,577 B");
}

TEST(Phrases, DurationsTakeTheirUnit) {
    EXPECT_EQ(duration(850), "850 ns");
    EXPECT_EQ(duration(9123), "9.12 µs");
    EXPECT_EQ(duration(41e6), "41.0 ms");
    EXPECT_EQ(duration(2e9), "2.00 s");
}

TEST(Phrases, AmountsHaveThreeDigits) {
    EXPECT_EQ(amount(0), "0 B");
    EXPECT_EQ(amount(1023), "1,023 B");
    EXPECT_EQ(amount(1500), "1.46 KiB");
    EXPECT_EQ(amount(65536), "64.0 KiB");
    EXPECT_EQ(amount(3.5 * 1024 * 1024 * 1024), "3.50 GiB");
}

TEST(Phrases, NeverRoundAShareToNoneOrAll) {
    EXPECT_EQ(share_text(0.0), "0 %");
    EXPECT_EQ(share_text(0.00001), "under 0.1 %");
    EXPECT_EQ(share_text(0.042), "4.2 %");
    EXPECT_EQ(share_text(0.965), "96 %");
    EXPECT_EQ(share_text(0.99999), "99 %");
    EXPECT_EQ(share_text(1.0), "100 %");
}

TEST(Phrases, RangesOfSharesThatReadAlikeAreOneShare) {
    EXPECT_EQ(share_range(0.024, 0.31), "2.4 to 31 %");
    EXPECT_EQ(share_range(0.301, 0.302), "30 %");
    EXPECT_EQ(share_range(0.0, 0.00001), "0 to under 0.1 %");
}

TEST(Phrases, RatiosHaveTwoDecimalsWhileTheyAreSmall) {
    EXPECT_EQ(ratio_range(0.5, 0.931), "0.50–0.93");
    EXPECT_EQ(ratio_range(1.201, 1.202), "1.20");
    EXPECT_EQ(ratio_range(9.99, 2883.9), "9.99–2,884");
}

TEST(Phrases, RatiosReadAtAnySize) {
    EXPECT_EQ(ratio_text(0.0), "0");
    EXPECT_EQ(ratio_text(1e-9), "<0.0001");
    EXPECT_EQ(ratio_text(0.00091), "0.00091");
    EXPECT_EQ(ratio_text(9.996), "10.0");
    EXPECT_EQ(ratio_text(1095.4), "1,095");
    EXPECT_EQ(ratio_text(164'581'749'321'007.34), ">10,000");
    EXPECT_EQ(ratio_bound(1e300), ">10,000");
}

TEST(Phrases, BoundsShowTheirSideOfOne) {
    EXPECT_EQ(ratio_bound(0.93), "0.93");
    EXPECT_EQ(ratio_bound(1.0), "1.00");
    EXPECT_EQ(ratio_bound(1.0031), "1.003");
    EXPECT_EQ(ratio_bound(0.99996), "0.99996");
    EXPECT_EQ(ratio_bound(1.012), "1.01");
    EXPECT_EQ(with_interval(12.4, 9.1, 15.7, 0, " %"), "12 % [9, 16]");
    EXPECT_EQ(with_interval(0.4, 0.004, 0.8, 1, " %"), "0.400 % [0.004, 0.800]");
    EXPECT_EQ(with_interval(2.0, 0.0, 4.0, 0, ""), "2 [0, 4]") << "0 is 0";
}

TEST(Phrases, CountThings) {
    EXPECT_EQ(counted(1, "cell"), "1 cell");
    EXPECT_EQ(counted(12, "more process"), "12 more processes");
    EXPECT_EQ(counted(2000, "cell"), "2,000 cells");
    EXPECT_EQ(joined({"a", "b", "c"}), "a, b, c");
    EXPECT_EQ(joined({}), "");
    EXPECT_EQ(joined_by_and({}), "");
    EXPECT_EQ(joined_by_and({"a"}), "a");
    EXPECT_EQ(joined_by_and({"a", "b"}), "a and b");
    EXPECT_EQ(joined_by_and({"a", "b", "c"}), "a, b and c");
}

std::vector<Group> groups(const std::vector<std::uint64_t>& sizes, const std::vector<unsigned>& threads) {
    std::vector<Group> list;
    for (std::uint64_t size : sizes)
        for (unsigned count : threads)
            list.push_back({size, count, {}});
    return list;
}

std::vector<Location> places(const std::vector<std::pair<std::uint64_t, unsigned>>& list) {
    std::vector<Location> made;
    for (const auto& [size, threads] : list)
        made.push_back({Variant::A1, size, threads});
    return made;
}

TEST(Places, NeedNoWordForAllConnections) {
    const std::vector<Group> run = groups({64, 256, 1024, 4096}, {1, 2});
    EXPECT_EQ(say_where(places({{64, 1}, {64, 2}}), run), "at 64 B");
    EXPECT_EQ(say_where(places({{64, 1}, {64, 1}}), run), "at 64 B with 1 connection");
    EXPECT_EQ(say_where(places({{64, 2}}), run), "at 64 B with 2 connections");
    EXPECT_EQ(say_where(places({{64, 1}, {64, 2}, {256, 1}, {256, 2}}), run), "at 64 B and 256 B");
}

TEST(Places, ThatFollowOneAnotherAreARange) {
    const std::vector<Group> run = groups({64, 256, 1024, 4096}, {1});
    EXPECT_EQ(say_where(places({{64, 1}, {256, 1}, {1024, 1}}), run), "at 64 B to 1 KiB");
    EXPECT_EQ(say_where(places({{64, 1}, {256, 1}, {4096, 1}}), run), "at 64 B, 256 B and 4 KiB");
    EXPECT_EQ(say_where(places({{256, 1}, {1024, 1}, {4096, 1}}), run), "at 256 B to 4 KiB");
}

TEST(Places, WithoutAPatternAreListedOrCounted) {
    EXPECT_EQ(say_where(places({{64, 1}, {256, 2}}), groups({64, 256}, {1, 2})),
              "at 64 B with 1 connection and at 256 B with 2 connections");
    EXPECT_EQ(say_where(places({{64, 1}, {256, 2}, {64, 3}, {256, 4}, {64, 5}}), groups({64, 256}, {1, 2, 3, 4, 5})),
              "in 5 of 10 combinations of size and connections");
}

TEST(Places, HaveRanges) {
    EXPECT_EQ(size_range(64, 64), "64 B");
    EXPECT_EQ(size_range(64, 65536), "64 B to 64 KiB");
}

} // namespace
} // namespace netio::analysis
