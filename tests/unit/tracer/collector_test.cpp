// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/collector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace netio::tracer {
namespace {

ProbePlan plan_with_everything(unsigned sample_frequency) {
    Features features;
    const Answer yes{true, "tried", {}};
    features.btf = features.bpf = features.raw_tracepoint = features.cpu_clock_sampling = features.kernel_symbols = yes;
    for (const TracepointProgram& program : tracepoint_programs())
        features.tracepoints[std::string(program.tracepoint)] = yes;
    PlanRequest request;
    request.sample_frequency = sample_frequency;
    return make_plan(features, request);
}

/// As the programs write them: one call of `duration` ns.
std::unique_ptr<netio_timed_figures> one_call(std::uint64_t duration, std::uint64_t bytes) {
    auto figures = std::make_unique<netio_timed_figures>();
    figures->inclusive_ns = duration;
    figures->min_ns = duration + 1;
    figures->max_ns = duration;
    figures->bytes = bytes;
    figures->buckets[netio_histogram_bucket(duration)] = 1;
    return figures;
}

const PathFigures& of(const TraceResult& result, Role role, Path path) {
    return result.paths[index_of(role)][index_of(path)];
}

std::uint64_t lost(const TraceResult& result, const std::string& name) {
    const auto found = std::ranges::find(result.lost, name, &Loss::name);
    EXPECT_NE(found, result.lost.end()) << name;
    return found == result.lost.end() ? 0 : found->count;
}

TEST(TimedSum, AddsCpusUpAndLeavesUnusedOnesOut) {
    TimedSum sum;
    sum.add(netio_timed_figures{});
    auto first = one_call(100, 1000);
    first->nested_ns = 30;
    first->preempted_ns = 20;
    sum.add(*first);
    auto second = one_call(7, 0);
    second->idle_calls = 1;
    sum.add(*second);
    EXPECT_EQ(sum.calls(), 2U);
    EXPECT_EQ(sum.inclusive_ns, 107U);
    EXPECT_EQ(sum.exclusive_ns, 57U);
    EXPECT_EQ(sum.preempted_ns, 20U);
    EXPECT_EQ(sum.histogram.min(), 7U);
    EXPECT_EQ(sum.histogram.max(), 100U);
    EXPECT_EQ(sum.copied.calls, 1U);
    EXPECT_EQ(sum.copied.bytes, 1000U);
}

TEST(TimedSum, ADurationOfZeroIsACall) {
    TimedSum sum;
    sum.add(*one_call(0, 5));
    EXPECT_EQ(sum.calls(), 1U);
    EXPECT_EQ(sum.histogram.min(), 0U);
}

TEST(TimedSum, TellsPinnedFromCopiedBytesAndTakesTheSocketsCount) {
    TimedSum sum;
    auto figures = one_call(50, 4096);
    figures->pin_calls = 1;
    figures->pin_bytes = 4096;
    figures->zero_copy_sends = 1;
    sum.add(*figures);
    EXPECT_EQ(sum.pinned.bytes, 4096U);
    EXPECT_EQ(sum.copied.bytes, 0U);
    EXPECT_EQ(sum.copied.calls, 0U);
    auto less = one_call(50, 1000);
    less->surplus = static_cast<std::uint64_t>(-10);
    sum.add(*less);
    EXPECT_EQ(sum.bytes, 5096U);
    EXPECT_EQ(sum.copied.bytes, 990U) << "the socket has moved 10 bytes less than the call returned";
}

TEST(Collector, PutsCopiesWhereTheirCallsAre) {
    RawCounts raw;
    raw.timed[index_of(Role::sender)][NETIO_PATH_SEND_SYSCALL].add(*one_call(100, 512));
    raw.timed[index_of(Role::receiver)][NETIO_PATH_RECV_SYSCALL].add(*one_call(200, 512));
    const TraceResult result = collect(raw, plan_with_everything(0), 0);
    EXPECT_EQ(of(result, Role::sender, Path::copy_in).bytes.value, 512.0);
    EXPECT_EQ(of(result, Role::receiver, Path::copy_out).bytes.value, 512.0);
    EXPECT_EQ(of(result, Role::receiver, Path::copy_in).bytes.value, 0.0);
    EXPECT_EQ(of(result, Role::sender, Path::send_syscall).time_ns.value, 100.0);
    EXPECT_EQ(of(result, Role::sender, Path::send_syscall).time_ns.quality, Quality::exact);
    EXPECT_EQ(result.calls[index_of(Role::sender)].send_bytes, 512U);
    EXPECT_EQ(result.calls[index_of(Role::receiver)].recv_calls, 1U);
    EXPECT_EQ(of(result, Role::sender, Path::wait_send).bytes.quality, Quality::unavailable);
    EXPECT_FALSE(of(result, Role::sender, Path::wait_send).bytes.reason.empty());
    EXPECT_EQ(of(result, Role::sender, Path::copy_in).time_ns.quality, Quality::unavailable);
    EXPECT_EQ(result.cpu[0].total_ns.quality, Quality::unavailable);
}

TEST(Collector, AddsCompletionsFromBothPlacesAndMissesNone) {
    RawCounts raw;
    raw.zero_copy_watched = true;
    auto& timed = raw.timed[index_of(Role::sender)];
    auto send = one_call(100, 512);
    send->zero_copy_sends = 3;
    timed[NETIO_PATH_SEND_SYSCALL].add(*send);
    timed[NETIO_PATH_ZC_COMPLETE].add(*one_call(1000, 0));
    timed[NETIO_FIGURE_ZC_MERGED].add(*one_call(3000, 0));
    auto& kind = raw.counts[index_of(Role::sender)].kind;
    kind[NETIO_COUNT_ZC_COPIED].calls = 1;
    kind[NETIO_COUNT_ZC_COPIED_MERGED].calls = 1;
    raw.losses.recursion_misses = {{"tp_consume_skb", 5}, {"tp_sys_exit", 0}};
    const TraceResult result = collect(raw, plan_with_everything(0), 0);
    EXPECT_EQ(result.zerocopy.sends, 3U);
    EXPECT_EQ(result.zerocopy.completions, 2U);
    EXPECT_EQ(result.zerocopy.copied, 2U);
    const PathFigures& complete = of(result, Role::sender, Path::zc_complete);
    EXPECT_EQ(complete.calls.value, 2.0);
    EXPECT_EQ(complete.time_ns.value, 4000.0);
    ASSERT_TRUE(complete.histogram.has_value());
    EXPECT_EQ(complete.histogram->max(), 3000U);
    EXPECT_EQ(lost(result, "unseen_completions"), 1U);
    EXPECT_EQ(lost(result, "recursion_misses.tp_consume_skb"), 1U);
    EXPECT_EQ(lost(result, "recursion_misses.tp_sys_exit"), 0U);

    // Nothing is missing: the runs that the program missed did not matter.
    timed[NETIO_FIGURE_ZC_MERGED].add(*one_call(3000, 0));
    const TraceResult whole = collect(raw, plan_with_everything(0), 0);
    EXPECT_EQ(lost(whole, "unseen_completions"), 0U);
    EXPECT_EQ(lost(whole, "recursion_misses.tp_consume_skb"), 0U);
}

TEST(Collector, DoesNotCallUnwatchedZeroCopySendsNone) {
    RawCounts raw;
    auto send = one_call(100, 512);
    raw.timed[index_of(Role::sender)][NETIO_PATH_SEND_SYSCALL].add(*send);
    EXPECT_EQ(of(collect(raw, plan_with_everything(0), 0), Role::sender, Path::deferred_copy).bytes.quality,
              Quality::exact)
        << "without zero-copy sends there is nothing to copy late";
    send->zero_copy_sends = 1;
    raw.timed[index_of(Role::sender)][NETIO_PATH_SEND_SYSCALL].add(*send);
    const TraceResult result = collect(raw, plan_with_everything(0), 0);
    EXPECT_EQ(of(result, Role::sender, Path::deferred_copy).bytes.quality, Quality::unavailable);
    EXPECT_EQ(of(result, Role::sender, Path::zc_complete).calls.quality, Quality::unavailable);
}

TEST(Collector, RetransmissionsMakeDeferredCopiesAnEstimate) {
    RawCounts raw;
    raw.zero_copy_watched = true;
    raw.counts[index_of(Role::sender)].kind[NETIO_COUNT_RETRANSMISSIONS].calls = 2;
    const Figure bytes = of(collect(raw, plan_with_everything(0), 0), Role::sender, Path::deferred_copy).bytes;
    EXPECT_EQ(bytes.quality, Quality::estimated);
    EXPECT_NE(bytes.reason.find("2 segments"), std::string::npos);
}

TEST(Collector, GivesSampledTimesTheBytesThatTheyWereSampledOver) {
    RawCounts raw;
    raw.samples.emplace();
    raw.samples->roles[index_of(Role::receiver)].paths[index_of(Path::copy_out)].inclusive_ns =
        Figure::sampled(5000.0, 4000.0, 6000.0);
    raw.samples->roles[index_of(Role::sender)].cpu.samples = 17;
    const TraceResult result = collect(raw, plan_with_everything(997), 1000);
    const PathFigures& copy_out = of(result, Role::receiver, Path::copy_out);
    EXPECT_EQ(copy_out.sampled_bytes, 1000U);
    EXPECT_EQ(copy_out.time_per_byte_ns().value, 5.0);
    EXPECT_EQ(copy_out.time_per_byte_ns().high, 6.0);
    EXPECT_EQ(result.cpu[index_of(Role::sender)].samples, 17U);
    EXPECT_EQ(of(result, Role::sender, Path::send_syscall).sampled_bytes, 0U);
}

TEST(Losses, AreAllNamedWithWhatTheyTouch) {
    LossCounts counts;
    for (const Loss& loss : list_losses(counts)) {
        EXPECT_EQ(loss.count, 0U) << loss.name;
        EXPECT_FALSE(loss.touches.empty()) << loss.name;
    }
    EXPECT_GE(list_losses(counts).size(), std::size_t{NETIO_LOSS_COUNT} + 2);
    counts.in_programs[NETIO_LOSS_SWITCH_MISSED] = 4;
    counts.missed_samples = 3;
    std::uint64_t sum = 0;
    for (const Loss& loss : list_losses(counts))
        sum += loss.count;
    EXPECT_EQ(sum, 7U);
}

} // namespace
} // namespace netio::tracer
