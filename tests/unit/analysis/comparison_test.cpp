// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/comparison.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/comparison.h"
#include "analysis/phrases.h"
#include "repeats.h"

namespace netio::analysis {
namespace {

using netio::fixed_runs::RepeatMaker;
using ::testing::HasSubstr;

const Metric latency{Metric::Kind::latency};
const Metric throughput{Metric::Kind::throughput};
const Metric copy_in{Metric::Kind::path, Path::copy_in};

ComparisonRequest request_by(Axis axis, std::vector<Metric> metrics) {
    ComparisonRequest request;
    request.axis = axis;
    request.metrics = std::move(metrics);
    return request;
}

Sample sample_of(const Run& run, const Metric& metric = latency, std::uint64_t seed = 1) {
    std::vector<Block> blocks;
    for (const Cell& cell : run.cells)
        blocks.push_back({&cell});
    return estimate(blocks, metric, seed);
}

const Difference& difference_in(const Pair& pair, Statistic statistic) {
    return *std::find_if(pair.differences.begin(), pair.differences.end(),
                         [&](const Difference& difference) { return difference.statistic == statistic; });
}

ComparisonRequest request_of_runs(std::vector<Metric> metrics, double run_spread) {
    ComparisonRequest request = request_by(Axis::run, std::move(metrics));
    request.run_spread = run_spread;
    return request;
}

Comparison compare_runs(Run one, Run other, double run_spread = 0.0) {
    std::vector<ComparedRun> runs;
    runs.push_back({"one", {std::move(one)}});
    runs.push_back({"other", {std::move(other)}});
    return compare(runs, request_of_runs({latency, throughput}, run_spread));
}

const Difference& median_of(const Comparison& comparison) {
    return difference_in(comparison.groups.at(0).pairs.at(0), Statistic::p50);
}

Cell steady_cell(std::uint64_t latency_ns, unsigned messages = 1000) {
    Cell cell;
    cell.variant = Variant::A2;
    cell.field_size = 256;
    cell.threads = 1;
    for (unsigned i = 0; i < messages; ++i)
        cell.receiver.latency.record(latency_ns);
    cell.receiver.messages = messages;
    cell.receiver.payload_bytes = messages * cell.message_size();
    cell.receiver.duration_s = static_cast<double>(latency_ns) * messages / 1e9;
    return cell;
}

TEST(Estimate, OfThroughputIsTheGeometricMeanOfTheRepeats) {
    netio::Run run;
    run.cells = {steady_cell(1000, 1000), steady_cell(4000, 1000)};
    // 2048 bytes in 1 and in 4 µs: as if both took 2 µs.
    const Estimate estimate = sample_of(run, throughput).of(Statistic::throughput);
    EXPECT_DOUBLE_EQ(estimate.value, 2048 * 8 / 2e3);
    // Of ln 1 and ln 4: variance ln(4)^2 / 2, of their mean half of that.
    EXPECT_NEAR(*estimate.log_variance, std::log(4.0) * std::log(4.0) / 4.0, 1e-12);
    EXPECT_TRUE(estimate.draws.empty()) << "nothing is drawn where the variance is known";
}

TEST(Estimate, OfTheMeanHasTheVarianceThatTheTextbookGives) {
    // Repeats of equal weight with the means 1000, 1100 and 1200: the variance of their mean is s^2 / n = 10000 / 3.
    netio::Run run;
    run.cells = {steady_cell(1000), steady_cell(1100), steady_cell(1200)};
    const Sample sample = sample_of(run);
    const Estimate& mean = sample.estimates[index_of(Statistic::mean)];
    EXPECT_DOUBLE_EQ(mean.value, 1100.0);
    ASSERT_TRUE(mean.variance);
    EXPECT_NEAR(*mean.variance, 10000.0 / 3.0, 10000.0 / 3.0 * 0.06);
    EXPECT_EQ(sample.repeats, 3U);
}

TEST(Estimate, MergesHistogramsAndDoesNotAveragePercentiles) {
    // 900 values of 1 µs and 100 of 9 µs: the median of all is 1 µs, the mean of the two medians would be 5 µs.
    netio::Run run;
    run.cells = {steady_cell(1000, 900), steady_cell(9000, 100)};
    EXPECT_NEAR(sample_of(run).estimates[index_of(Statistic::p50)].value, 1000.0, 32.0);
}

TEST(Estimate, GivesNoVarianceWhereThereIsNone) {
    netio::Run run;
    run.cells = {steady_cell(1000)};
    EXPECT_THAT(sample_of(run).estimates[index_of(Statistic::p50)].no_variance, HasSubstr("one repeat"));
    run.cells.push_back(steady_cell(1001));
    const Sample sample = sample_of(run);
    EXPECT_TRUE(sample.estimates[index_of(Statistic::p99)].variance);
    EXPECT_THAT(sample.estimates[index_of(Statistic::max)].no_variance, HasSubstr("largest"));
}

TEST(Estimate, IsTheSameWithTheSameSeed) {
    const netio::Run run = RepeatMaker(7).run(5, 20'000);
    EXPECT_EQ(sample_of(run, latency, 3).estimates[3].variance, sample_of(run, latency, 3).estimates[3].variance);
    EXPECT_NE(sample_of(run, latency, 3).estimates[3].variance, sample_of(run, latency, 4).estimates[3].variance);
}

TEST(Estimate, LeavesSilentRepeatsOutAndSaysSo) {
    netio::Run run;
    run.cells = {steady_cell(1000), steady_cell(1000), steady_cell(1000)};
    run.cells[1].receiver = {};
    EXPECT_EQ(sample_of(run).repeats, 2U);
    EXPECT_EQ(sample_of(run).silent, 1U);
    run.cells = {run.cells[1]};
    const Sample silent = sample_of(run);
    const Estimate& median = silent.estimates[index_of(Statistic::p50)];
    EXPECT_FALSE(median.available());
    EXPECT_THAT(median.reason, HasSubstr("no message was finished"));
}

TEST(Estimate, OfAPathSaysWhyItIsNotThere) {
    netio::Run run;
    run.cells = {steady_cell(1000), steady_cell(1000)};
    EXPECT_EQ(sample_of(run, copy_in).estimates[index_of(Statistic::ns_per_byte)].reason, "not traced");
    for (Cell& cell : run.cells) {
        cell.trace = Trace::of_both_ends();
        PathFigures& figures = cell.trace->of(Role::sender).path(Path::copy_in);
        figures.time_ns = Figure::sampled(500, 400, 600);
        figures.sampled_bytes = 1000;
    }
    const Sample sampled = sample_of(run, copy_in);
    EXPECT_DOUBLE_EQ(sampled.estimates[index_of(Statistic::ns_per_byte)].value, 0.5);
    EXPECT_EQ(sampled.estimates[index_of(Statistic::ns_per_byte)].quality, Quality::sampled);
    EXPECT_THAT(sampled.estimates[index_of(Statistic::p50)].reason, HasSubstr("only sampled"));
}

/// Repeats of 1000 sampled payload bytes with so many nanoseconds on copy_in.
Run sampled_copies(const std::vector<double>& times_ns) {
    netio::Run run;
    for (double time_ns : times_ns) {
        Cell cell = steady_cell(1000);
        cell.trace = Trace::of_both_ends();
        PathFigures& figures = cell.trace->of(Role::sender).path(Path::copy_in);
        figures.time_ns = Figure::sampled(time_ns, 0.0, 2.0 * time_ns);
        figures.sampled_bytes = 1000;
        run.cells.push_back(std::move(cell));
    }
    return run;
}

TEST(Estimate, OfAPathIsForEachPayloadByteHoweverItWasTimed) {
    netio::Run run = sampled_copies({500, 500});
    for (Cell& cell : run.cells) {
        cell.sender.total_payload_bytes = 2000;
        PathFigures& figures = cell.trace->of(Role::sender).path(Path::copy_in);
        figures.time_ns = Figure::exact(500);
        figures.bytes = Figure::exact(100);
    }
    EXPECT_DOUBLE_EQ(sample_of(run, copy_in).estimates[index_of(Statistic::ns_per_byte)].value, 0.25)
        << "500 ns over 2000 bytes of payload, of which 100 took the path";
}

TEST(Estimate, OfAPercentileTakesFiveValuesBeyondIt) {
    netio::Run run;
    run.cells = {steady_cell(1000, 25), steady_cell(1001, 25)};
    EXPECT_TRUE(sample_of(run).estimates[index_of(Statistic::p90)].variance)
        << "(1 - 0.9) x 50 is less than 5 in floating point only";
    run.cells.back() = steady_cell(1001, 24);
    EXPECT_FALSE(sample_of(run).estimates[index_of(Statistic::p90)].variance);
}

TEST(Difference, KeepsItsRatioWhereADrawIsNothing) {
    // The draw of the repeat without a sample alone is 0, which has no logarithm.
    const Sample base = sample_of(sampled_copies({0, 500, 1000}), copy_in);
    const Sample other = sample_of(sampled_copies({5000, 5000, 5000}), copy_in, 2);
    EXPECT_FALSE(base.estimates[index_of(Statistic::ns_per_byte)].log_variance);
    const Difference difference = difference_of(base, other, Statistic::ns_per_byte);
    ASSERT_TRUE(difference.interval);
    ASSERT_TRUE(difference.ratio);
    EXPECT_DOUBLE_EQ(difference.ratio->value, 10.0);
    // Variance 0.25 / 3 of the mean 0.5; t(2) = 4.303, and 1.061 for 4 times in 5.
    const double standard_error = std::sqrt(0.25 / 3.0);
    EXPECT_NEAR(difference.absolute.high - 4.5, 4.303 * standard_error, 0.1);
    EXPECT_DOUBLE_EQ(difference.ratio->high, 1.0 + difference.absolute.high / 0.5);
    EXPECT_DOUBLE_EQ(difference.ratio->low, 1.0 + difference.absolute.low / 0.5);
    EXPECT_NEAR(difference.detectable, (4.303 + 1.061) * standard_error / 0.5, 0.25);
    EXPECT_TRUE(difference.shown);
    const Difference smaller =
        difference_of(base, sample_of(sampled_copies({10, 10, 10}), copy_in, 2), Statistic::ns_per_byte);
    EXPECT_EQ(smaller.ratio->low, 0.0) << "no ratio is below it";
}

TEST(Difference, HasStudentsIntervalOfTheFewestRepeats) {
    netio::Run one;
    one.cells = {steady_cell(1000), steady_cell(1100), steady_cell(1200)};
    netio::Run other;
    other.cells = {steady_cell(2000), steady_cell(2200), steady_cell(2400)};
    const Difference mean = difference_of(sample_of(one), sample_of(other, latency, 2), Statistic::mean);
    ASSERT_TRUE(mean.interval);
    EXPECT_DOUBLE_EQ(mean.ratio->value, 2.0);
    // The logarithms of 1000, 1100, 1200 have s = 0.0912; SE of the ratio = 0.0912 x sqrt(2 / 3); t = 4.303 with 2.
    EXPECT_NEAR(std::log(mean.ratio->high / mean.ratio->value), 4.303 * 0.0912 * std::sqrt(2.0 / 3.0), 0.02);
    EXPECT_NEAR(std::log(mean.ratio->value / mean.ratio->low), 4.303 * 0.0912 * std::sqrt(2.0 / 3.0), 0.02);
    EXPECT_NEAR(mean.absolute.high, 1100.0 * (mean.ratio->high - 1.0), 1e-6);
    EXPECT_TRUE(mean.shown);
}

TEST(Difference, WithoutSpreadIsStillNoBetterThanTheBuckets) {
    // All repeats are alike, and all values but two lie somewhere in the bucket [992, 1024): the doubt of either side
    // is 31 ns of 1008, so that the ratio is known to 1.96 x sqrt(2 / 12) x 3.1 % at best.
    netio::Run run;
    for (int i = 0; i < 5; ++i) {
        run.cells.push_back(steady_cell(1000));
        run.cells.back().receiver.latency.record(992);
        run.cells.back().receiver.latency.record(1023);
    }
    const Difference median = difference_of(sample_of(run), sample_of(run, latency, 2), Statistic::p50);
    EXPECT_FALSE(median.shown);
    EXPECT_NEAR(std::log(median.ratio->high), 1.96 * std::sqrt(2.0 / 12.0) * 16.0 / 1000.0, 1e-3);
}

TEST(Difference, OfRoundingAloneIsNone) {
    netio::Run one;
    one.cells = {steady_cell(1000), steady_cell(1000)};
    netio::Run other = one;
    for (Cell& cell : other.cells)
        cell.receiver.duration_s *= 1.0 + 1e-15;
    const Difference difference =
        difference_of(sample_of(one, throughput), sample_of(other, throughput), Statistic::throughput);
    EXPECT_FALSE(difference.shown);
    EXPECT_EQ(difference.absolute.value, 0.0);
}

/// Of how many tries the difference at the median is shown.
int shown_of(int tries, unsigned repeats, double factor, double spread, double run_spread = 0.0) {
    int shown = 0;
    for (int i = 0; i < tries; ++i) {
        RepeatMaker maker(1000 + static_cast<std::uint64_t>(i));
        const netio::Run one = maker.run(repeats, 20'000, spread);
        const netio::Run other = maker.run(repeats, 20'000 * factor, spread);
        shown += median_of(compare_runs(one, other, run_spread)).shown ? 1 : 0;
    }
    return shown;
}

// In 100 tries of which each goes wrong in 1 of 20, more than 10 do so in 1 of 100.
TEST(Difference, IsRarelyShownWhereThereIsNone) {
    EXPECT_LE(shown_of(100, 3, 1.0, 0.02), 10);
    EXPECT_LE(shown_of(100, 5, 1.0, 0.02), 10);
    EXPECT_LE(shown_of(50, 10, 1.0, 0.005), 7);
}

TEST(Difference, OfFivePercentIsFound) {
    EXPECT_GE(shown_of(50, 5, 1.05, 0.01), 48);
    EXPECT_GE(shown_of(50, 5, 1.05, 0.005, 0.01), 45);
}

/// Two sides of `turns` runs each, made one second apart, that differ by `factor`. Each run as a whole is slower or
/// faster by `spread`, and each pair of them by `drift`.
struct Turns {
    unsigned turns = 5;
    unsigned repeats = 1;
    double factor = 1.0;
    double spread = 0.0;
    double drift = 0.0;
    bool in_turn = true;
};

std::string second(unsigned number) {
    const std::string digits = std::to_string(number);
    return "2026-01-01T00:00:" + std::string(2 - digits.size(), '0') + digits + "Z";
}

std::vector<ComparedRun> make_turns(std::uint64_t seed, const Turns& turns) {
    RepeatMaker maker(seed);
    std::mt19937_64 generator(seed);
    std::normal_distribution<double> normal;
    std::vector<ComparedRun> runs{{"one", {}}, {"other", {}}};
    for (unsigned turn = 0; turn < turns.turns; ++turn) {
        const double level = 20'000.0 * std::exp(turns.drift * normal(generator));
        for (unsigned side = 0; side < 2; ++side) {
            const double own = level * std::exp(turns.spread * normal(generator)) * (side == 0 ? 1.0 : turns.factor);
            Run run = maker.run(turns.repeats, own, 0.005);
            run.environment.started_at = second(turns.in_turn ? 2 * turn + side : turn + side * turns.turns);
            runs[side].parts.push_back(std::move(run));
        }
    }
    return runs;
}

/// Of how many tries the difference at the median is shown.
int shown_of(int tries, const Turns& turns) {
    int shown = 0;
    for (int i = 0; i < tries; ++i)
        shown += median_of(compare(make_turns(static_cast<std::uint64_t>(i), turns), request_of_runs({latency}, 0.03)))
                     .shown;
    return shown;
}

TEST(Difference, BetweenRunsInTurnIsThatOfPairs) {
    EXPECT_GE(shown_of(40, {.turns = 10, .factor = 1.05, .spread = 0.01, .drift = 0.1}), 36);
    EXPECT_LE(shown_of(40, {.turns = 10, .factor = 1.05, .spread = 0.01, .drift = 0.1, .in_turn = false}), 12);
    EXPECT_LE(shown_of(100, {.turns = 5, .spread = 0.03, .drift = 0.1}), 10);
}

TEST(Difference, BetweenRunsInTurnDoesNotDependOnTheOrderInWhichTheyAreNamed) {
    std::vector<ComparedRun> runs = make_turns(1, {.turns = 5});
    std::ranges::reverse(runs[0].parts);
    EXPECT_TRUE(compare(runs, request_of_runs({latency}, 0.03)).groups[0].pairs[0].in_pairs);
    runs = make_turns(1, {.turns = 5, .in_turn = false});
    EXPECT_FALSE(compare(runs, request_of_runs({latency}, 0.03)).groups[0].pairs[0].in_pairs);
}

TEST(Difference, BetweenSeveralRunsHasTheRunsForItsBlocks) {
    // Repeats of a run agree within 0.5 %, and runs differ by 5 %: with repeats for blocks, nearly all would be shown.
    EXPECT_LE(shown_of(100, {.turns = 4, .repeats = 5, .spread = 0.05, .in_turn = false}), 10);
    // Two runs a side tell too little of what runs differ by.
    const Comparison two = compare(make_turns(1, {.turns = 2, .repeats = 5}), request_of_runs({latency}, 0.03));
    EXPECT_EQ(two.groups[0].pairs[0].run_spread, 0.03);
    EXPECT_EQ(two.groups[0].entries[0].sample.blocks.size(), 10U);
    const Comparison three = compare(make_turns(1, {.turns = 3, .repeats = 5}), request_of_runs({latency}, 0.03));
    EXPECT_EQ(three.groups[0].pairs[0].run_spread, 0.0);
    EXPECT_EQ(three.groups[0].entries[0].sample.blocks.size(), 3U);
    EXPECT_EQ(three.groups[0].entries[0].sample.repeats, 15U);
    EXPECT_THAT(verdict_on(three, three.groups[0], three.groups[0].pairs[0]),
                HasSubstr("; other was slower in 2 of 3 runs, "));
    const Comparison unpaired =
        compare(make_turns(1, {.turns = 3, .repeats = 5, .in_turn = false}), request_of_runs({latency}, 0.03));
    EXPECT_THAT(verdict_on(unpaired, unpaired.groups[0], unpaired.groups[0].pairs[0]),
                HasSubstr("; 15 repeats in 3 runs each; "));
}

TEST(Difference, BetweenSingleRunsDoesNotTrustItsGuess) {
    // 5 repeats that agree: what is left is the spread, times Student's t of 4 degrees of freedom and not 1.96.
    netio::Run run;
    for (const std::uint64_t latency_ns : {9999U, 10000U, 10000U, 10000U, 10001U})
        run.cells.push_back(steady_cell(latency_ns));
    const Difference mean =
        difference_of(sample_of(run), sample_of(run, latency, 2), Statistic::mean, {.run_spread = 0.03});
    EXPECT_NEAR(std::log(mean.ratio->high), 2.776 * 0.03, 1e-3);
}

TEST(Difference, OfFivePercentIsNotFoundWhereRepeatsDifferByMoreWithoutSayingThatThereIsNone) {
    EXPECT_LE(shown_of(50, 3, 1.05, 0.1), 10);
    RepeatMaker maker(5);
    const netio::Run one = maker.run(3, 20'000, 0.1);
    const Difference median = median_of(compare_runs(one, maker.run(3, 20'000, 0.1)));
    EXPECT_GT(median.detectable, 0.15);
}

TEST(Comparison, OfARunWithItselfShowsNothing) {
    const netio::Run run = RepeatMaker(3).run(4, 50'000, 0.05);
    const Comparison comparison = compare_runs(run, run);
    EXPECT_EQ(comparison.shown, 0U);
    EXPECT_GT(comparison.intervals, 4U);
    EXPECT_EQ(comparison.groups[0].pairs[0].distance->wasserstein_ns, 0.0);
    EXPECT_TRUE(comparison.warnings.empty());
}

Run grid() {
    netio::Run run;
    for (const Variant variant : default_variants())
        for (const std::uint64_t field_size : {64, 1024})
            for (const unsigned threads : {1U, 2U})
                for (unsigned repeat = 0; repeat < 2; ++repeat) {
                    Cell cell = steady_cell(1000 + field_size + threads + 100 * index_of(variant) + repeat);
                    cell.variant = variant;
                    cell.field_size = field_size;
                    cell.threads = threads;
                    cell.repeat = repeat;
                    run.cells.push_back(std::move(cell));
                }
    return run;
}

TEST(Comparison, PutsTogetherWhatDiffersInTheAxisAlone) {
    const std::vector<ComparedRun> runs{{"run", {grid()}}};
    EXPECT_EQ(default_axis(runs), Axis::variant);
    const Comparison by_variant = compare(runs, request_by(Axis::variant, {latency}));
    ASSERT_EQ(by_variant.groups.size(), 4U);
    for (const ComparedGroup& group : by_variant.groups) {
        ASSERT_EQ(group.entries.size(), 3U);
        EXPECT_EQ(group.entries[group.baseline].key.variant, Variant::A1);
        ASSERT_EQ(group.pairs.size(), 3U) << "the headline's pair may be A3 and A2";
        EXPECT_TRUE(group.with_baseline(group.pairs[1]));
        EXPECT_FALSE(group.with_baseline(group.pairs[2]));
        EXPECT_EQ(group.entries[group.pairs[2].baseline].key.variant, Variant::A2);
        EXPECT_EQ(group.entries[group.pairs[2].other].key.variant, Variant::A3);
        for (const Entry& entry : group.entries) {
            EXPECT_EQ(entry.key.field_size, group.entries[0].key.field_size);
            EXPECT_EQ(entry.key.threads, group.entries[0].key.threads);
            EXPECT_EQ(entry.sample.repeats, 2U);
        }
    }
    EXPECT_EQ(compare(runs, request_by(Axis::threads, {latency})).groups.size(), 6U);
    EXPECT_EQ(compare(runs, request_by(Axis::field_size, {latency, throughput})).groups.size(), 12U);
}

TEST(Comparison, TakesCellsOfARunRepeatByRepeat) {
    netio::Run run = grid();
    const Comparison whole = compare({{"run", {run}}}, request_by(Axis::variant, {latency}));
    EXPECT_TRUE(whole.groups[0].pairs[0].in_pairs);
    EXPECT_TRUE(compare({{"run", {run}}}, request_by(Axis::threads, {latency})).groups[0].pairs[0].in_pairs)
        << "as the answers on connections have it";
    // A repeat of one variant alone is missing.
    std::erase_if(run.cells, [](const Cell& cell) { return cell.variant == Variant::A2 && cell.repeat == 1; });
    EXPECT_FALSE(compare({{"run", {run}}}, request_by(Axis::variant, {latency})).groups[0].pairs[0].in_pairs);
}

TEST(Comparison, TakesTheBaselineThatWasNamed) {
    ComparisonRequest request = request_by(Axis::variant, {latency});
    request.baseline.emplace();
    request.baseline->variant = Variant::A3;
    const Comparison comparison = compare({{"run", {grid()}}}, request);
    const ComparedGroup& group = comparison.groups.at(0);
    EXPECT_EQ(group.entries[group.baseline].key.variant, Variant::A3);
    EXPECT_EQ(group.entries[group.pairs.at(0).other].key.variant, Variant::A1);
    EXPECT_EQ(group.pairs.size(), 2U) << "and compares nothing else";
}

TEST(Comparison, SaysWhatRunsDoNotHaveInCommon) {
    const auto only = [](std::uint64_t size) {
        netio::Run run = grid();
        std::erase_if(run.cells, [&](const Cell& cell) { return cell.field_size != size; });
        return run;
    };
    const std::vector<std::uint64_t> sizes{grid().cells.front().field_size, grid().cells.back().field_size};
    const std::vector<ComparedRun> runs{{"one", {only(sizes[0])}}, {"two", {only(sizes[1])}}};
    const ComparisonRequest by_run = request_by(Axis::run, {latency});
    EXPECT_TRUE(compare(runs, by_run).groups.empty());
    EXPECT_EQ(why_nothing(runs, by_run), "no cell is in two of the runs; field sizes: " + binary_size(sizes[0]) +
                                             " in one, " + binary_size(sizes[1]) + " in two");
    netio::Run alone = grid();
    alone.cells.resize(1);
    EXPECT_THAT(why_nothing({{"one", {alone}}}, request_by(Axis::field_size, {latency})),
                ::testing::StartsWith("there is one cell: A1, 8 × "));
}

TEST(Comparison, KnowsARunAgain) {
    const netio::Run run = grid();
    EXPECT_TRUE(is_same_run(run, netio::Run(run)));
    netio::Run other = run;
    other.cells.back().receiver.latency.record(1);
    EXPECT_FALSE(is_same_run(run, other)) << "begun in the same second";
    other = run;
    other.environment.started_at = "2026-01-02T03:04:06Z";
    EXPECT_TRUE(is_same_run(run, other)) << "a date is easily changed, and latencies are not those of another run";
    netio::Run nothing = run;
    for (Cell& cell : nothing.cells)
        cell.receiver.messages = 0;
    other = nothing;
    other.environment.started_at = "2026-01-02T03:04:06Z";
    EXPECT_FALSE(is_same_run(nothing, other)) << "nothing was measured in either";
}

TEST(Comparison, SaysWhichCellsHaveNothingBesideThem) {
    netio::Run smaller = grid();
    std::erase_if(smaller.cells, [](const Cell& cell) { return cell.variant == Variant::A3; });
    ComparisonRequest request = request_by(Axis::run, {latency});
    std::vector<ComparedRun> runs{{"all", {grid()}}, {"fewer", {std::move(smaller)}}};
    const Comparison comparison = compare(runs, request);
    EXPECT_EQ(comparison.groups.size(), 8U);
    ASSERT_EQ(comparison.left_out.size(), 4U);
    EXPECT_THAT(comparison.left_out[0], HasSubstr("A3"));
}

TEST(Comparison, SaysWhatElseDiffersBetweenRuns) {
    netio::Run one = grid();
    netio::Run other = grid();
    one.environment.kernel_release = "6.1.0";
    other.environment.kernel_release = "6.12.0";
    one.environment.settings["net.core.optmem_max"] = "131072";
    other.spec.think_time_ns = 500;
    one.spec.duration_s = 0.5;
    other.spec.sample_frequency = 1511;
    other.spec.timeline_ms = 10.0;
    other.spec.stacks = true;
    other.spec.events = {"cycles", "page-faults"};
    const Comparison comparison = compare_runs(one, other);
    EXPECT_THAT(comparison.warnings,
                ::testing::UnorderedElementsAre(
                    "Kernel: 6.1.0 in one, 6.12.0 in other.", "Think time: none in one, 500 ns in other.",
                    "Seconds a cell: 0.5 in one, 2 in other.",
                    "Samples per second and CPU: 97 Hz in one, 1,511 Hz in other.",
                    "Timeline: none in one, 10 ms in other.", "Kernel stacks kept: no in one, yes in other.",
                    "Events: none in one, cycles, page-faults in other.",
                    "Not recorded in other, and may differ: net.core.optmem_max."));
}

std::string verdict_between(const Run& one, const Run& other) {
    const Comparison comparison = compare_runs(one, other);
    return verdict_on(comparison, comparison.groups[0], comparison.groups[0].pairs[0]);
}

TEST(Verdict, IsOneSentence) {
    RepeatMaker maker(11);
    const netio::Run base = maker.run(5, 20'000, 0.005);
    const std::string faster = verdict_between(base, maker.run(5, 16'000, 0.005));
    EXPECT_THAT(faster,
                ::testing::MatchesRegex("other takes [12][0-9] % .[0-9]+, [0-9]+. less time than one at p50; .*"));
    EXPECT_THAT(verdict_between(base, maker.run(5, 60'000, 0.005)),
                ::testing::MatchesRegex("other takes [23][.][0-9]+ × .* as long as one at p50.*"));
    EXPECT_THAT(
        verdict_between(base, maker.run(5, 20'000, 0.005)),
        ::testing::MatchesRegex("No significant difference between other and one at p50: 1.00 × .* .the 95 % interval "
                                "includes 1; 5 repeats each; smallest detectable difference: [0-9.]+ %.[.]"));
    EXPECT_THAT(verdict_between(maker.run(1, 20'000), maker.run(1, 30'000)),
                HasSubstr("more time than one at p50 (not tested: only one repeat)."));
}

std::string verdict_on_copies(const Run& one, const Run& other) {
    const Comparison comparison = compare({{"one", {one}}, {"other", {other}}}, request_of_runs({copy_in}, 0.0));
    return verdict_on(comparison, comparison.groups[0], comparison.groups[0].pairs[0]);
}

TEST(Verdict, IsGrammarOfOneThing) {
    const auto verdict = [](Axis axis) {
        const Comparison comparison = compare({{"run", {grid()}}}, request_by(axis, {latency}));
        return verdict_on(comparison, comparison.groups[0], comparison.groups[0].pairs[0]);
    };
    EXPECT_THAT(verdict(Axis::threads), ::testing::MatchesRegex("(The|.* the) cell with [0-9]+ connections? .*"));
    EXPECT_THAT(verdict(Axis::field_size), ::testing::MatchesRegex("(The|.* the) cell of 8 × .*"));
}

TEST(Verdict, OnAPathThatOneDoesNotHaveIsNone) {
    netio::Run without = sampled_copies({0, 0});
    for (Cell& cell : without.cells) {
        PathFigures& figures = cell.trace->of(Role::sender).path(Path::copy_in);
        figures.calls = figures.bytes = Figure::exact(0.0);
    }
    EXPECT_EQ(verdict_on_copies(sampled_copies({500, 500}), without),
              "No comparison of other and one on copy_in: A2 has no copy_in.");
}

TEST(Verdict, OnNothingHasNoRatio) {
    EXPECT_EQ(
        verdict_on_copies(sampled_copies({0, 0}), sampled_copies({0, 0})),
        "No significant difference between other and one on copy_in (2 repeats each; a value of 0 has no ratio).");
    EXPECT_EQ(verdict_on_copies(sampled_copies({500, 500}), sampled_copies({0, 0})),
              "other spends 0.500 ns a byte less than one on copy_in.");
}

/// No sample in a path is no time of 0 for certain.
TEST(Difference, OfPathsWithoutASampleIsAsDoubtfulAsTheyAre) {
    netio::Run none = sampled_copies({0, 0});
    for (Cell& cell : none.cells)
        cell.trace->of(Role::sender).path(Path::copy_in).time_ns = Figure::sampled(0.0, 0.0, 400.0);
    const Difference difference =
        difference_of(sample_of(none, copy_in), sample_of(none, copy_in, 2), Statistic::ns_per_byte);
    ASSERT_TRUE(difference.interval);
    EXPECT_FALSE(difference.shown);
    EXPECT_LT(difference.absolute.low, -0.2) << "400 ns over 2000 bytes";
    EXPECT_GT(difference.absolute.high, 0.2);
}

TEST(Verdict, NamesWhatDiffersInItsTailAlone) {
    netio::Run one;
    netio::Run other;
    for (const std::uint64_t latency_ns : {980U, 1000U, 1020U}) {
        one.cells.push_back(steady_cell(latency_ns));
        other.cells.push_back(steady_cell(latency_ns, 900));
        for (int i = 0; i < 100; ++i)
            other.cells.back().receiver.latency.record(1800);
    }
    EXPECT_THAT(
        verdict_between(one, other),
        ::testing::MatchesRegex("other takes [0-9.]+ × .* as long as one at p99; no significant difference at p50[.]"))
        << "what is shown comes first";
}

} // namespace
} // namespace netio::analysis
