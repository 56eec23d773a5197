// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace netio::report {
namespace {

using ::testing::ElementsAre;

TEST(Format, AShareThatIsNotNothingNeverShowsAsNothing) {
    EXPECT_EQ(percent(0.0), "0%");
    EXPECT_EQ(percent(0.0001), "<1%");
    EXPECT_EQ(percent(0.12), "12%");
    EXPECT_EQ(percent(1.0), "100%");
}

TEST(Format, CommandsAreNamedAsTheProgramWasCalled) {
    EXPECT_EQ(as_called("`netio-trace doctor` shows it; or netio-trace run.", "build/n"),
              "`build/n doctor` shows it; or build/n run.");
    EXPECT_EQ(as_called("(netio-trace --help lists commands)", "'a b/n'"), "('a b/n' --help lists commands)");
    for (const char* text : {"use the same netio-trace at both ends", "netio-trace", "its netio-trace runner"})
        EXPECT_EQ(as_called(text, "build/n"), text) << "no command";
    EXPECT_EQ(as_called("netio-trace show x", "netio-trace"), "netio-trace show x");
}

TEST(Format, AnIntervalReachesToItsFartherEnd) {
    EXPECT_EQ(reach(Figure::sampled(10.0, 9.0, 14.0)), 4.0);
    EXPECT_EQ(reach(Figure::sampled(10.0, 4.0, 11.0)), 6.0);
    EXPECT_EQ(reach(Figure::exact(10.0)), 0.0);
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
    EXPECT_THAT(wrap("takes 12 %, or 4 KiB", 9), ElementsAre("takes", "12 %, or", "4 KiB"));
    EXPECT_THAT(wrap("takes 12 copies", 9), ElementsAre("takes 12", "copies"));
}

TEST(Format, PartsAreJoinedAndBrokenBetweenThem) {
    EXPECT_THAT(join_parts({"aaa", "", "bbb", "ccc"}, 10), ElementsAre("aaa · bbb", "ccc"));
    EXPECT_THAT(join_parts({"a long part", "b"}, 6), ElementsAre("a long", "part", "b"));
    EXPECT_TRUE(join_parts({}, 10).empty());
}

} // namespace
} // namespace netio::report
