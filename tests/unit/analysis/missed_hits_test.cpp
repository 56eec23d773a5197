// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/copies.h"
#include "analysis/missed_hits.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/comparison.h"
#include "cells.h"

namespace netio::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Two send calls and one receive call whose return tp_sys_exit missed, with what was nested in them.
Cell cell_with_missed_returns(Variant variant = Variant::A1) {
    Cell cell = sound_cell(variant);
    cell.trace->losses = {loss_of("recursion_misses.tp_sys_exit", 3), loss_of("recursion_misses.tp_sys_enter", 0),
                          loss_of("unclosed_calls", 3), loss_of("missed_samples", 40)};
    traced(cell, Role::sender).send_calls -= 2;
    traced(cell, Role::sender).send_bytes -= 2 * cell.field_size;
    path(cell, Role::sender, Path::copy_in).bytes.value -= 2 * static_cast<double>(cell.field_size);
    traced(cell, Role::receiver).recv_calls -= 1;
    traced(cell, Role::receiver).recv_bytes -= cell.field_size;
    path(cell, Role::receiver, Path::copy_out).bytes.value -= static_cast<double>(cell.field_size);
    set_exact(cell, Role::sender, Path::send_syscall, 878, traced(cell, Role::sender).send_bytes);
    return cell;
}

Cell weighed(Cell cell) {
    cell.laws = check_laws(cell);
    weigh_losses(cell);
    return cell;
}

LawOutcome outcome_of(const Cell& cell, const char* law) { return find_law(cell.laws, law)->outcome(); }

TEST(MissedHits, LeaveALawThatDiffersNeitherHeldNorBroken) {
    const Cell cell = weighed(cell_with_missed_returns());
    for (const char* law : {"send_calls.sender", "send_bytes.sender", "recv_calls.receiver", "recv_bytes.receiver",
                            "copy_in_bytes.sender", "copy_out_bytes.receiver"}) {
        EXPECT_EQ(outcome_of(cell, law), LawOutcome::missed_hits) << law;
        EXPECT_THAT(find_law(cell.laws, law)->missed,
                    ElementsAre(MissedHits{"recursion_misses.tp_sys_exit", 3}, MissedHits{"unclosed_calls", 3}))
            << law;
    }
    EXPECT_EQ(outcome_of(cell, "send_calls.receiver"), LawOutcome::holds) << "its sides are equal";
    EXPECT_TRUE(find_law(cell.laws, "send_calls.receiver")->missed.empty());
}

TEST(MissedHits, DoNotExcuseALawThatRestsOnOtherPaths) {
    Cell cell = cell_with_missed_returns(Variant::A3);
    cell.trace->of(Role::sender).zerocopy.completions -= 1;
    cell.sender.zerocopy.completions -= 1;
    cell.receiver.total_payload_bytes -= 1;
    cell = weighed(std::move(cell));
    EXPECT_EQ(outcome_of(cell, "traced_zerocopy_completions"), LawOutcome::broken);
    EXPECT_EQ(outcome_of(cell, "zerocopy_completions"), LawOutcome::broken) << "of the workload's own counts";
    EXPECT_EQ(outcome_of(cell, "payload_bytes"), LawOutcome::broken);
    EXPECT_EQ(outcome_of(cell, "send_calls.sender"), LawOutcome::missed_hits);
}

TEST(MissedHits, ExcuseNothingWhenNoneWasMissed) {
    Cell cell = cell_with_missed_returns();
    for (Loss& loss : cell.trace->losses)
        loss.count = loss.effect == LossEffect::figures ? 0 : loss.count;
    cell = weighed(std::move(cell));
    EXPECT_EQ(outcome_of(cell, "send_calls.sender"), LawOutcome::broken) << "a tick that was missed is no hit";
    EXPECT_EQ(path(cell, Role::sender, Path::send_syscall).calls.quality, Quality::exact);
}

