// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Which of two is faster, whether that is shown, and at which field size that changes.
#include "analysis/crossing.h"
#include "analysis/judge.h"

#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/comparison.h"
#include "cells.h"

namespace netio::analysis {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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

TEST(StudentMean, IsAsWideAsFewValuesAllow) {
    // Of 1, 2, 3: standard deviation 1, t(2) = 4.302653.
    EXPECT_DOUBLE_EQ(student_mean(std::vector<double>{1, 2, 3}).value, 2.0);
    EXPECT_NEAR(student_mean(std::vector<double>{1, 2, 3}).half_width, 4.302653 / std::sqrt(3.0), 1e-6);
    EXPECT_DOUBLE_EQ(student_mean(std::vector<double>{7}).value, 7.0);
    EXPECT_DOUBLE_EQ(student_mean(std::vector<double>{7}).half_width, 0.0);
}

/// A cell that made so many bytes in a second.
Cell cell(Variant variant, std::uint64_t size, unsigned repeat, std::uint64_t bytes, unsigned threads = 1) {
    Cell made;
    made.variant = variant;
    made.field_size = size;
    made.threads = threads;
    made.repeat = repeat;
    made.receiver.payload_bytes = bytes;
    made.receiver.duration_s = 1.0;
    made.receiver.messages = bytes == 0 ? 0 : 1;
    if (bytes != 0)
        made.receiver.latency.record(1'000'000'000);
    return made;
}

/// A2 with these percentages of A1's throughput, one for each repeat. The machine grows faster from one to the next.
void add(Run& run, std::uint64_t size, const std::vector<std::uint64_t>& percents, unsigned threads = 1) {
    for (unsigned repeat = 0; repeat < percents.size(); ++repeat) {
        run.cells.push_back(cell(Variant::A1, size, repeat, 1'000'000 * (repeat + 1), threads));
        run.cells.push_back(cell(Variant::A2, size, repeat, 10'000 * percents[repeat] * (repeat + 1), threads));
    }
}

std::vector<LocatedDifference> a2_over_a1(const Run& run) {
    return differences(summarize(run), Variant::A2, Variant::A1);
}

std::string headline_of(const Run& run) {
    const std::vector<Group> groups = summarize(run);
    return headline(rank(groups.at(0)).value());
}

TEST(Judge, TakesStudentsIntervalOfTheRatiosOfRepeats) {
    netio::Run run;
    add(run, 1024, {110, 120, 130});
    const Difference difference = a2_over_a1(run).at(0).difference;
    // Of ln 1.1, ln 1.2, ln 1.3: mean 0.18000, standard deviation 0.083550, t(2) = 4.302653, t(2) of 0.8 = 1.060660.
    EXPECT_NEAR(difference.ratio->value, 1.197216, 1e-6);
    EXPECT_NEAR(difference.ratio->low, 0.972822, 1e-6);
    EXPECT_NEAR(difference.ratio->high, 1.473369, 1e-6);
    EXPECT_NEAR(difference.detectable, std::expm1((4.302653 + 1.060660) * 0.083550 / std::sqrt(3.0)), 1e-5);
    EXPECT_FALSE(difference.shown);
    EXPECT_EQ(difference.figure().quality, Quality::sampled);
    EXPECT_EQ(difference.pairs.count, 3U);
    EXPECT_EQ(difference.pairs.larger, 3U);
    EXPECT_NEAR(difference.pairs.lowest, 1.1, 1e-12);
    EXPECT_NEAR(difference.pairs.highest, 1.3, 1e-12);
    // (t(n - 1) + t of 0.8) x 0.083550 / sqrt(n): 0.1735 with 4, which is less than 0.18.
    EXPECT_EQ(difference.advice.repeats, 4U);
    EXPECT_FALSE(difference.advice.first);
}

TEST(Judge, SaysTheSameOfAAgainstBAndOfBAgainstA) {
    netio::Run run;
    add(run, 1024, {110, 123, 131, 118});
    const std::vector<Group> groups = summarize(run);
    const Difference forth = differences(groups, Variant::A2, Variant::A1).at(0).difference;
    const Difference back = differences(groups, Variant::A1, Variant::A2).at(0).difference;
    EXPECT_TRUE(forth.more());
    EXPECT_TRUE(back.less());
    EXPECT_NEAR(forth.ratio->value * back.ratio->value, 1.0, 1e-12);
    EXPECT_NEAR(forth.ratio->low * back.ratio->high, 1.0, 1e-12);
    const VariantSummary& a1 = groups[0].variants[0];
    const VariantSummary& a2 = groups[0].variants[1];
    EXPECT_NEAR(a2.throughput_gbps.value / a1.throughput_gbps.value, forth.ratio->value, 1e-12)
        << "the ratio is that of the figures in the table";
}

TEST(Judge, ShowsNothingWithOneRepeat) {
    netio::Run run;
    add(run, 1024, {210});
    const Difference difference = a2_over_a1(run).at(0).difference;
    EXPECT_FALSE(difference.interval);
    EXPECT_FALSE(difference.shown);
    EXPECT_EQ(difference.figure().quality, Quality::estimated);
    EXPECT_TRUE(difference.advice.first);
    EXPECT_EQ(headline_of(run), "A2 has the highest throughput, 0.0168 Gbit/s: it is 2.10 × as fast as A1. Not tested: "
                                "only one repeat.");
    EXPECT_FALSE(rank(summarize(run).at(0))->settled());
}

TEST(Judge, TakesNoPairsWhereARepeatIsMissing) {
    netio::Run run;
    add(run, 1024, {110, 111, 112});
    EXPECT_TRUE(a2_over_a1(run).at(0).difference.shown) << "the machine's speed is the same for both of a pair";
    run.cells.pop_back();
    const Difference difference = a2_over_a1(run).at(0).difference;
    EXPECT_FALSE(difference.shown) << "and is not without pairs";
    EXPECT_EQ(difference.pairs.count, 0U);
    EXPECT_EQ(difference.repeats, 2U);
    // Of the logarithms: variance 0.304... of A1's three by 3 and 0.2404... of A2's two by 2, and t(1) = 12.7062.
    const double variance = 0.3052 / 3 + 0.2464 / 2;
    EXPECT_NEAR(std::log(difference.ratio->high / difference.ratio->value), 12.7062 * std::sqrt(variance), 0.1);
}

TEST(Judge, LeavesOutWhatMadeNoMessage) {
    netio::Run run;
    add(run, 64, {110});
    run.cells.push_back(cell(Variant::A1, 256, 0, 0));
    run.cells.push_back(cell(Variant::A2, 256, 0, 5));
    run.cells.push_back(cell(Variant::A1, 1024, 0, 1));
    EXPECT_EQ(a2_over_a1(run).size(), 1U);
    EXPECT_FALSE(rank(summarize(run).at(1)).has_value());
    EXPECT_FALSE(rank(summarize(run).at(2)).has_value());
}

TEST(Judge, ComparesOneVariantWithMoreConnectionsToo) {
    netio::Run run;
    add(run, 1024, {100, 110}, 1);
    add(run, 1024, {50, 55}, 2);
    const std::vector<Group> groups = summarize(run);
    const Difference difference = difference_of(groups[0].variants[1], groups[1].variants[1]);
    EXPECT_NEAR(difference.ratio->value, 0.5, 1e-12);
    EXPECT_TRUE(difference.less());
    EXPECT_EQ(difference.pairs.smaller, 2U);
}

/// How often the 95 % interval holds the true ratio, in so many runs of so many repeats. Each repeat is a moment of the
/// machine, which both variants share, and each cell differs by `spread` for itself.
double coverage(unsigned repeats, double true_ratio, double spread, bool in_pairs) {
    constexpr int runs = 1000;
    std::mt19937_64 generator(20'260'000 + repeats);
    std::normal_distribution<double> normal;
    int held = 0;
    for (int i = 0; i < runs; ++i) {
        netio::Run run;
        for (unsigned repeat = 0; repeat < repeats; ++repeat) {
            const double moment = 1e9 * std::exp((in_pairs ? 0.3 : 0.0) * normal(generator));
            for (Variant variant : {Variant::A1, Variant::A2}) {
                const double rate =
                    moment * std::exp(spread * normal(generator)) * (variant == Variant::A2 ? true_ratio : 1.0);
                const unsigned number = in_pairs || variant == Variant::A1 ? repeat : repeat + 100;
                run.cells.push_back(cell(variant, 64, number, static_cast<std::uint64_t>(rate)));
            }
        }
        const Difference difference = a2_over_a1(run).at(0).difference;
        EXPECT_EQ(difference.pairs.count, in_pairs ? repeats : 0U);
        held += difference.ratio->low <= true_ratio && true_ratio <= difference.ratio->high ? 1 : 0;
    }
    return static_cast<double>(held) / runs;
}

// Of 1,000 intervals that hold it in 95 %, fewer than 92 % or more than 98 % do so once in 50,000 times.
TEST(Judge, HoldsTheTrueRatioInNineteenOfTwentyRuns) {
    for (unsigned repeats : {3U, 5U, 10U}) {
        EXPECT_NEAR(coverage(repeats, 1.0, 0.05, true), 0.95, 0.03) << repeats;
        EXPECT_NEAR(coverage(repeats, 2.5, 0.3, true), 0.95, 0.03) << repeats;
    }
}

TEST(Judge, HoldsTheTrueRatioAtLeastAsOftenWithoutPairs) {
    // The degrees of freedom are fewer than they might be, on purpose.
    for (unsigned repeats : {3U, 5U, 10U})
        EXPECT_GE(coverage(repeats, 1.3, 0.1, false), 0.92) << repeats;
}

/// Others used the machine: either end of the cell waited for a CPU for this share of the time.
void make_busy(Cell& cell, double waited) {
    cell.machine = MachineLoad{.cpus = 2, .wall_s = 2.0, .user_s = 1.9, .system_s = 0.1, .load_average = 8.0};
    cell.sender.runnable_s = cell.receiver.runnable_s = waited * cell.duration_s() * cell.threads;
}

TEST(Judge, TellsNoWinnerWhereABusyMachineMayExplainIt) {
    netio::Run run;
    add(run, 1024, {150, 151, 152});
    EXPECT_TRUE(a2_over_a1(run).at(0).difference.more());
    for (Cell& cell : run.cells)
        make_busy(cell, 0.3);
    const Difference difference = a2_over_a1(run).at(0).difference;
    EXPECT_TRUE(difference.interval);
    EXPECT_FALSE(difference.shown) << "A1 may have lost 60 % of its time";
    EXPECT_TRUE(difference.explained_by_load);
    EXPECT_NEAR(difference.lost_to_others, 0.6, 1e-12);
    EXPECT_EQ(difference.advice.repeats, 0U) << "more repeats do not make the machine idle";
    EXPECT_FALSE(difference.advice.remains);
    EXPECT_TRUE(difference.advice.needs_idle_machine);
    EXPECT_FALSE(rank(summarize(run).at(0))->settled());
    EXPECT_EQ(headline_of(run),
              "No verdict on A2 and A1: 1.51 × [1.49, 1.54] as fast, but the machine was busy (up to 60 % "
              "of the slower one's time went to others).");
}

TEST(Judge, TellsAWinnerByMoreThanABusyMachineExplains) {
    netio::Run run;
    add(run, 1024, {150, 151, 152});
    for (Cell& cell : run.cells)
        make_busy(cell, cell.variant == Variant::A1 ? 0.1 : 0.4);
    EXPECT_TRUE(a2_over_a1(run).at(0).difference.more()) << "1.49 x 0.8: the slower one's waiting counts";
    for (Cell& cell : run.cells)
        make_busy(cell, cell.variant == Variant::A1 ? 0.2 : 0.0);
    EXPECT_FALSE(a2_over_a1(run).at(0).difference.more()) << "1.49 x 0.6";
}

TEST(Judge, LeavesHighPercentilesOfABusyMachineUntold) {
    netio::Run run;
    for (unsigned repeat = 0; repeat < 3; ++repeat)
        for (Variant variant : {Variant::A1, Variant::A2}) {
            Cell made = cell(variant, 64, repeat, 1000);
            made.receiver.latency = {};
            for (unsigned i = 0; i < 1000; ++i)
                made.receiver.latency.record((variant == Variant::A1 ? 90'000 : 20'000) + 100 * repeat + i);
            make_busy(made, 0.1);
            run.cells.push_back(made);
        }
    const Comparison comparison = compare({{"run", {run}}}, {});
    const ComparedGroup& group = comparison.groups.at(0);
    EXPECT_THAT(verdict_on(comparison, group, group.pairs.at(0)),
                testing::MatchesRegex("A2 is 4.4. × .* as fast as A1 at p50; no verdict at p99, for the machine was "
                                      "busy[.]"));
}

TEST(Headline, NamesTheFastestWithWhatIsShown) {
    netio::Run run;
    add(run, 1024, {150, 151, 152});
    for (unsigned repeat = 0; repeat < 3; ++repeat)
        run.cells.push_back(cell(Variant::A3, 1024, repeat, 10'000 * (122 + repeat) * (repeat + 1)));
    EXPECT_EQ(headline_of(run), "A2 is the fastest: 0.0220 Gbit/s. It is 1.51 × [1.49, 1.54] as fast as A1 and is 23 % "
                                "[22, 23] faster than A3.");
    EXPECT_TRUE(rank(summarize(run).at(0))->settled());
}

TEST(Headline, NamesAllThatHaveTheSameValueWithOneRepeat) {
    netio::Run run;
    add(run, 1024, {100});
    EXPECT_EQ(headline_of(run), "A1 and A2 have the same throughput, 0.00800 Gbit/s. Not tested: only one repeat.");
    run.cells.push_back(cell(Variant::A3, 1024, 0, 800'000));
    EXPECT_EQ(headline_of(run), "A1 and A2 have the highest throughput, 0.00800 Gbit/s: A1 is 25 % faster than A3. Not "
                                "tested: only one repeat.");
    netio::Run close;
    close.cells = {cell(Variant::A1, 1024, 0, 1'000'000), cell(Variant::A2, 1024, 0, 1'000'300)};
    EXPECT_THAT(headline_of(close),
                HasSubstr("A2 has the highest throughput, 0.00800 Gbit/s: it is 0.03 % faster than A1."));
}

TEST(Headline, DoesNotNameAWinnerThatIsNotShown) {
    netio::Run run;
    add(run, 65536, {103, 180, 263});
    EXPECT_EQ(headline_of(run), "No significant difference between A2 and A1: 1.70 × [0.53, 5.47] as fast (the 95 % "
                                "interval includes 1; A2 was "
                                "faster in 3 of 3 repeats, 1.03–2.63 ×; smallest detectable ratio: 4.31 ×).");
    EXPECT_FALSE(rank(summarize(run).at(0))->settled());
    for (unsigned repeat = 0; repeat < 3; ++repeat)
        run.cells.push_back(cell(Variant::A3, 65536, repeat, 10'000 * (172 + 10 * repeat) * (repeat + 1)));
    EXPECT_THAT(headline_of(run),
                testing::AllOf(StartsWith("A3 ("), HasSubstr("Gbit/s) is 1.82 × [1.59, 2.08] as fast as A1. No "
                                                             "significant difference between A3 and A2: 1.07 × [")))
        << "what is shown of the leader, and what is not";
}

TEST(Headline, TellsAnOpenPairAsCompareDoesWhoeverLeads) {
    netio::Run run;
    add(run, 65536, {38, 97, 55});
    EXPECT_THAT(headline_of(run), StartsWith("No significant difference between A2 and A1: 0.59 × ["));
}

TEST(Ranking, ByLatencyHasTheShortestFirst) {
    netio::Run run;
    for (unsigned repeat = 0; repeat < 3; ++repeat)
        for (Variant variant : {Variant::A1, Variant::A2}) {
            Cell made = cell(variant, 64, repeat, 1000);
            made.receiver.latency = {};
            for (unsigned i = 0; i < 1000; ++i)
                made.receiver.latency.record((variant == Variant::A1 ? 30'000 : 20'000) + 100 * repeat + i);
            run.cells.push_back(made);
        }
    const std::vector<Group> groups = summarize(run);
    const Ranking ranking = rank(groups.at(0), Statistic::p50).value();
    EXPECT_EQ(ranking.leader->merged.variant, Variant::A2);
    EXPECT_TRUE(ranking.settled());
    const Comparison comparison = compare({{"run", {run}}}, {});
    EXPECT_EQ(ranking.rivals.at(0).in_order.ratio->low,
              leading_difference(comparison.request.metrics[0], comparison.groups.at(0).pairs.at(0)).ratio->low)
        << "with the draws of `compare`";
}

Difference made_up(double value, double low, double high, Statistic statistic = Statistic::throughput) {
    Difference difference;
    difference.statistic = statistic;
    difference.available = difference.interval = true;
    difference.ratio = Bounded{value, low, high};
    difference.absolute = {value - 1.0, low - 1.0, high - 1.0};
    difference.shown = low > 1.0 || high < 1.0;
    return difference;
}

TEST(Sentence, TellsLargeRatiosAsFactors) {
    const auto rate = [](double value, double low, double high) {
        return sentence_on(made_up(value, low, high), {Metric::Kind::throughput}, "A2", "A1");
    };
    EXPECT_EQ(rate(3.8, 3.5, 4.1), "A2 is 3.80 × [3.50, 4.10] as fast as A1");
    EXPECT_EQ(rate(1.5, 1.4, 1.6), "A2 is 1.50 × [1.40, 1.60] as fast as A1");
    EXPECT_EQ(rate(1.49, 1.4, 1.58), "A2 is 49 % [40, 58] faster than A1");
    EXPECT_EQ(rate(0.96, 0.945, 0.975), "A2 is 4.0 % [2.5, 5.5] slower than A1");
    EXPECT_EQ(rate(0.25, 0.2, 0.3125), "A2 is 0.25 × [0.20, 0.31] as fast as A1");
    EXPECT_EQ(rate(1.3, 1.003, 2.1), "A2 is 1.30 × [1.003, 2.10] as fast as A1") << "no percentage beyond 100";
    EXPECT_EQ(rate(1.0031, 1.0004, 1.0058), "A2 is 0.31 % [0.04, 0.58] faster than A1");
    EXPECT_EQ(rate(210, 190, 5000), "A2 is 210 × [190, 5,000] as fast as A1");
    EXPECT_EQ(rate(0.001, 0.00095, 1e-3), "A2 is 0.0010 × [0.00095, 0.0010] as fast as A1");
    EXPECT_EQ(rate(2, 1e-12, 1e12),
              "No significant difference between A2 and A1: 2.00 × [<0.0001, >10,000] as fast (the "
              "95 % interval includes 1; all repeats are equal)");
    const auto time = [](double value, double low, double high) {
        return sentence_on(made_up(value, low, high, Statistic::p999), {Metric::Kind::latency}, "A2", "A1");
    };
    EXPECT_EQ(time(0.26, 0.25, 0.4), "A2 is 3.85 × [2.50, 4.00] as fast as A1 at p99.9") << "of time that fell by 74 %";
    EXPECT_EQ(time(2.0, 1.8, 2.2), "A2 takes 2.00 × [1.80, 2.20] as long as A1 at p99.9");
    EXPECT_EQ(time(0.88, 0.85, 0.91), "A2 takes 12 % [9, 15] less time than A1 at p99.9");
}

TEST(Sentence, OnWhatIsOpenTellsSpeedTooWhereTimesWereMeasured) {
    Difference open = made_up(0.8, 0.64, 1.0, Statistic::p50);
    open.pairs = {3, "repeat", 0, 3, 0.5, 0.8};
    open.detectable = 0.2;
    EXPECT_EQ(
        sentence_on(open, {Metric::Kind::latency}, "A2", "A1"),
        "No significant difference between A2 and A1 at p50: 1.25 × [1.00, 1.56] as fast (the 95 % interval includes "
        "1; A2 was faster in 3 of 3 repeats, each by itself 1.25–2.00 ×; smallest detectable difference: 20 %)");
    open.statistic = Statistic::ns_per_byte;
    EXPECT_EQ(sentence_on(open, {Metric::Kind::path, Path::copy_in}, "A2", "A1"),
              "No significant difference between A2 and A1 on copy_in: 0.80 × [0.64, 1.00] the time a byte (the 95 % "
              "interval includes 1; A2 spent less in 3 of 3 repeats, each by itself 0.50–0.80 ×; smallest detectable "
              "difference: 20 %)");
}

TEST(Advice, IsOneNumberForARunAndSaysWhatRemainsOpen) {
    netio::Run run;
    add(run, 1024, {110, 120, 130});
    EXPECT_EQ(advice_on_repeats(summarize(run)).repeats, 4U);
    EXPECT_FALSE(advice_on_repeats(summarize(run)).remains);
    add(run, 4096, {102, 99, 100});
    const Advice both = advice_on_repeats(summarize(run));
    EXPECT_EQ(both.repeats, 4U);
    EXPECT_TRUE(both.remains) << "0.3 % with a spread of 1.5 % takes more than 100 repeats";
    EXPECT_TRUE(a2_over_a1(run).at(1).difference.advice.remains);
    EXPECT_FALSE(a2_over_a1(run).at(0).difference.advice.remains);
}

/// The leader's pairs in a headline; one pair in a finding.
TEST(Advice, IsOnThePairsThatAreTold) {
    netio::Run run;
    for (unsigned repeat = 0; repeat < 3; ++repeat) {
        run.cells.push_back(cell(Variant::A1, 1024, repeat, 1'000'000));
        run.cells.push_back(cell(Variant::A2, 1024, repeat, 10'000 * (110 + 10 * repeat)));
        run.cells.push_back(cell(Variant::A3, 1024, repeat, 10'000 * (102 - repeat)));
    }
    const std::vector<Group> groups = summarize(run);
    const Ranking ranking = rank(groups.at(0)).value();
    EXPECT_EQ(ranking.leader->merged.variant, Variant::A2);
    Advice told;
    for (const Ranking::Rival& rival : ranking.rivals)
        told.add(rival.lead.advice);
    const Advice of_others = advice_on_repeats(differences(groups, Variant::A3, Variant::A1));
    ASSERT_NE(of_others.repeats, told.repeats);
    EXPECT_EQ(advice_on_repeats(groups).repeats, told.repeats);
    for (unsigned repeat = 0; repeat < 3; ++repeat) {
        run.cells.push_back(cell(Variant::A1, 4096, repeat, 1'000'000));
        run.cells.push_back(cell(Variant::A3, 4096, repeat, 10'000 * (102 - repeat)));
    }
    EXPECT_EQ(find(run, "crossover-a3-a1").value().advice.repeats, of_others.repeats);
}

std::string text_of_crossover(const Run& run, std::string_view id = "crossover-a2-a1") {
    const std::optional<Finding> finding = find(run, id);
    return finding ? finding->text() : std::string("nothing");
}

LocatedDifference at(std::uint64_t size, double low, double high) {
    return {{{}, size, 1}, made_up(std::sqrt(low * high), low, high)};
}

Crossing crossing(const std::vector<LocatedDifference>& list) { return crossing_of(list); }

TEST(Crossing, LiesBetweenTheSizesThatAreSettled) {
    const Crossing found =
        crossing({at(64, 0.5, 0.6), at(256, 0.7, 1.2), at(1024, 0.9, 1.3), at(4096, 1.2, 1.4), at(16384, 1.3, 2.0)});
    EXPECT_EQ(found.course, Course::overtakes);
    EXPECT_EQ(found.after, 64U);
    EXPECT_EQ(found.before, 4096U);
    ASSERT_TRUE(found.estimate.has_value());
    EXPECT_GT(*found.estimate, 256.0);
    EXPECT_LT(*found.estimate, 1024.0);
}

TEST(Crossing, IsEstimatedOnAStraightLineOfLogarithms) {
    EXPECT_NEAR(*crossing({at(64, 0.5, 0.5), at(1024, 2.0, 2.0)}).estimate, 256.0, 1e-6) << "halfway in logarithms";
}

TEST(Crossing, KnowsEachCourse) {
    EXPECT_EQ(crossing({at(64, 1.1, 1.2), at(256, 0.9, 1.2)}).course, Course::ahead);
    EXPECT_EQ(crossing({at(64, 0.8, 0.9), at(256, 0.9, 1.2)}).course, Course::behind);
    EXPECT_EQ(crossing({at(64, 0.8, 1.1), at(256, 0.9, 1.2)}).course, Course::open);
    EXPECT_EQ(crossing({at(64, 1.1, 1.2), at(256, 0.8, 0.9)}).course, Course::falls_back);
    EXPECT_EQ(crossing({at(64, 0.8, 0.9), at(256, 1.1, 1.2), at(1024, 0.8, 0.9)}).course, Course::mixed);
    EXPECT_EQ(crossing({at(64, 0.8, 1.0), at(256, 1.0, 1.2)}).course, Course::open) << "an interval that ends at 1";
}

TEST(Crossover, IsTold) {
    netio::Run run;
    add(run, 1024, {80, 81, 82});
    add(run, 4096, {99, 100, 101});
    add(run, 16384, {125, 126, 127});
    EXPECT_EQ(text_of_crossover(run),
              "A2 overtakes A1 between 1 KiB and 16 KiB, at about 4.00 KiB by interpolation; open at 4 KiB (1.00 ×). "
              "Open: the 95 % interval of the ratio over 3 repeats includes 1.");
    EXPECT_EQ(text_of_crossover(run, "crossover-a3-a1"), "nothing") << "A3 was not run";
    EXPECT_NEAR(evidence(found(run, "crossover-a2-a1").evidence, "throughput of A2 / A1", {{}, 4096, 1}), 0.999967,
                1e-6);
}

TEST(Crossover, OutsideOfTheMeasuredRangeIsToldToo) {
    netio::Run behind;
    add(behind, 1024, {80, 81, 82});
    add(behind, 4096, {90, 91, 92});
    EXPECT_EQ(text_of_crossover(behind), "A2 is slower than A1 at 1 KiB and 4 KiB (0.81–0.91 ×). The 95 % "
                                         "interval of each ratio over 3 repeats excludes 1.");
    netio::Run ahead;
    add(ahead, 1024, {130, 131, 132});
    add(ahead, 4096, {120, 121, 122});
    EXPECT_THAT(text_of_crossover(ahead), StartsWith("A2 is faster than A1 at 1 KiB and 4 KiB (1.21–1.31 ×); a "
                                                     "crossing, if any, is below 1 KiB."));
    add(ahead, 16384, {90, 110, 130});
    EXPECT_THAT(text_of_crossover(ahead), StartsWith("A2 is faster than A1 at 1 KiB and 4 KiB (1.21–1.31 ×); open at "
                                                     "16 KiB (1.09 ×). Open: "))
        << "it may cross at 16 KiB";
}

TEST(Crossover, HasARangeOfWhatIsShownAlone) {
    netio::Run run;
    add(run, 1024, {69, 70, 71});
    add(run, 4096, {90, 91, 92});
    add(run, 16384, {100, 130, 169});
    EXPECT_THAT(text_of_crossover(run),
                StartsWith("A2 is slower than A1 at 1 KiB and 4 KiB (0.70–0.91 ×); open at 16 KiB (1.30 ×)."));
}

TEST(Crossover, OfNothingShownHasEstimates) {
    netio::Run run;
    add(run, 1024, {80, 120, 100});
    add(run, 4096, {60, 180, 290});
    EXPECT_EQ(text_of_crossover(run), "No significant difference between A2 and A1 at 1 KiB and 4 KiB (estimates "
                                      "0.99–1.46 ×). Open: the 95 % interval of the ratio over 3 repeats includes 1.");
    EXPECT_GT(found(run, "crossover-a2-a1").advice.repeats, 3U);
}

TEST(Crossover, OfOneRepeatShowsNothingAndSaysSo) {
    netio::Run run;
    add(run, 1024, {80});
    add(run, 4096, {110});
    const Finding finding = found(run, "crossover-a2-a1");
    EXPECT_EQ(finding.fact, "No difference is shown between A2 and A1 at 1 KiB and 4 KiB (estimates 0.80–1.10 ×).");
    EXPECT_EQ(finding.meaning, "One repeat has no interval.");
    EXPECT_TRUE(finding.advice.first);
    EXPECT_TRUE(std::isnan(evidence(finding.evidence, "crossing"))) << "no crossing is interpolated from one repeat";
}

TEST(Crossover, OfARunThatWasInterruptedTellsWhatItShows) {
    netio::Run run;
    add(run, 1024, {80, 81, 82});
    add(run, 4096, {110});
    EXPECT_EQ(text_of_crossover(run),
              "A2 is slower than A1 at 1 KiB (0.81 ×); open at 4 KiB (1.10 ×). One repeat has no interval.");
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
    EXPECT_THAT(text_of_crossover(run), StartsWith("A2 overtakes A1 between 1 KiB and 4 KiB, at about "));
    add(run, 1024, {110, 111, 112}, 4);
    add(run, 4096, {110, 111, 112}, 4);
    EXPECT_THAT(text_of_crossover(run),
                testing::AllOf(StartsWith("With 1 and 2 connections A2 overtakes A1 between 1 KiB and 4 KiB, "),
                               HasSubstr("; with 4 connections A2 is faster than A1")));
}

} // namespace
} // namespace netio::analysis
