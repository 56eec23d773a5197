// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/format.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace netio::report {
namespace {

using ::testing::ElementsAre;

TEST(Format, SignificantDigitsSurviveRoundingUpToTheNextPowerOfTen) {
    EXPECT_EQ(significant(0.0), "0");
    EXPECT_EQ(significant(0.0123), "0.0123");
    EXPECT_EQ(significant(2.3149), "2.31");
    EXPECT_EQ(significant(9.996), "10.0");
    EXPECT_EQ(significant(99.96), "100");
    EXPECT_EQ(significant(999.6), "1,000");
    EXPECT_EQ(significant(41023.4), "41,023");
    EXPECT_EQ(significant(0.00099951), "0.00100");
    EXPECT_EQ(significant(-1.5), "-1.50");
    EXPECT_EQ(significant(std::numeric_limits<double>::quiet_NaN()), "?");
}

TEST(Format, ThousandsAreGrouped) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
    EXPECT_EQ(fixed(1234567.891, 2), "1,234,567.89");
    EXPECT_EQ(fixed(-1234.5, 1), "-1,234.5");
    EXPECT_EQ(fixed(-123.0, 0), "-123");
}

TEST(Format, TrailingZerosAreTrimmed) {
    EXPECT_EQ(trimmed(2.0), "2");
    EXPECT_EQ(trimmed(0.5), "0.5");
    EXPECT_EQ(trimmed(10.0), "10");
    EXPECT_EQ(trimmed(1200.0), "1,200");
}

TEST(Format, SizesAreToldInTheUnitThatSaysThemExactly) {
    EXPECT_EQ(binary_size(1), "1 B");
    EXPECT_EQ(binary_size(64), "64 B");
    EXPECT_EQ(binary_size(512), "512 B");
    EXPECT_EQ(binary_size(1024), "1 KiB");
    EXPECT_EQ(binary_size(1500), "1,500 B");
    EXPECT_EQ(binary_size(1536), "1.5 KiB");
    EXPECT_EQ(binary_size(64 << 20), "64 MiB");
    EXPECT_EQ(binary_size((1 << 20) + 1), "1,048,577 B");
}

TEST(Format, DurationsTakeTheirUnit) {
    EXPECT_EQ(duration(850), "850 ns");
    EXPECT_EQ(duration(9123), "9.12 µs");
    EXPECT_EQ(duration(41e6), "41.0 ms");
    EXPECT_EQ(duration(2e9), "2.00 s");
}

TEST(Format, AShareThatIsNotNothingNeverShowsAsNothing) {
    EXPECT_EQ(percent(0.0), "0%");
    EXPECT_EQ(percent(0.0001), "<1%");
    EXPECT_EQ(percent(0.12), "12%");
    EXPECT_EQ(percent(1.0), "100%");
}

TEST(Format, BarsHaveEighths) {
    EXPECT_EQ(bar(0.0, 4), "");
    EXPECT_EQ(bar(0.5, 4), "██");
    EXPECT_EQ(bar(1.0, 2), "██");
    EXPECT_EQ(bar(7.0, 2), "██");
    EXPECT_EQ(bar(1.0 / 16.0, 2), "▏");
}

TEST(Format, WidthCountsColumnsAndNotBytes) {
    EXPECT_EQ(display_width("µs → █"), 6U);
    EXPECT_EQ(left_in("µs", 4), "µs  ");
    EXPECT_EQ(right_in("µs", 4), "  µs");
    EXPECT_EQ(left_in("µµµµ", 3), "µµ…");
    EXPECT_EQ(left_in("µµµ", 3), "µµµ");
    EXPECT_EQ(right_in("abcdef", 3), "ab…");
    EXPECT_EQ(left_in("abc", 0), "");
}

TEST(Format, WrapsAtSpacesAndCutsLongWords) {
    EXPECT_THAT(wrap("one two three", 8), ElementsAre("one two", "three"));
    EXPECT_THAT(wrap("µµµµµµ b", 4), ElementsAre("µµµµ", "µµ b"));
    EXPECT_THAT(wrap("", 4), ElementsAre(""));
    EXPECT_THAT(wrap("a\nb", 10), ElementsAre("a b"));
}

TEST(Format, PartsAreJoinedAndBrokenBetweenThem) {
    EXPECT_THAT(join_parts({"aaa", "", "bbb", "ccc"}, 10), ElementsAre("aaa · bbb", "ccc"));
    EXPECT_THAT(join_parts({"a long part", "b"}, 6), ElementsAre("a long", "part", "b"));
    EXPECT_TRUE(join_parts({}, 10).empty());
}

TEST(Format, ATerminalNeverSeesControlCharacters) {
    EXPECT_EQ(printable("eth0\x1b[31m"), "eth0[31m");
    EXPECT_EQ(printable("a\r\b\x7f"
                        "b"),
              "ab");
    EXPECT_EQ(printable("a\tb\nc"), "a b c");
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "31m")
        << "C1: CSI in one character";
    EXPECT_EQ(printable("\xe2\x80\xae"
                        "abc"),
              "abc")
        << "right-to-left override";
}

TEST(Format, WhatIsNotUtf8IsReplaced) {
    EXPECT_EQ(printable("a\xff"
                        "b"),
              "a\xef\xbf\xbd"
              "b");
    EXPECT_EQ(printable("\xc3"), "\xef\xbf\xbd") << "cut off";
    EXPECT_EQ(printable("\xc0\x80"), "\xef\xbf\xbd\xef\xbf\xbd") << "longer than needed";
    EXPECT_EQ(printable("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd") << "surrogate";
    EXPECT_EQ(printable("µ→█"), "µ→█");
}

} // namespace
} // namespace netio::report