/// A missed hit takes one call and adds none.
TEST(MissedHits, ExcuseNoMoreCallsThanTheyCanHaveTaken) {
    Cell cell = sound_cell(Variant::A1);
    cell.trace->losses = {loss_of("recursion_misses.tp_sys_exit", 3)};
    traced(cell, Role::sender).send_calls -= 3;
    traced(cell, Role::receiver).recv_calls -= 4;
    traced(cell, Role::receiver).send_calls += 1;
    const Cell exits = weighed(cell);
    EXPECT_EQ(outcome_of(exits, "send_calls.sender"), LawOutcome::missed_hits);
    EXPECT_EQ(outcome_of(exits, "recv_calls.receiver"), LawOutcome::broken);
    EXPECT_EQ(outcome_of(exits, "send_calls.receiver"), LawOutcome::broken);
    cell.trace->losses = {loss_of("thread_table_full", 1)};
    const Cell threads = weighed(cell);
    EXPECT_EQ(outcome_of(threads, "recv_calls.receiver"), LawOutcome::missed_hits) << "a thread has many calls";
    EXPECT_EQ(outcome_of(threads, "send_calls.receiver"), LawOutcome::broken);
}

/// What is known only by the difference that a law shows must not excuse it.
TEST(MissedHits, AreNotTheDifferenceItself) {
    Cell cell = sound_cell(Variant::A3);
    cell.trace->of(Role::sender).zerocopy.completions -= 1;
    path(cell, Role::receiver, Path::copy_in).bytes.value += 1;
    cell.trace->losses = {loss_of("unseen_completions", 1), loss_of("bytes_outside_calls", 1)};
    cell = weighed(std::move(cell));
    EXPECT_EQ(outcome_of(cell, "traced_zerocopy_completions"), LawOutcome::broken);
    EXPECT_EQ(outcome_of(cell, "copy_in_bytes.receiver"), LawOutcome::broken);
}

TEST(MissedHits, LeaveLawsOfTimesOpenWhereTheyTouchOwnTimes) {
    Cell cell = sound_cell(Variant::A1);
    path(cell, Role::sender, Path::wait_send).exclusive_ns.value -= 1;
    path(cell, Role::receiver, Path::recv_syscall).time_ns.value += 1;
    cell.trace->losses = {loss_of("recursion_misses.tp_sched_switch", 1)};
    const Cell switched = weighed(cell);
    EXPECT_EQ(outcome_of(switched, "send_time.sender"), LawOutcome::missed_hits);
    EXPECT_EQ(outcome_of(switched, "recv_time.receiver"), LawOutcome::missed_hits);
    cell.trace->losses = {loss_of("recursion_misses.tp_skb_copy_datagram_iovec", 1)};
    const Cell copied = weighed(cell);
    EXPECT_EQ(outcome_of(copied, "send_time.sender"), LawOutcome::broken);
    EXPECT_EQ(outcome_of(copied, "recv_time.receiver"), LawOutcome::missed_hits);
}

TEST(MissedHits, MakeFiguresEstimatedWithTheReason) {
    Cell cell = weighed(cell_with_missed_returns());
    const std::string reason = "3 hits missed by tp_sys_exit";
    for (const Figure* figure :
         {&path(cell, Role::sender, Path::copy_in).bytes, &path(cell, Role::sender, Path::send_syscall).calls,
          &path(cell, Role::sender, Path::send_syscall).time_ns, &path(cell, Role::receiver, Path::copy_out).bytes,
          &path(cell, Role::sender, Path::wait_send).time_ns}) {
        EXPECT_EQ(figure->quality, Quality::estimated);
        EXPECT_EQ(figure->reason, reason);
    }
    EXPECT_EQ(path(cell, Role::sender, Path::deferred_copy).bytes.quality, Quality::unavailable);
}

TEST(MissedHits, MakeCopiesPerByteEstimatedToo) {
    Cell before = cell_with_missed_returns();
    without_copies_of_skbs(before);
    ASSERT_LT(copies_per_byte(before).value, 2.0);
    const Figure copies = copies_per_byte(weighed(before));
    EXPECT_EQ(copies.quality, Quality::estimated);
    EXPECT_EQ(copies.value, copies_per_byte(before).value) << "it is as high as what was seen";
    EXPECT_THAT(copies.reason, HasSubstr("3 hits missed by tp_sys_exit"));
}

