// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/losses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tracer_features.h"

namespace netio::tracer {
namespace {

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

TEST(Losses, HaveOneNameEach) {
    std::set<std::string> names;
    for (const Loss& loss : list_losses({}))
        EXPECT_TRUE(names.insert(loss.name).second) << loss.name;
    EXPECT_TRUE(names.contains("copy_site_table_full"));
}

TEST(Losses, CountsEachKindUnderItsOwnName) {
    for (std::size_t kind = 0; kind < NETIO_LOSS_COUNT; ++kind) {
        LossCounts counts;
        counts.in_programs[kind] = 5;
        const std::vector<Loss> list = list_losses(counts);
        EXPECT_EQ(std::ranges::count(list, 5U, &Loss::count), 1) << kind;
    }
    LossCounts counts;
    counts.in_programs[NETIO_LOSS_SITE_TABLE_FULL] = 1;
    const std::vector<Loss> list = list_losses(counts);
    EXPECT_EQ(std::ranges::find(list, 1U, &Loss::count)->name, "copy_site_table_full");
}

std::string touched_by_misses_of(const std::string& program) {
    LossCounts counts;
    counts.recursion_misses[program] = 1;
    const std::vector<Loss> list = list_losses(counts);
    const auto found = std::ranges::find(list, "recursion_misses." + program, &Loss::name);
    EXPECT_NE(found, list.end()) << program;
    return found == list.end() ? std::string() : found->touches;
}

/// Each of the two programs handles what the other one misses.
TEST(Losses, OfAProbeWithTwoProgramsAreWhatBothMissed) {
    const auto lost = [](std::uint64_t one, std::uint64_t again) {
        LossCounts counts;
        counts.recursion_misses = {{"tp_tcp_destroy_sock", one}, {"again_tcp_destroy_sock", again}};
        return count_of(list_losses(counts), LossEffect::figures);
    };
    EXPECT_EQ(lost(243, 0), 0U);
    EXPECT_EQ(lost(0, 7), 0U);
    EXPECT_EQ(lost(243, 2), 2U);
}

TEST(Losses, OfTicksAreNoLostEvents) {
    LossCounts counts;
    counts.missed_samples = 3;
    counts.recursion_misses[std::string(sampler_program)] = 3;
    counts.in_programs[NETIO_LOSS_STACK] = 3;
    Trace trace;
    trace.losses = list_losses(counts);
    EXPECT_EQ(trace.lost_events(), 0U);
}

TEST(Losses, OfPacketsThatCameInTouchNoCopiesThatAHookCounts) {
    LossCounts counts;
    counts.recursion_misses["tp_netif_receive_skb"] = 2;
    const auto touched = [](const LossCounts& of) {
        const std::vector<Loss> list = list_losses(of);
        return std::ranges::find(list, "recursion_misses.tp_netif_receive_skb", &Loss::name)->figures.counts;
    };
    EXPECT_TRUE(touched(counts)[index_of(Path::deferred_copy)]);
    counts.deferred_copy_hooked = true;
    EXPECT_TRUE(touched(counts).none());
}

/// A program that is named nowhere gets a text that says nothing: each that a plan can name has its own.
TEST(Losses, OfEveryProgramSayWhatTheyTouch) {
    std::set<std::string> programs{std::string(sampler_program)};
    for (const Features& features :
         {everything(), without_fentry(everything()), only_tracepoints(), with_preemptible_tracepoints(everything())})
        for (const PlannedProgram& program : make_plan(features, {}).programs)
            programs.insert(program.name);
    EXPECT_GT(programs.size(), 2 * (probes_of(ProbeKind::function).size() - 2)) << "all but those that calibrate";
    for (const std::string& program : programs) {
        const std::string touches = touched_by_misses_of(program);
        EXPECT_FALSE(touches.empty()) << program;
        EXPECT_NE(touches, "figures of " + program);
    }
    EXPECT_EQ(touched_by_misses_of("no_such_program"), "figures of no_such_program");
}

TEST(Losses, OfAllFourProgramsOfAFunctionAreTheSame) {
    for (const Probe& function : probes_of(ProbeKind::function)) {
        const std::string touches = touched_by_misses_of(entry_program(Backend::fentry, function.name));
        EXPECT_EQ(touched_by_misses_of(exit_program(Backend::fentry, function.name)), touches) << function.name;
        EXPECT_EQ(touched_by_misses_of(entry_program(Backend::kprobe, function.name)), touches) << function.name;
        EXPECT_EQ(touched_by_misses_of(exit_program(Backend::kprobe, function.name)), touches) << function.name;
    }
    EXPECT_EQ(touched_by_misses_of("kretprobe_sock_dequeue_err_skb"), "the latency of notifications");
}

/// A kprobe that was busy never reached its program: a loss of its own, beside the program's recursion.
TEST(Losses, OfProbesStandBesideThoseOfTheirPrograms) {
    LossCounts counts;
    counts.probe_misses["kretprobe_skb_copy_ubufs"] = 7;
    counts.recursion_misses["kretprobe_skb_copy_ubufs"] = 2;
    const std::vector<Loss> list = list_losses(counts);
    const auto probe = std::ranges::find(list, "missed_probes.kretprobe_skb_copy_ubufs", &Loss::name);
    ASSERT_NE(probe, list.end());
    EXPECT_EQ(probe->count, 7U);
    EXPECT_TRUE(probe->figures.counts[index_of(Path::deferred_copy)]);
    EXPECT_EQ(std::ranges::find(list, "recursion_misses.kretprobe_skb_copy_ubufs", &Loss::name)->count, 2U);
}

} // namespace
} // namespace netio::tracer
