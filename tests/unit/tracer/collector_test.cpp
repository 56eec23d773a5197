// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/collector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "tracer_features.h"

namespace netio::tracer {
namespace {

ProbePlan plan_of(const Features& features, unsigned sample_frequency) {
    PlanRequest request;
    request.sample_frequency = sample_frequency;
    return make_plan(features, request);
}

ProbePlan tracepoint_plan(unsigned sample_frequency) { return plan_of(only_tracepoints(), sample_frequency); }

ProbePlan exact_plan(unsigned sample_frequency = 0) { return plan_of(everything(), sample_frequency); }

/// As the programs write them: one call of `duration` ns.
std::unique_ptr<netio_timed_figures> one_call(std::uint64_t duration, std::uint64_t bytes) {
    auto figures = std::make_unique<netio_timed_figures>();
    figures->inclusive_ns = duration;
    figures->min_ns = duration;
    figures->max_ns = duration;
    figures->bytes = bytes;
    figures->buckets[netio_histogram_bucket(duration)] = 1;
    return figures;
}

const PathFigures& of(const Trace& result, Role role, Path path) { return result.of(role).path(path); }

RawCounts both() {
    RawCounts raw;
    for (const Subject& subject : both_ends())
        raw.subjects.emplace_back().subject = subject;
    return raw;
}

RawSubject& of(RawCounts& raw, Role role) { return raw.subjects[subject_of(role)]; }

SampleStatistics samples_of_both() {
    SampleStatistics samples;
    samples.subjects.resize(2);
    return samples;
}

std::uint64_t lost(const Trace& result, const std::string& name) {
    const auto found = std::ranges::find(result.losses, name, &Loss::name);
    EXPECT_NE(found, result.losses.end()) << name;
    return found == result.losses.end() ? 0 : found->count;
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

TEST(TimedSum, WhatWasRestartedIsTimeAndNoCall) {
    TimedSum sum;
    netio_timed_figures alone{}; // on this CPU
    alone.min_ns = NETIO_NO_CALL;
    alone.restarted_ns = 5000;
    alone.nested_ns = 4000;
    sum.add(alone);
    auto beside = one_call(100, 1000);
    beside->restarted_ns = 7000;
    beside->nested_ns = 6000;
    sum.add(*beside);
    EXPECT_EQ(sum.calls(), 1U);
    EXPECT_EQ(sum.inclusive_ns, 12100U);
    EXPECT_EQ(sum.exclusive_ns, 2100U);
    EXPECT_EQ(sum.histogram.sum(), 100U);
    EXPECT_EQ(sum.histogram.min(), 100U);
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

/// A million bytes a call on each of four CPUs, as many calls as a bucket holds.
TEST(TimedSum, AddsUpIn64Bits) {
    constexpr std::uint64_t calls = std::numeric_limits<std::uint32_t>::max();
    TimedSum sum;
    for (int cpu = 0; cpu < 4; ++cpu) {
        auto figures = one_call(1000, calls * 1'000'000);
        figures->buckets[netio_histogram_bucket(1000)] = calls;
        figures->inclusive_ns = calls * 1000;
        sum.add(*figures);
    }
    EXPECT_EQ(sum.calls(), 4 * calls);
    EXPECT_EQ(sum.inclusive_ns, 4 * calls * 1000);
    EXPECT_EQ(sum.copied.bytes, 4 * calls * 1'000'000);
    EXPECT_EQ(sum.copied.calls, 4 * calls);
    EXPECT_EQ(sum.wrapped, 0U);
}

/// The programs count a duration as record() does in bpf/histogram.bpf.h.
TEST(TimedSum, TellsABucketThatWentPastItsEnd) {
    for (const std::uint64_t duration : {1U, 31U, 1000U, 2'000'000'000U}) {
        auto figures = one_call(duration, 0);
        std::uint32_t& bucket = figures->buckets[netio_histogram_bucket(duration)];
        bucket = std::numeric_limits<std::uint32_t>::max() - 2;
        figures->inclusive_ns = std::uint64_t{bucket} * duration;
        figures->idle_calls = bucket;
        const auto record = [&] {
            figures->inclusive_ns += duration;
            figures->idle_calls += 1;
            ++bucket;
        };
        record();
        record();
        TimedSum full;
        full.add(*figures);
        EXPECT_EQ(full.wrapped, 0U) << duration;
        EXPECT_EQ(full.calls(), std::numeric_limits<std::uint32_t>::max());
        record();
        record();
        record();
        TimedSum wrapped;
        wrapped.add(*figures);
        EXPECT_EQ(wrapped.wrapped, 1U) << duration;
        EXPECT_EQ(wrapped.copied.calls, 0U) << "not less than none";

        RawCounts raw = both();
        of(raw, Role::receiver).timed[NETIO_PATH_RECV_SYSCALL] = wrapped;
        const Trace result = collect(raw, exact_plan(), 0);
        EXPECT_EQ(lost(result, "wrapped_counts"), 1U);
        EXPECT_EQ(result.lost_events(), 1U);
    }
}

/// Durations anywhere in their buckets add up to what the buckets allow.
TEST(TimedSum, TakesNoLongDurationForABucketThatWentPastItsEnd) {
    TimedSum sum;
    for (const std::uint64_t duration :
         {std::uint64_t{63}, std::uint64_t{4'500'000'000}, std::uint64_t{1} << 40U, std::uint64_t{1} << 62U})
        sum.add(*one_call(duration, 0));
    EXPECT_EQ(sum.wrapped, 0U);
}

TEST(Collector, PutsCopiesWhereTheirCallsAre) {
    RawCounts raw = both();
    of(raw, Role::sender).timed[NETIO_PATH_SEND_SYSCALL].add(*one_call(100, 512));
    of(raw, Role::receiver).timed[NETIO_PATH_RECV_SYSCALL].add(*one_call(200, 512));
    const Trace result = collect(raw, tracepoint_plan(0), 0);
    EXPECT_EQ(of(result, Role::sender, Path::copy_in).bytes.value, 512.0);
    EXPECT_EQ(of(result, Role::receiver, Path::copy_out).bytes.value, 512.0);
    EXPECT_EQ(of(result, Role::receiver, Path::copy_in).bytes.value, 0.0);
    EXPECT_EQ(of(result, Role::sender, Path::send_syscall).time_ns.value, 100.0);
    EXPECT_EQ(of(result, Role::sender, Path::send_syscall).time_ns.quality, Quality::exact);
    EXPECT_EQ(result.of(Role::sender).calls.send_bytes, 512U);
    EXPECT_EQ(result.of(Role::receiver).calls.recv_calls, 1U);
    EXPECT_EQ(of(result, Role::sender, Path::wait_send).bytes.quality, Quality::unavailable);
    EXPECT_FALSE(of(result, Role::sender, Path::wait_send).bytes.reason.empty());
    EXPECT_EQ(of(result, Role::sender, Path::copy_in).time_ns.quality, Quality::unavailable);
    EXPECT_EQ(result.of(Role::sender).cpu.total_ns.quality, Quality::unavailable);
}

TEST(Collector, LosesNoCompletionWhereNoneIsFollowed) {
    Features features = only_tracepoints();
    features.kernel_symbols = {false, "/proc/kallsyms shows all addresses as 0", {}};
    const ProbePlan plan = plan_of(features, 0);
    ASSERT_EQ(plan.paths[index_of(Path::zc_complete)].calls, Quality::unavailable);
    RawCounts raw = both();
    raw.zero_copy_watched = true;
    auto send = one_call(100, 512);
    send->zero_copy_sends = 3;
    of(raw, Role::sender).timed[NETIO_PATH_SEND_SYSCALL].add(*send);
    raw.losses.in_programs[NETIO_LOSS_SEND_OVERTAKEN] = 2;
    raw.losses.in_programs[NETIO_LOSS_SOCKET_TABLE_FULL] = 1;
    EXPECT_EQ(collect(raw, plan, 0).lost_events(), 1U) << "what is not followed is not lost; the rest is";
    EXPECT_EQ(collect(raw, tracepoint_plan(0), 0).lost_events(), 6U);
}

TEST(Collector, AddsCompletionsFromBothPlacesAndMissesNone) {
    RawCounts raw = both();
    raw.zero_copy_watched = true;
    auto& timed = of(raw, Role::sender).timed;
    auto send = one_call(100, 512);
    send->zero_copy_sends = 3;
    timed[NETIO_PATH_SEND_SYSCALL].add(*send);
    timed[NETIO_PATH_ZC_COMPLETE].add(*one_call(1000, 0));
    timed[NETIO_FIGURE_ZC_MERGED].add(*one_call(3000, 0));
    auto& kind = of(raw, Role::sender).counts.kind;
    kind[NETIO_COUNT_ZC_COPIED].calls = 1;
    kind[NETIO_COUNT_ZC_COPIED_MERGED].calls = 1;
    raw.losses.recursion_misses = {{"tp_consume_skb", 5}, {"tp_sys_exit", 0}};
    const Trace result = collect(raw, tracepoint_plan(0), 0);
    EXPECT_EQ(result.of(Role::sender).zerocopy.sends, 3U);
    EXPECT_EQ(result.of(Role::sender).zerocopy.completions, 2U);
    EXPECT_EQ(result.of(Role::sender).zerocopy.copied, 2U);
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
    const Trace whole = collect(raw, tracepoint_plan(0), 0);
    EXPECT_EQ(lost(whole, "unseen_completions"), 0U);
    EXPECT_EQ(lost(whole, "recursion_misses.tp_consume_skb"), 0U);
}

TEST(Collector, DoesNotCallUnwatchedZeroCopySendsNone) {
    RawCounts raw = both();
    auto send = one_call(100, 512);
    of(raw, Role::sender).timed[NETIO_PATH_SEND_SYSCALL].add(*send);
    EXPECT_EQ(of(collect(raw, tracepoint_plan(0), 0), Role::sender, Path::deferred_copy).bytes.quality, Quality::exact)
        << "without zero-copy sends there is nothing to copy late";
    send->zero_copy_sends = 1;
    of(raw, Role::sender).timed[NETIO_PATH_SEND_SYSCALL].add(*send);
    const Trace result = collect(raw, tracepoint_plan(0), 0);
    EXPECT_EQ(of(result, Role::sender, Path::deferred_copy).bytes.quality, Quality::unavailable);
    EXPECT_EQ(of(result, Role::sender, Path::zc_complete).calls.quality, Quality::unavailable);
}

/// A zero-copy send of 512 bytes whose fate is watched.
RawCounts one_pinned_send() {
    RawCounts raw = both();
    raw.zero_copy_watched = true;
    auto send = one_call(100, 512);
    send->zero_copy_sends = send->pin_calls = 1;
    send->pin_bytes = 512;
    of(raw, Role::sender).timed[NETIO_PATH_SEND_SYSCALL].add(*send);
    return raw;
}

Figure deferred_bytes(const RawCounts& raw, const ProbePlan& plan = tracepoint_plan(0)) {
    return of(collect(raw, plan, 0), Role::sender, Path::deferred_copy).bytes;
}

constexpr double unbounded = std::numeric_limits<double>::infinity();

TEST(Collector, WithoutHooksKnowsOfDeferredCopiesWhatWasSeenAtLeast) {
    RawCounts raw = one_pinned_send();
    auto& kind = of(raw, Role::sender).counts.kind;
    kind[NETIO_COUNT_ZC_COPIED].calls = 1;
    kind[NETIO_COUNT_DEFERRED_COPY] = {1, 512};
    EXPECT_FALSE(deferred_bytes(raw).available());
    EXPECT_EQ(deferred_bytes(raw).bounds, (Bounds{512.0, unbounded})) << "a packet tap may have had a copy too";
    EXPECT_NE(deferred_bytes(raw).reason.find("packet tap"), std::string::npos);
    kind[NETIO_COUNT_DEFERRED_COPY] = {};
    EXPECT_EQ(deferred_bytes(raw).bounds, (Bounds{0.0, unbounded})) << "copied elsewhere, and not: not at all";
    kind[NETIO_COUNT_DEFERRED_COPY] = {2, 1024};
    EXPECT_EQ(deferred_bytes(raw).bounds, (Bounds{512.0, unbounded})) << "a bridge shows a packet twice";
}

TEST(Collector, WithoutHooksKnowsThatNothingWasCopiedWhereCompletionsSaySo) {
    RawCounts raw = one_pinned_send();
    EXPECT_EQ(deferred_bytes(raw).quality, Quality::exact);
    EXPECT_EQ(deferred_bytes(raw).value, 0.0);
    Features features = only_tracepoints();
    features.kernel_symbols = {false, "/proc/kallsyms shows all addresses as 0", {}};
    EXPECT_EQ(deferred_bytes(raw, plan_of(features, 0)).bounds, (Bounds{0.0, unbounded})) << "no completion is known";
    EXPECT_EQ(deferred_bytes(raw, exact_plan()).quality, Quality::exact);
}

TEST(Collector, SaysThatSegmentsWereSentAgain) {
    RawCounts raw = one_pinned_send();
    auto& kind = of(raw, Role::sender).counts.kind;
    kind[NETIO_COUNT_ZC_COPIED].calls = 1;
    kind[NETIO_COUNT_DEFERRED_COPY] = {1, 512};
    EXPECT_EQ(deferred_bytes(raw).reason.find("retransmitted"), std::string::npos);
    kind[NETIO_COUNT_RETRANSMISSIONS].calls = 2;
    EXPECT_NE(deferred_bytes(raw).reason.find("retransmitted"), std::string::npos);
}

TEST(Collector, TellsTheSamplesOfCopiesThatNoProbeCounts) {
    using Site = CopyEvidence::Site;
    RawCounts raw = both();
    raw.samples = samples_of_both();
    raw.samples->period_ns = 10.0;
    raw.samples->copy_sites = {Site{CopyReason::local_delivery, Path::deferred_copy, 50, {}},
                               Site{CopyReason::packet_tap, Path::deferred_copy, 7, {}},
                               Site{CopyReason::linearized, Path::linearize, 4, {"__pskb_pull_tail"}},
                               Site{CopyReason::other, Path::skb_copy, 2, {}}};
    const CopyEvidence hooked = collect(raw, exact_plan(97), 0).copy_evidence.value();
    EXPECT_EQ(hooked.sites.size(), 4U);
    EXPECT_EQ(hooked.uncounted, 0U);
    const CopyEvidence sampled = collect(raw, tracepoint_plan(97), 0).copy_evidence.value();
    EXPECT_EQ(sampled.uncounted, 13U) << "copies on delivery are counted";
    EXPECT_EQ(sampled.uncounted_ns.value, 130.0);
    EXPECT_GT(sampled.uncounted_ns.high, 130.0);
    EXPECT_FALSE(collect(both(), tracepoint_plan(0), 0).copy_evidence->uncounted_ns.available());
}

TEST(Collector, GivesSampledTimesTheBytesThatTheyWereSampledOver) {
    RawCounts raw = both();
    raw.samples = samples_of_both();
    raw.samples->subjects[subject_of(Role::receiver)].paths[index_of(Path::copy_out)].inclusive_ns =
        Figure::sampled(5000.0, 4000.0, 6000.0);
    raw.samples->subjects[subject_of(Role::sender)].cpu.samples = 17;
    const Trace result = collect(raw, tracepoint_plan(997), 1000);
    const PathFigures& copy_out = of(result, Role::receiver, Path::copy_out);
    EXPECT_EQ(copy_out.sampled_bytes, 1000U);
    EXPECT_EQ(copy_out.time_ns.high, 6000.0);
    EXPECT_EQ(result.of(Role::sender).cpu.samples, 17U);
    EXPECT_EQ(of(result, Role::sender, Path::wait_send).sampled_bytes, 0U) << "no stack shows waiting";
}

TEST(Collector, TakesTheTimedFiguresOfHookedPaths) {
    RawCounts raw = both();
    raw.zero_copy_watched = true;
    auto& timed = of(raw, Role::sender).timed;
    // What the sequence numbers say of a call must not be taken where the copy itself was seen.
    timed[NETIO_PATH_SEND_SYSCALL].add(*one_call(1000, 512));
    timed[NETIO_PATH_COPY_IN].add(*one_call(70, 500));
    timed[NETIO_PATH_COPY_IN].add(*one_call(30, 12));
    timed[NETIO_PATH_PIN].add(*one_call(11, 100));
    timed[NETIO_PATH_TCP_SENDMSG].add(*one_call(900, 0));
    timed[NETIO_PATH_DEFERRED_COPY].add(*one_call(40, 4096));
    timed[NETIO_PATH_LINEARIZE].add(*one_call(20, 128));
    timed[NETIO_PATH_SKB_COPY].add(*one_call(25, 64));
    timed[NETIO_PATH_ZC_COMPLETE].add(*one_call(5000, 0));
    of(raw, Role::sender).counts.kind[NETIO_COUNT_DEFERRED_COPY] = {9, 99};
    of(raw, Role::receiver).timed[NETIO_PATH_RECV_SYSCALL].add(*one_call(300, 512));
    of(raw, Role::receiver).timed[NETIO_PATH_COPY_OUT].add(*one_call(60, 511));

    for (const Features& features : {everything(), without_fentry(everything())}) {
        const Trace result = collect(raw, plan_of(features, 0), 0);
        const PathFigures& copy_in = of(result, Role::sender, Path::copy_in);
        EXPECT_EQ(copy_in.calls.value, 2.0);
        EXPECT_EQ(copy_in.bytes.value, 512.0);
        EXPECT_EQ(copy_in.bytes.quality, Quality::exact);
        EXPECT_EQ(copy_in.time_ns.value, 100.0);
        EXPECT_EQ(copy_in.time_ns.quality, Quality::bracketed);
        EXPECT_FALSE(copy_in.time_ns.reason.empty());
        ASSERT_TRUE(copy_in.histogram.has_value());
        EXPECT_EQ(copy_in.histogram->max(), 70U);
        const std::array<std::pair<Path, double>, 4> bytes{
            {{Path::pin, 100.0}, {Path::deferred_copy, 4096.0}, {Path::linearize, 128.0}, {Path::skb_copy, 64.0}}};
        for (const auto& [path, value] : bytes) {
            const PathFigures& figures = of(result, Role::sender, path);
            EXPECT_EQ(figures.bytes.value, value) << name_of(path);
            EXPECT_EQ(figures.bytes.quality, Quality::exact) << name_of(path);
            EXPECT_EQ(figures.calls.value, 1.0) << name_of(path);
            EXPECT_EQ(figures.time_ns.quality, Quality::exact) << name_of(path);
        }
        EXPECT_EQ(of(result, Role::sender, Path::tcp_sendmsg).time_ns.value, 900.0);
        EXPECT_EQ(of(result, Role::sender, Path::tcp_sendmsg).bytes.quality, Quality::unavailable);
        EXPECT_EQ(of(result, Role::sender, Path::zc_complete).time_ns.value, 5000.0);
        const PathFigures& copy_out = of(result, Role::receiver, Path::copy_out);
        EXPECT_EQ(copy_out.bytes.value, 511.0) << "what was copied, not what the call returned";
        EXPECT_EQ(copy_out.time_ns.value, 60.0);
        EXPECT_EQ(copy_out.time_ns.quality, Quality::bracketed);
        EXPECT_EQ(copy_out.backend, Backend::tracepoint);
    }
}

TEST(Collector, SaysWhereSamplesAreKnownToShowTooMuch) {
    RawCounts raw = both();
    raw.samples = samples_of_both();
    const Trace result = collect(raw, tracepoint_plan(997), 0);
    EXPECT_NE(of(result, Role::sender, Path::deferred_copy).time_ns.reason, "");
    EXPECT_EQ(of(result, Role::sender, Path::copy_in).time_ns.reason, "");
}

TEST(Collector, GivesCallsTheTimeOfSkbPathsInside) {
    RawCounts raw = both();
    auto send = one_call(1000, 512);
    send->nested_ns = 400;
    send->skb_path_ns = 150;
    auto& sum = of(raw, Role::sender).timed[NETIO_PATH_SEND_SYSCALL];
    sum.add(*send);
    sum.add(*send);
    const Trace result = collect(raw, exact_plan(), 0);
    const PathFigures& figures = of(result, Role::sender, Path::send_syscall);
    EXPECT_EQ(figures.skb_path_ns.value, 300.0);
    EXPECT_EQ(figures.skb_path_ns.quality, Quality::exact);
    EXPECT_EQ(figures.exclusive_ns.value, 1200.0);
    EXPECT_EQ(of(result, Role::receiver, Path::recv_syscall).skb_path_ns.value, 0.0);
}

TEST(Collector, DoesNotCallTheTimeOfSkbPathsNoneWhereNobodyLooked) {
    RawCounts raw = both();
    of(raw, Role::sender).timed[NETIO_PATH_SEND_SYSCALL].add(*one_call(1000, 512));
    const Trace sampled = collect(raw, tracepoint_plan(997), 0);
    EXPECT_FALSE(of(sampled, Role::sender, Path::send_syscall).skb_path_ns.available());
    EXPECT_FALSE(of(sampled, Role::sender, Path::send_syscall).skb_path_ns.reason.empty());
    const Trace exact = collect(raw, exact_plan(), 0);
    EXPECT_EQ(of(exact, Role::sender, Path::send_syscall).skb_path_ns.quality, Quality::exact);
    EXPECT_FALSE(of(exact, Role::sender, Path::tcp_sendmsg).skb_path_ns.available()) << "no system call";
    Features features = everything();
    features.functions["skb_copy_bits"] = {};
    const Figure partly = of(collect(raw, plan_of(features, 0), 0), Role::sender, Path::send_syscall).skb_path_ns;
    EXPECT_EQ(partly.quality, Quality::exact) << "it is taken out of the call's own time";
    EXPECT_EQ(partly.reason, "without linearize, skb_copy");
}

TEST(Collector, GivesEachMissingSecondOpinionItsReason) {
    RawCounts raw = both();
    raw.samples = samples_of_both();
    for (auto& role : raw.samples->subjects)
        for (SampledPath& path : role.paths)
            path.inclusive_ns = Figure::sampled(1.0, 0.0, 2.0);
    for (const Trace& result : {collect(raw, tracepoint_plan(997), 1), collect(both(), tracepoint_plan(0), 1)})
        for (Path path : all_paths) {
            const Figure& opinion = of(result, Role::sender, path).sampled_time_ns;
            EXPECT_TRUE(opinion.available() || !opinion.reason.empty()) << name_of(path);
        }
    EXPECT_EQ(of(collect(raw, tracepoint_plan(997), 1), Role::sender, Path::pin).sampled_time_ns.reason,
              "time_ns comes from samples already");
}

TEST(Collector, DoesNotGiveSampledPathsTheTimeOfSkbPathsInside) {
    const Trace result = collect(both(), tracepoint_plan(997), 0);
    EXPECT_FALSE(of(result, Role::sender, Path::copy_in).skb_path_ns.available());
    EXPECT_FALSE(of(result, Role::sender, Path::copy_in).skb_path_ns.reason.empty());
}

TEST(Collector, AddsTheSamplersSecondOpinionToTimesThatWereMeasured) {
    RawCounts raw = both();
    of(raw, Role::sender).timed[NETIO_PATH_COPY_IN].add(*one_call(100, 512));
    raw.samples = samples_of_both();
    auto& sampled = raw.samples->subjects[subject_of(Role::sender)].paths;
    sampled[index_of(Path::copy_in)].inclusive_ns = Figure::sampled(90.0, 70.0, 110.0);
    sampled[index_of(Path::wait_send)].inclusive_ns = Figure::sampled(1.0, 0.0, 2.0);
    const Trace result = collect(raw, exact_plan(997), 1000);
    const PathFigures& copy_in = of(result, Role::sender, Path::copy_in);
    EXPECT_EQ(copy_in.time_ns.value, 100.0) << "the sampler's figure stands beside it, not in its place";
    EXPECT_EQ(copy_in.time_ns.quality, Quality::bracketed);
    EXPECT_EQ(copy_in.sampled_time_ns.value, 90.0);
    EXPECT_EQ(copy_in.sampled_time_ns.quality, Quality::sampled);
    EXPECT_EQ(copy_in.sampled_time_ns.low, 70.0);
    EXPECT_EQ(copy_in.sampled_bytes, 1000U);
    EXPECT_DOUBLE_EQ(copy_in.sampled_time_per_byte_ns().high, 0.11);
    for (Path path : {Path::wait_send, Path::wait_recv, Path::zc_complete}) {
        const PathFigures& figures = of(result, Role::sender, path);
        EXPECT_FALSE(figures.sampled_time_ns.available()) << name_of(path);
        EXPECT_FALSE(figures.sampled_time_ns.reason.empty()) << name_of(path);
        EXPECT_EQ(figures.sampled_bytes, 0U) << name_of(path);
    }
}

TEST(Collector, HasNoSecondOpinionWithoutSampling) {
    const Trace result = collect(both(), exact_plan(), 1000);
    for (Role role : all_roles)
        for (Path path : all_paths) {
            const PathFigures& figures = of(result, role, path);
            EXPECT_FALSE(figures.sampled_time_ns.available()) << name_of(path);
            EXPECT_EQ(figures.sampled_time_ns.reason, "sampling was off") << name_of(path);
            EXPECT_EQ(figures.sampled_bytes, 0U) << name_of(path);
        }
}

TEST(Collector, TellsNotificationsOfEachSubjectApart) {
    RawCounts raw = both();
    for (Role role : all_roles) {
        auto& kind = of(raw, role).counts.kind;
        kind[NETIO_COUNT_ZC_RANGES] = {10, 25};
        kind[NETIO_COUNT_ZC_RANGES_MERGED] = {4, 19};
        of(raw, role).timed[NETIO_FIGURE_ZC_NOTIFIED].add(*one_call(role == Role::sender ? 3000 : 7000, 0));
    }
    const Trace result = collect(raw, exact_plan(), 0);
    for (Role role : all_roles) {
        const Notifications& notifications = result.of(role).notifications;
        EXPECT_EQ(notifications.reason, "");
        EXPECT_EQ(notifications.read, 10U);
        EXPECT_EQ(notifications.merged, 4U);
        EXPECT_EQ(notifications.merged_sends, 19U) << "sends, not notifications";
        ASSERT_TRUE(notifications.latency.has_value());
        EXPECT_EQ(notifications.latency->count(), 1U);
        EXPECT_EQ(notifications.latency->max(), role == Role::sender ? 3000U : 7000U);
    }
}

TEST(Collector, SaysWhyItKnowsNothingOfNotificationsAndCopySites) {
    RawCounts raw = both();
    of(raw, Role::sender).counts.kind[NETIO_COUNT_ZC_RANGES] = {10, 25};
    raw.no_copy_sites = "skb_copy_ubufs() cannot be hooked here";
    const Trace result = collect(raw, tracepoint_plan(0), 0);
    EXPECT_FALSE(result.of(Role::sender).notifications.reason.empty());
    EXPECT_FALSE(result.of(Role::sender).notifications.latency.has_value());
    EXPECT_EQ(result.of(Role::sender).notifications.read, 0U) << "a number without a meaning";
    EXPECT_EQ(result.of(Role::sender).no_copy_sites, raw.no_copy_sites);
}

TEST(Collector, PassesCopySitesOn) {
    RawCounts raw = both();
    of(raw, Role::sender).copied_after_all = {{CopyReason::packet_tap, Path::deferred_copy, 2, 8192, {"packet_rcv"}}};
    const Trace result = collect(raw, exact_plan(), 0);
    ASSERT_EQ(result.of(Role::sender).copied_after_all.size(), 1U);
    EXPECT_EQ(result.of(Role::sender).copied_after_all[0].bytes, 8192U);
    EXPECT_EQ(result.of(Role::sender).no_copy_sites, "");
}

} // namespace
} // namespace netio::tracer