/// Programs run for all that the kernel does: what is shown to be whole was not touched.
TEST(MissedHits, DoNotTouchWhatALawConfirms) {
    Cell cell = sound_cell(Variant::A1);
    set_exact(cell, Role::sender, Path::send_syscall, cell.sender.calls.send_calls, cell.sender.calls.send_bytes);
    set_exact(cell, Role::sender, Path::deferred_copy, 1, 1);
    cell.trace->losses = {loss_of("recursion_misses.tp_sys_exit", 2), loss_of("unclosed_calls", 1)};
    cell = weighed(std::move(cell));
    EXPECT_EQ(path(cell, Role::sender, Path::send_syscall).calls.quality, Quality::exact);
    EXPECT_EQ(path(cell, Role::sender, Path::send_syscall).bytes.quality, Quality::exact);
    EXPECT_EQ(path(cell, Role::sender, Path::send_syscall).time_ns.quality, Quality::exact)
        << "one program takes both, and all calls were seen";
    EXPECT_EQ(path(cell, Role::sender, Path::copy_in).bytes.quality, Quality::exact);
    EXPECT_EQ(path(cell, Role::sender, Path::wait_send).time_ns.quality, Quality::estimated) << "no law counts waits";
    EXPECT_EQ(path(cell, Role::sender, Path::deferred_copy).bytes.quality, Quality::estimated);
    EXPECT_EQ(path(cell, Role::sender, Path::deferred_copy).bytes.reason, "1 event lost (unclosed_calls)");
}

TEST(MissedHits, OfABracketsEndTouchItsTimeAlone) {
    Cell cell = sound_cell(Variant::A1);
    set_time(cell, Role::sender, Path::copy_in, 500, 500, 0);
    for (Figure PathFigures::*figure : {&PathFigures::time_ns, &PathFigures::exclusive_ns}) {
        (path(cell, Role::sender, Path::copy_in).*figure).quality = Quality::bracketed;
        (path(cell, Role::sender, Path::copy_in).*figure).reason = "a bracket";
    }
    cell.trace->losses = {loss_of("recursion_misses.fentry_tcp_push", 4)};
    cell = weighed(std::move(cell));
    const PathFigures& copy_in = path(cell, Role::sender, Path::copy_in);
    EXPECT_EQ(copy_in.bytes.quality, Quality::exact);
    EXPECT_EQ(copy_in.time_ns.quality, Quality::estimated);
    EXPECT_EQ(copy_in.time_ns.reason, "a bracket; 4 hits missed by fentry_tcp_push");
    EXPECT_EQ(path(cell, Role::sender, Path::send_syscall).exclusive_ns.quality, Quality::estimated);
    EXPECT_EQ(path(cell, Role::sender, Path::send_syscall).time_ns.quality, Quality::exact);
}

TEST(MissedHits, LeaveSampledTimesAsTheyAre) {
    Cell cell = cell_with_missed_returns();
    path(cell, Role::sender, Path::copy_in).time_ns = Figure::sampled(500, 400, 600);
    cell = weighed(std::move(cell));
    EXPECT_EQ(path(cell, Role::sender, Path::copy_in).time_ns.quality, Quality::sampled);
}

TEST(MissedHits, AreToldInWords) {
    EXPECT_EQ(missed_in_words({{"recursion_misses.tp_sys_exit", 1}}), "1 hit missed by tp_sys_exit");
    EXPECT_EQ(missed_in_words({{"recursion_misses.tp_sys_exit", 1200},
                               {"missed_probes.kretprobe_skb_copy_ubufs", 3},
                               {"recursion_misses.kretprobe_skb_copy_ubufs", 4},
                               {"unclosed_calls", 9}}),
              "1,207 hits missed by tp_sys_exit (1,200) and kretprobe_skb_copy_ubufs (7)");
    EXPECT_EQ(missed_in_words({{"unclosed_calls", 2}, {"missed_switches", 1}}),
              "3 events lost (2 unclosed_calls, 1 missed_switches)");
}

/// A law that is in no table would be broken by whatever was missed.
TEST(MissedHits, CanExcuseEveryLawOnWhatTheTracerSaw) {
    const std::set<std::string> of_the_workload{"zerocopy_completions", "zerocopy_copied", "payload_bytes",
                                                "whole_messages",       "latency_count",   "verified_bytes"};
    Cell cell = sound_cell(Variant::A3);
    cell.receiver.bytes_verified = cell.receiver.total_payload_bytes;
    cell.trace->losses = {loss_of("thread_table_full", 1)};
    cell.laws = check_laws(cell);
    EXPECT_GT(cell.laws.size(), 15U);
    for (LawCheck& law : cell.laws) {
        law.checked = true;
        law.holds = false;
        law.expected = law.observed + 1.0;
    }
    weigh_losses(cell);
    for (const LawCheck& law : cell.laws)
        EXPECT_EQ(law.outcome() == LawOutcome::broken, of_the_workload.contains(law.name)) << law.name;
}

