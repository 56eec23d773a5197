// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Which variant is ahead at which field size, and where that changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/standing.h"
#include "analysis/summary.h"
#include "cells.h"

namespace netio::analysis {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A cell that made so many bytes in a second.
Cell cell(Variant variant, std::uint64_t size, unsigned repeat, std::uint64_t bytes, unsigned threads = 1) {
    Cell made;
    made.variant = variant;
    made.field_size = size;
    made.threads = threads;
    made.repeat = repeat;
    made.receiver.payload_bytes = bytes;
    made.receiver.duration_s = 1.0;
    return made;
}

/// A2 with these percentages of A1's throughput, one for each repeat.
void add(Run& run, std::uint64_t size, const std::vector<std::uint64_t>& percents, unsigned threads = 1) {
    for (unsigned repeat = 0; repeat < percents.size(); ++repeat) {
        run.cells.push_back(cell(Variant::A1, size, repeat, 1'000'000 * (repeat + 1), threads));
        run.cells.push_back(cell(Variant::A2, size, repeat, 10'000 * percents[repeat] * (repeat + 1), threads));
    }
}

std::string text_of_crossover(const Run& run, std::string_view id = "crossover-a2-a1") {
    const std::optional<Finding> finding = find(run, id);
    return finding ? finding->text() : std::string("nothing");
}

TEST(Standing, IsStudentsIntervalOfTheRatiosOfRepeats) {
    netio::Run run;
    add(run, 1024, {110, 120, 130});
    const std::vector<Standing> list = standings(run, Variant::A2, Variant::A1, 1);
    ASSERT_EQ(list.size(), 1U);
    // Of ln 1.1, ln 1.2, ln 1.3: mean 0.18000, standard deviation 0.083550, t(2) = 4.302653.
    EXPECT_NEAR(list[0].ratio, 1.197216, 1e-6);
    EXPECT_NEAR(list[0].low, 0.972822, 1e-6);
    EXPECT_NEAR(list[0].high, 1.473369, 1e-6);
    EXPECT_FALSE(list[0].ahead());
    EXPECT_EQ(list[0].figure().quality, Quality::sampled);
}

TEST(Standing, OfOneRepeatHasNoInterval) {
    netio::Run run;
    add(run, 1024, {110});
    const Standing standing = standings(run, Variant::A2, Variant::A1, 1).at(0);
    EXPECT_EQ(standing.low, standing.high);
    EXPECT_TRUE(standing.ahead());
    EXPECT_EQ(standing.figure().quality, Quality::estimated);
}

TEST(Standing, TakesOnlyRepeatsOfBoth) {
    netio::Run run;
    add(run, 1024, {110, 111});
    run.cells.push_back(cell(Variant::A2, 1024, 2, 1));
    run.cells.push_back(cell(Variant::A1, 64, 0, 1));
    run.cells.push_back(cell(Variant::A1, 256, 0, 0));
    run.cells.push_back(cell(Variant::A2, 256, 0, 5));
    const std::vector<Standing> list = standings(run, Variant::A2, Variant::A1, 1);
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].repeats, 2U);
    EXPECT_TRUE(standings(run, Variant::A2, Variant::A1, 2).empty());
}

TEST(Standing, CanBeOfOneVariantWithMoreConnectionsToo) {
    netio::Run run;
    add(run, 1024, {100, 110}, 1);
    add(run, 1024, {50, 55}, 2);
    const auto standing =
        standing_of(repeats_of(run, Variant::A2, 1024, 2), repeats_of(run, Variant::A2, 1024, 1)).value();
    EXPECT_DOUBLE_EQ(standing.ratio, 0.5);
    EXPECT_TRUE(standing.behind());
    EXPECT_EQ(standing.threads, 2U);
    EXPECT_EQ(standing.repeats, 2U);
    EXPECT_FALSE(standing_of(repeats_of(run, Variant::A2, 1024, 2), repeats_of(run, Variant::A3, 1024, 1)).has_value());
}

TEST(StudentMean, IsAsWideAsFewValuesAllow) {
    // Of 1, 2, 3: standard deviation 1, t(2) = 4.302653.
    EXPECT_DOUBLE_EQ(student_mean({1, 2, 3}).value, 2.0);
    EXPECT_NEAR(student_mean({1, 2, 3}).half_width, 4.302653 / std::sqrt(3.0), 1e-6);
    EXPECT_DOUBLE_EQ(student_mean({7}).value, 7.0);
    EXPECT_DOUBLE_EQ(student_mean({7}).half_width, 0.0);
}

Standing at(std::uint64_t size, double low, double high) { return {size, 1, 3, std::sqrt(low * high), low, high}; }

TEST(Crossing, LiesBetweenTheSizesThatAreSettled) {
    const Crossing crossing =
        crossing_of({at(64, 0.5, 0.6), at(256, 0.7, 1.2), at(1024, 0.9, 1.3), at(4096, 1.2, 1.4), at(16384, 1.3, 2.0)});
    EXPECT_EQ(crossing.course, Course::overtakes);
    EXPECT_EQ(crossing.after, 64U);
    EXPECT_EQ(crossing.before, 4096U);
    ASSERT_TRUE(crossing.estimate.has_value());
    EXPECT_GT(*crossing.estimate, 256.0);
    EXPECT_LT(*crossing.estimate, 1024.0);
}

TEST(Crossing, IsEstimatedOnAStraightLineOfLogarithms) {
    const Crossing crossing = crossing_of({at(64, 0.5, 0.5), at(1024, 2.0, 2.0)});
    EXPECT_NEAR(*crossing.estimate, 256.0, 1e-6) << "halfway in logarithms";
}

TEST(Crossing, KnowsEachCourse) {
    EXPECT_EQ(crossing_of({at(64, 1.1, 1.2), at(256, 0.9, 1.2)}).course, Course::ahead);
    EXPECT_EQ(crossing_of({at(64, 0.8, 0.9), at(256, 0.9, 1.2)}).course, Course::behind);
    EXPECT_EQ(crossing_of({at(64, 0.8, 1.1), at(256, 0.9, 1.2)}).course, Course::level);
    EXPECT_EQ(crossing_of({at(64, 1.1, 1.2), at(256, 0.8, 0.9)}).course, Course::falls_back);
    EXPECT_EQ(crossing_of({at(64, 0.8, 0.9), at(256, 1.1, 1.2), at(1024, 0.8, 0.9)}).course, Course::mixed);
    EXPECT_EQ(crossing_of({at(64, 0.8, 1.0), at(256, 1.0, 1.2)}).course, Course::level) << "an interval that ends at 1";
}

TEST(Crossover, IsTold) {
    netio::Run run;
    add(run, 1024, {80, 81, 82});
    add(run, 4096, {99, 100, 101});
    add(run, 16384, {125, 126, 127});
    EXPECT_THAT(
        text_of_crossover(run),
        HasSubstr("A2 overtakes A1 between 1 KiB and 16 KiB, at about 4.00 KiB by interpolation (open at 4 KiB)."));
    EXPECT_THAT(text_of_crossover(run),
                HasSubstr("Open is where the 95 % interval of the ratio over 3 repeats holds 1"));
    EXPECT_EQ(text_of_crossover(run, "crossover-a3-a1"), "nothing") << "A3 was not run";
    EXPECT_NEAR(evidence(found(run, "crossover-a2-a1").evidence, "throughput of A2 / A1", {{}, 4096, 1}), 0.999967,
                1e-6);
}

TEST(Crossover, OutsideOfTheMeasuredRangeIsToldToo) {
    netio::Run behind;
    add(behind, 1024, {80, 81, 82});
    add(behind, 4096, {90, 91, 92});
    EXPECT_THAT(text_of_crossover(behind),
                HasSubstr("A2 does not overtake A1 in the measured range, 1 KiB to 4 KiB (0.81 to 0.91 times"));
    EXPECT_THAT(text_of_crossover(behind), HasSubstr("clear of 1"));
    add(behind, 16384, {90, 100, 110});
    EXPECT_THAT(text_of_crossover(behind),
                HasSubstr("A2 is behind A1 wherever the two can be told apart in 1 KiB to 16 KiB (0.81 "
                          "to 1.00 times as fast; open at 16 KiB)."));
    netio::Run ahead;
    add(ahead, 1024, {130, 131, 132});
    add(ahead, 4096, {90, 110, 130});
    EXPECT_THAT(text_of_crossover(ahead),
                HasSubstr("is ahead of A1 wherever the two can be told apart in 1 KiB to 4 KiB ("));
    EXPECT_THAT(text_of_crossover(ahead), HasSubstr("; open at 4 KiB): if it overtakes, it does so below 1 KiB."));
}

TEST(Crossover, OfOneRepeatSaysSoAndThatItHasNoInterval) {
    netio::Run run;
    add(run, 1024, {80});
    add(run, 4096, {110});
    EXPECT_THAT(text_of_crossover(run),
                testing::StartsWith("In one repeat each, A2 overtakes A1 between 1 KiB and 4 KiB"));
    EXPECT_THAT(text_of_crossover(run), HasSubstr("One repeat has no interval"));
}

TEST(Crossover, OfARunThatWasInterruptedDoesNotCallAllSizesOnesOfOneRepeat) {
    netio::Run run;
    add(run, 1024, {80, 81, 82});
    add(run, 4096, {110});
    EXPECT_THAT(text_of_crossover(run), testing::StartsWith("With one repeat of some sizes, A2 overtakes A1 between"));
}

TEST(Crossover, NeedsTwoSizes) {
    netio::Run run;
    add(run, 1024, {80, 81});
    EXPECT_EQ(text_of_crossover(run), "nothing");
    add(run, 4096, {80, 81});
    EXPECT_NE(text_of_crossover(run), "nothing");
}

TEST(Crossover, IsToldOnceForConnectionsThatAgree) {
    netio::Run run;
    for (unsigned threads : {1U, 2U}) {
        add(run, 1024, {80, 81, 82}, threads);
        add(run, 4096, {110, 111, 112}, threads);
    }
    EXPECT_THAT(text_of_crossover(run), testing::StartsWith("A2 overtakes A1 between 1 KiB and 4 KiB, at about "));
    add(run, 1024, {110, 111, 112}, 4);
    add(run, 4096, {110, 111, 112}, 4);
    EXPECT_THAT(
        text_of_crossover(run),
        testing::AllOf(testing::StartsWith("With 1 and 2 connections A2 overtakes A1 between 1 KiB and 4 KiB, "),
                       HasSubstr("; with 4 connections A2 is ahead of A1")));
}

} // namespace
} // namespace netio::analysis
