// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/merge.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/reasons.h"
#include "cells.h"

namespace netio::analysis {
namespace {

TEST(SumOfFigures, AddsExactOnes) {
    const Figure sum = sum_of(Figure::exact(2), Figure::exact(3));
    EXPECT_EQ(sum.value, 5.0);
    EXPECT_EQ(sum.low, 5.0);
    EXPECT_EQ(sum.high, 5.0);
    EXPECT_EQ(sum.quality, Quality::exact);
}

TEST(SumOfFigures, AddsTheDistancesToTheBoundsAsSquares) {
    const Figure sum = sum_of(Figure::sampled(10, 7, 14), Figure::sampled(20, 16, 23));
    EXPECT_EQ(sum.quality, Quality::sampled);
    EXPECT_DOUBLE_EQ(sum.value, 30.0);
    EXPECT_DOUBLE_EQ(sum.low, 30.0 - 5.0);
    EXPECT_DOUBLE_EQ(sum.high, 30.0 + 5.0);
}

TEST(DifferenceOfFigures, TurnsTheBoundsOfWhatIsTakenAway) {
    const Figure difference = difference_of(Figure::sampled(10, 7, 14), Figure::sampled(20, 17, 24));
    EXPECT_DOUBLE_EQ(difference.value, -10.0);
    EXPECT_DOUBLE_EQ(difference.low, -10.0 - std::hypot(3.0, 4.0));
    EXPECT_DOUBLE_EQ(difference.high, -10.0 + std::hypot(4.0, 3.0));
    EXPECT_EQ(difference_of(Figure::exact(1), Figure::unavailable("no hook")).reason, "no hook");
    EXPECT_DOUBLE_EQ(scaled(Figure::sampled(10, 7, 14), 0.5).high, 7.0);
}

TEST(SumOfFigures, IsAsGoodAsTheWorse) {
    EXPECT_EQ(sum_of(Figure::exact(1), Figure::estimated(1, "guess")).quality, Quality::estimated);
    EXPECT_EQ(sum_of(Figure::exact(1), Figure::estimated(1, "guess")).reason, "guess");
    const Figure unknown = sum_of(Figure::exact(1), Figure::unavailable("no hook"));
    EXPECT_FALSE(unknown.available());
    EXPECT_EQ(unknown.reason, "no hook");
    EXPECT_FALSE(sum_of(Figure::unavailable("no hook"), Figure::exact(1)).available());
}

TEST(SumOfFigures, HasTheReasonsOfBoth) {
    EXPECT_EQ(sum_of(Figure::estimated(1, "23 hits missed by X"), Figure::estimated(1, "23 hits missed by X")).reason,
              "23 hits missed by X")
        << "parts of one cell may share a loss";
    EXPECT_EQ(sum_of(Figure::estimated(1, "one"), Figure::estimated(1, "two; one")).reason, "one; two");
    EXPECT_EQ(sum_of(Figure::unavailable("one"), Figure::unavailable("two")).reason, "one; two");
}

TEST(Reasons, OfRepeatsAddTheirCounts) {
    const auto merged = [](const char* one, const char* other) {
        return merged_reasons(one, other, ReasonsOf::repeats);
    };
    EXPECT_EQ(merged("23 hits missed by X", "23 hits missed by X"), "46 hits missed by X");
    EXPECT_EQ(merged("1 hit missed by X", "1 hit missed by X"), "2 hits missed by X");
    EXPECT_EQ(merged("a guess; 1,230 hits missed by X (1,200) and Y (30)", "4 hits missed by X (1) and Y (3); a guess"),
              "a guess; 1,234 hits missed by X (1,201) and Y (33)");
    EXPECT_EQ(merged("3 hits missed by X", "4 hits missed by Y"), "3 hits missed by X; 4 hits missed by Y");
    EXPECT_EQ(merged("BPF of Linux 5 lacks it", "BPF of Linux 5 lacks it"), "BPF of Linux 5 lacks it") << "no count";
    EXPECT_EQ(merged("", "a guess"), "a guess");
    EXPECT_EQ(merged("a guess", ""), "a guess");
}

TEST(WeightedMean, WeighsValuesAndDistances) {
    const Figure mean = weighted_mean(Figure::sampled(0.2, 0.1, 0.3), 300, Figure::sampled(0.6, 0.2, 0.7), 100);
    EXPECT_DOUBLE_EQ(mean.value, 0.3);
    EXPECT_DOUBLE_EQ(mean.low, 0.3 - std::hypot(0.075, 0.1));
    EXPECT_DOUBLE_EQ(mean.high, 0.3 + std::hypot(0.075, 0.025));
}

TEST(WeightedMean, LeavesOutWhatHasNoWeight) {
    const Figure known = Figure::sampled(0.2, 0.1, 0.3);
    EXPECT_EQ(weighted_mean(known, 10, Figure::unavailable("no samples"), 0).value, 0.2);
    EXPECT_EQ(weighted_mean(Figure::unavailable("no samples"), 0, known, 10).value, 0.2);
    EXPECT_FALSE(weighted_mean(known, 10, Figure::unavailable("why"), 5).available());
}

CpuProfile profile(std::uint64_t samples, double data_copy) {
    CpuProfile cpu;
    cpu.samples = samples;
    cpu.total_ns = Figure::exact(static_cast<double>(samples) * 1e6);
    for (Figure& share : cpu.share)
        share = Figure::exact(0.0);
    cpu.share[index_of(CpuClass::data_copy)] = Figure::exact(data_copy);
    cpu.user_space = Figure::exact(1.0 - data_copy);
    cpu.softirq = Figure::exact(0.5);
    cpu.tracing = Figure::exact(data_copy / 2);
    return cpu;
}

TEST(MergedProfile, IsWeightedBySamples) {
    CpuProfile sum = profile(300, 0.2);
    sum.hottest_symbols = {{"memcpy", 5}, {"tcp_ack", 4}};
    CpuProfile other = profile(100, 0.6);
    other.hottest_symbols = {{"tcp_ack", 3}, {"kfree", 1}};
    add(sum, other);
    EXPECT_EQ(sum.samples, 400U);
    EXPECT_EQ(sum.total_ns.value, 400e6);
    EXPECT_DOUBLE_EQ(sum.share[index_of(CpuClass::data_copy)].value, 0.3);
    EXPECT_DOUBLE_EQ(sum.user_space.value, 0.7);
    EXPECT_DOUBLE_EQ(sum.softirq.value, 0.5);
    EXPECT_DOUBLE_EQ(sum.tracing.value, 0.15);
    const std::vector<std::pair<std::string, std::uint64_t>> expected{{"tcp_ack", 7}, {"memcpy", 5}, {"kfree", 1}};
    EXPECT_EQ(sum.hottest_symbols, expected);
}

TEST(MergedTrace, AddsPathsCallsAndLosses) {
    Trace sum = *sound_cell(Variant::A3).trace;
    Trace other = sum;
    PathFigures& waited = sum.of(Role::receiver).path(Path::wait_recv);
    PathFigures& waited_too = other.of(Role::receiver).path(Path::wait_recv);
    waited.histogram.emplace().record(10);
    waited_too.histogram.emplace().record(20);
    waited.sampled_bytes = 100;
    waited_too.sampled_bytes = 50;
    other.losses = {{"recursion_misses", 2, "calls"}, {"map_full", 1, "bytes"}};
    const double calls = sum.of(Role::sender).path(Path::pin).calls.value;
    add(sum, other);
    EXPECT_EQ(sum.of(Role::sender).path(Path::pin).calls.value, 2 * calls);
    EXPECT_EQ(sum.of(Role::sender).zerocopy.sends, 220U);
    EXPECT_EQ(sum.of(Role::sender).calls.send_calls, 220U);
    EXPECT_EQ(waited.histogram->count(), 2U);
    EXPECT_EQ(waited.sampled_bytes, 150U);
    EXPECT_EQ(waited.time_ns.value, 8000.0);
    EXPECT_EQ(waited.exclusive_ns.value, 7800.0);
    EXPECT_EQ(waited.preempted_ns.value, 200.0);
    ASSERT_EQ(sum.losses.size(), 2U);
    EXPECT_EQ(sum.losses[0].count, 2U);
    EXPECT_EQ(sum.losses[1].name, "map_full");
}

TEST(MergedTrace, HasTheReasonsOfAllRepeats) {
    Trace sum = *sound_cell(Variant::A1).trace;
    const auto bytes = [](Trace& trace) -> Figure& { return trace.of(Role::sender).path(Path::copy_in).bytes; };
    bytes(sum) = Figure::estimated(1, "23 hits missed by X");
    Trace other = sum;
    bytes(other) = Figure::estimated(1, "14 hits missed by X");
    add(sum, other);
    EXPECT_EQ(bytes(sum).reason, "37 hits missed by X");
    CpuProfile one = profile(300, 0.2);
    one.user_space = Figure::estimated(0.1, "3 events lost (X)");
    CpuProfile two = profile(100, 0.2);
    two.user_space = Figure::estimated(0.1, "1 event lost (X)");
    add(one, two);
    EXPECT_EQ(one.user_space.reason, "4 events lost (X)");
}

TEST(MergedTrace, HasNoHistogramOfOnlySomeRepeats) {
    Trace sum = *sound_cell(Variant::A1).trace;
    Trace other = sum;
    sum.of(Role::sender).paths[0].histogram.emplace().record(10);
    add(sum, other);
    EXPECT_FALSE(sum.of(Role::sender).paths[0].histogram.has_value());
}

TEST(MergedTrace, AddsTimeOfSkbPathsAndTheSecondOpinion) {
    Trace sum = *sound_cell(Variant::A3).trace;
    PathFigures& figures = sum.of(Role::sender).path(Path::send_syscall);
    figures.skb_path_ns = Figure::exact(30);
    figures.sampled_time_ns = Figure::sampled(100, 60, 150);
    figures.sampled_bytes = 10;
    Trace other = sum;
    other.of(Role::sender).path(Path::send_syscall).sampled_time_ns = Figure::sampled(50, 20, 62);
    add(sum, other);
    EXPECT_EQ(figures.skb_path_ns.value, 60.0);
    EXPECT_DOUBLE_EQ(figures.sampled_time_ns.value, 150.0);
    EXPECT_DOUBLE_EQ(figures.sampled_time_ns.low, 150.0 - 50.0);
    EXPECT_EQ(figures.sampled_bytes, 20U);
    EXPECT_DOUBLE_EQ(figures.sampled_time_per_byte_ns().value, 7.5);
}

TEST(MergedTrace, AddsCopySitesByReasonAndPath) {
    Trace sum = Trace::of_both_ends();
    sum.of(Role::sender).copied_after_all = {
        {CopyReason::local_delivery, Path::deferred_copy, 10, 1000, {"process_backlog"}},
        {CopyReason::packet_tap, Path::deferred_copy, 2, 200, {"packet_rcv"}}};
    Trace other = Trace::of_both_ends();
    other.of(Role::sender).copied_after_all = {
        {CopyReason::packet_tap, Path::deferred_copy, 5, 5000, {"tpacket_rcv"}},
        {CopyReason::packet_tap, Path::skb_copy, 1, 50, {"packet_rcv"}},
        {CopyReason::local_delivery, Path::deferred_copy, 1, 1, {"process_backlog"}}};
    add(sum, other);
    ASSERT_EQ(sum.of(Role::sender).copied_after_all.size(), 3U);
    EXPECT_EQ(sum.of(Role::sender).copied_after_all[0].reason, CopyReason::packet_tap)
        << "most bytes first, after the merge too";
    EXPECT_EQ(sum.of(Role::sender).copied_after_all[0].calls, 7U);
    EXPECT_EQ(sum.of(Role::sender).copied_after_all[0].bytes, 5200U);
    EXPECT_EQ(sum.of(Role::sender).copied_after_all[1].bytes, 1001U);
    EXPECT_EQ(sum.of(Role::sender).copied_after_all[1].calls, 11U);
    EXPECT_EQ(sum.of(Role::sender).copied_after_all[2].path, Path::skb_copy);
    EXPECT_EQ(sum.of(Role::sender).no_copy_sites, "");
    other.of(Role::sender).no_copy_sites = "no symbols";
    add(sum, other);
    EXPECT_EQ(sum.of(Role::sender).no_copy_sites, "no symbols") << "some repeats are missing from the sums";
}

TEST(MergedTrace, AddsNotifications) {
    Trace sum = Trace::of_both_ends();
    sum.of(Role::sender).notifications = {"", 10, 2, 7, Histogram{}};
    sum.of(Role::sender).notifications.latency->record(100);
    Trace other = Trace::of_both_ends();
    other.of(Role::sender).notifications = {"", 5, 1, 2, Histogram{}};
    other.of(Role::sender).notifications.latency->record(300);
    add(sum, other);
    EXPECT_EQ(sum.of(Role::sender).notifications.read, 15U);
    EXPECT_EQ(sum.of(Role::sender).notifications.merged, 3U);
    EXPECT_EQ(sum.of(Role::sender).notifications.merged_sends, 9U);
    ASSERT_TRUE(sum.of(Role::sender).notifications.latency.has_value());
    EXPECT_EQ(sum.of(Role::sender).notifications.latency->count(), 2U);
    EXPECT_EQ(sum.of(Role::sender).notifications.latency->max(), 300U);
    Trace without = Trace::of_both_ends();
    without.of(Role::sender).notifications.reason = "not hooked";
    add(sum, without);
    EXPECT_EQ(sum.of(Role::sender).notifications.reason, "not hooked");
    EXPECT_FALSE(sum.of(Role::sender).notifications.latency.has_value()) << "of only some repeats";
}

TEST(MergedTrace, AddsSamplesWhereAllHaveThem) {
    Trace sum = Trace::of_both_ends();
    sum.samples = {100, 40, 3, 1};
    add(sum, Trace(sum));
    EXPECT_EQ(sum.samples, (SampleCounts{200, 80, 6, 2}));
    add(sum, Trace::of_both_ends());
    EXPECT_FALSE(sum.samples) << "of only some repeats";
}

TEST(MergedTrace, HasNoTimelineAndNoStacks) {
    Trace sum = Trace::of_both_ends();
    sum.timeline.emplace();
    sum.stacks.emplace();
    add(sum, Trace(sum));
    EXPECT_FALSE(sum.timeline);
    EXPECT_FALSE(sum.stacks);
}

TEST(MergedEnd, AddsCountersOfTheSameEvent) {
    EndResult sum;
    sum.counters = {{"cycles", CounterStatus::counted, 10, 10.0, 5, 5, ""},
                    {"page-faults", CounterStatus::counted, 1, 1.0, 5, 5, ""}};
    EndResult other;
    other.counters = {{"page-faults", CounterStatus::counted, 2, 2.0, 6, 6, ""},
                      {"cycles", CounterStatus::multiplexed, 10, 20.0, 6, 3, "shared"}};
    add(sum, other);
    ASSERT_EQ(sum.counters.size(), 2U);
    EXPECT_EQ(sum.counters[0].raw, 20U);
    EXPECT_EQ(sum.counters[0].scaled, 30.0);
    EXPECT_EQ(sum.counters[0].enabled_ns, 11U);
    EXPECT_EQ(sum.counters[0].running_ns, 8U);
    EXPECT_EQ(sum.counters[0].status, CounterStatus::multiplexed);
    EXPECT_EQ(sum.counters[0].reason, "shared");
    EXPECT_EQ(sum.counters[1].raw, 3U);
    EXPECT_EQ(sum.counters[1].status, CounterStatus::counted);
}

} // namespace
} // namespace netio::analysis
