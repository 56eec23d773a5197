// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/loss.h"

#include <initializer_list>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "model/run_result.h"

namespace netio {
namespace {

PathSet paths(std::initializer_list<Path> list) {
    PathSet set;
    for (Path path : list)
        set.set(index_of(path));
    return set;
}

TEST(Loss, KnowsWhatAMissedReturnOfACallTakesWithIt) {
    const Loss loss = loss_of("recursion_misses.tp_sys_exit", 12);
    EXPECT_EQ(loss.count, 12U);
    EXPECT_EQ(loss.effect, LossEffect::figures);
    EXPECT_EQ(loss.figures.counts, paths({Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall,
                                          Path::tcp_sendmsg, Path::copy_in, Path::pin, Path::copy_out}))
        << "what has closed in a call is added to the figures when it returns";
    EXPECT_TRUE(loss.figures.times[index_of(Path::wait_recv)]);
    EXPECT_FALSE(loss.figures.counts[index_of(Path::wait_recv)]);
    EXPECT_EQ(loss.touches, "system calls and what is nested in them, and times of wait_send, wait_recv");
}

TEST(Loss, IsToldFromItsData) {
    EXPECT_EQ(loss_of("recursion_misses.fexit_skb_splice_from_iter", 1).touches,
              "copy_in, and own times of send_syscall, tcp_sendmsg");
    EXPECT_EQ(loss_of("missed_probes.kprobe_tcp_push", 1).touches,
              "times of copy_in, and own times of send_syscall, tcp_sendmsg: a bracket was too long");
    EXPECT_EQ(loss_of("recursion_misses.tp_netif_receive_skb", 1).touches,
              "calls and bytes of deferred_copy: the attribution of softirqs in samples");
    EXPECT_EQ(loss_of("thread_table_full", 1).touches, "all paths: threads that found no place");
    EXPECT_EQ(loss_of("copy_site_table_full", 1).touches, "the reasons of copies after all: places that found no room");
    EXPECT_EQ(loss_of("recursion_misses.kretprobe_sock_dequeue_err_skb", 1).touches, "the latency of notifications");
}

TEST(Loss, OfATracepointThatStandsInForAHookDoesNotTouchWhatTheHookCounts) {
    EXPECT_TRUE(loss_of("recursion_misses.tp_netif_receive_skb", 1).figures.counts.any());
    const Loss beside_a_hook = loss_of("recursion_misses.tp_netif_receive_skb", 1, true);
    EXPECT_EQ(beside_a_hook.figures, TouchedFigures{});
    EXPECT_EQ(beside_a_hook.touches, "the attribution of softirqs in samples");
    EXPECT_TRUE(loss_of("recursion_misses.tp_sys_exit", 1, true).figures.counts.any());
}

TEST(Loss, TouchesTheOwnTimesOfEveryPathWhoseTimesItTouches) {
    for (std::size_t kind = 0; kind < NETIO_LOSS_COUNT; ++kind) {
        const TouchedFigures figures = loss_of(std::string(loss_name(kind)), 1).figures;
        EXPECT_EQ(figures.times & ~figures.own_times, PathSet()) << loss_name(kind);
    }
}

/// Samples and the timeline are no events that figures lack.
TEST(Loss, OfTicksAndOfTheTimelineIsNoLostEvent) {
    Trace trace;
    for (const char* name : {"missed_samples", "unwalkable_stacks", "recursion_misses.on_sample"}) {
        EXPECT_EQ(loss_of(name, 5).effect, LossEffect::precision) << name;
        trace.losses.push_back(loss_of(name, 5));
    }
    EXPECT_EQ(loss_of("timeline_full", 5).effect, LossEffect::timeline);
    trace.losses.push_back(loss_of("timeline_full", 5));
    EXPECT_EQ(trace.lost_events(), 0U);
    EXPECT_EQ(trace.missed_hits(), 0U);
    trace.losses.push_back(loss_of("unclosed_calls", 2));
    trace.losses.push_back(loss_of("recursion_misses.tp_sys_exit", 3));
    trace.losses.push_back(loss_of("missed_probes.kretprobe_tcp_sendmsg", 4));
    EXPECT_EQ(trace.lost_events(), 9U);
    EXPECT_EQ(trace.missed_hits(), 7U);
}

TEST(Loss, AddsUpByName) {
    std::vector<Loss> sum{loss_of("timeline_full", 1)};
    add_losses(sum, std::vector{loss_of("unclosed_calls", 2), loss_of("timeline_full", 3), loss_of("map_full", 4)});
    ASSERT_EQ(sum.size(), 3U);
    EXPECT_EQ(sum[0].count, 4U);
    EXPECT_EQ(sum[1].name, "unclosed_calls");
    EXPECT_EQ(count_of(sum, LossEffect::figures), 6U);
    EXPECT_EQ(count_of(sum, LossEffect::timeline), 4U);
    EXPECT_EQ(count_of(sum, LossEffect::precision), 0U);
}

TEST(Loss, OfAnUnknownNameIsOneOfFiguresNobodyKnowsWhich) {
    const Loss program = loss_of("recursion_misses.tp_of_tomorrow", 1);
    EXPECT_EQ(program.touches, "figures of tp_of_tomorrow");
    EXPECT_EQ(program.missed_by(), "tp_of_tomorrow");
    EXPECT_EQ(program.effect, LossEffect::figures);
    EXPECT_EQ(loss_of("map_full", 1).touches, "figures of map_full");
    EXPECT_EQ(loss_of("map_full", 1).missed_by(), std::nullopt);
}

TEST(Loss, NamesItsProgram) {
    EXPECT_EQ(loss_of(recursion_misses_of("btf_sys_enter"), 1).missed_by(), "btf_sys_enter");
    EXPECT_EQ(loss_of(missed_probes_of("kprobe_tcp_push"), 1).missed_by(), "kprobe_tcp_push");
    for (const char* program : {"btf_sys_enter", "event_sys_enter"})
        EXPECT_EQ(loss_of(recursion_misses_of(program), 1).touches,
                  loss_of(recursion_misses_of("tp_sys_enter"), 1).touches)
            << program;
}

TEST(LawCheck, HasOneOfFourOutcomes) {
    LawCheck law{"send_calls.sender", "", 10, 9, true, false, {}};
    EXPECT_EQ(law.outcome(), LawOutcome::broken);
    law.missed = {{"unclosed_calls", 1}};
    EXPECT_EQ(law.outcome(), LawOutcome::missed_hits);
    law.holds = true;
    EXPECT_EQ(law.outcome(), LawOutcome::holds);
    law.checked = false;
    EXPECT_EQ(law.outcome(), LawOutcome::unchecked);
}

} // namespace
} // namespace netio