TEST(Accounting, IsNotFullWhenALawCouldNotBeShown) {
    netio::Run run;
    run.cells = {weighed(cell_with_missed_returns()), weighed(cell_with_missed_returns()),
                 weighed(sound_cell(Variant::A1))};
    const Accounting accounting = account(run);
    EXPECT_EQ(accounting.laws_broken, 0U);
    EXPECT_EQ(accounting.laws_with_missed_hits, 12U);
    EXPECT_LT(accounting.percent, 100.0);
    EXPECT_GT(accounting.percent, 99.0);
    EXPECT_EQ(accounting.lost, 12U) << "ticks are no events";
    EXPECT_THAT(accounting.missed_hits,
                ElementsAre(MissedHits{"recursion_misses.tp_sys_exit", 6}, MissedHits{"unclosed_calls", 6}));
    EXPECT_THAT(laws_in_words(accounting), HasSubstr(" not shown: 6 hits missed by tp_sys_exit"));
    EXPECT_THAT(laws_in_words(accounting), Not(HasSubstr("broken")));
}

TEST(Accounting, TellsBrokenLawsBesideThoseThatCouldNotBeShown) {
    Cell cell = cell_with_missed_returns();
    cell.receiver.total_payload_bytes -= 1;
    netio::Run run;
    run.cells = {weighed(std::move(cell))};
    const Accounting accounting = account(run);
    EXPECT_EQ(laws_in_words(accounting), "1 of " + std::to_string(accounting.laws_checked) +
                                             " checked laws broken, 6 not shown: 3 hits missed by tp_sys_exit");
}

TEST(Accounting, IsFullWhenAllLawsHoldWhateverWasMissed) {
    Cell cell = sound_cell(Variant::A1);
    cell.trace->losses = {loss_of("recursion_misses.tp_sys_exit", 2)};
    netio::Run run;
    run.cells = {weighed(std::move(cell))};
    EXPECT_EQ(account(run).percent, 100.0);
    EXPECT_TRUE(account(run).missed_hits.empty());
    EXPECT_EQ(account(run).lost, 2U);
}

TEST(Insights, TellOfMissedHitsInsteadOfABrokenLaw) {
    netio::Run run;
    run.environment.cpus = 8;
    run.cells = {weighed(sound_cell(Variant::A1)), weighed(cell_with_missed_returns())};
    EXPECT_FALSE(find(run, "law-broken").has_value());
    const Finding finding = found(run, "hits-missed");
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_THAT(finding.fact, HasSubstr("3 hits missed by tp_sys_exit: \"sender: send calls traced = send calls "
                                        "made\" (send_calls.sender) is not shown in 1 of 2 cells, first in A1"));
    EXPECT_THAT(finding.fact, HasSubstr("expected 880, observed 878."));
    EXPECT_THAT(finding.meaning, HasSubstr("Also not shown: copy_in_bytes.sender, copy_out_bytes.receiver"));
    EXPECT_EQ(evidence(finding.evidence, "recursion_misses.tp_sys_exit"), 3.0);
}

TEST(Comparison, WarnsOfRunsWhoseFiguresDoNotAddUp) {
    netio::Run missed;
    missed.cells = {weighed(cell_with_missed_returns())};
    Cell broken_cell = sound_cell(Variant::A1);
    broken_cell.receiver.total_payload_bytes -= 1;
    netio::Run broken;
    broken.cells = {weighed(std::move(broken_cell))};
    netio::Run sound;
    sound.cells = {weighed(sound_cell(Variant::A1))};
    ComparisonRequest request;
    request.axis = Axis::run;
    const Comparison comparison = compare({{"first", {missed}}, {"second", {broken}}, {"third", {sound}}}, request);
    EXPECT_THAT(comparison.warnings, ::testing::Contains(HasSubstr("first: 6 of")));
    EXPECT_THAT(comparison.warnings, ::testing::Contains(HasSubstr("not shown: 3 hits missed by tp_sys_exit.")));
    EXPECT_THAT(comparison.warnings, ::testing::Contains(HasSubstr("second: 1 of")));
    EXPECT_THAT(comparison.warnings, Not(::testing::Contains(HasSubstr("third"))));
}

} // namespace
} // namespace netio::analysis
