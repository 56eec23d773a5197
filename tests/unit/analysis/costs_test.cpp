// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Shares of CPU time and of time, and the findings that tell them.
#include "analysis/costs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cells.h"

namespace netio::analysis {
namespace {

using testing::HasSubstr;

std::string fact_of(const Run& run, std::string_view id) {
    const std::optional<Finding> finding = find(run, id);
    return finding ? finding->fact : std::string("nothing");
}

/// Both ends have so many samples, with these shares of data_copy and tracing.
void sample(Cell& cell, std::uint64_t samples, double copying, double tracing) {
    for (SubjectTrace& each : cell.trace->subjects) {
        CpuProfile& cpu = each.cpu;
        cpu.samples = samples;
        cpu.total_ns = Figure::sampled(1e9, 0.9e9, 1.1e9);
        cpu.share.fill(Figure::sampled(0.0, 0.0, 0.01));
        cpu.share[index_of(CpuClass::data_copy)] = Figure::sampled(copying, copying * 0.9, copying * 1.1);
        cpu.tracing = Figure::sampled(tracing, tracing * 0.9, tracing * 1.1);
    }
}

TEST(CpuView, KeepsTheSidesOfIntervalsApart) {
    Trace trace = Trace::of_both_ends();
    trace.of(Role::sender).cpu.total_ns = Figure::sampled(300, 200, 310);
    trace.of(Role::receiver).cpu.total_ns = Figure::sampled(100, 100, 100);
    EXPECT_DOUBLE_EQ(total_cpu_ns(trace).low, 300) << "100 less";
    EXPECT_DOUBLE_EQ(total_cpu_ns(trace).high, 410) << "10 more";
    trace.of(Role::sender).cpu.tracing = Figure::sampled(0.96, 0.9, 1.0);
    trace.of(Role::receiver).cpu.tracing = Figure::sampled(1.0, 1.0, 1.1);
    const Figure tracing = combined_share(trace, [](const CpuProfile& cpu) -> const Figure& { return cpu.tracing; });
    EXPECT_DOUBLE_EQ(tracing.value, 0.97);
    EXPECT_DOUBLE_EQ(tracing.low, 0.97 - 0.75 * 0.06);
    EXPECT_DOUBLE_EQ(tracing.high, 1.0) << "a share is not above 1";
}

TEST(CpuShare, HasTheDoubtOfItsTotal) {
    Cell cell = sound_cell(Variant::A2);
    const auto bytes = static_cast<double>(cell.payload_bytes());
    cell.trace->of(Role::sender).cpu.total_ns = Figure::sampled(1000 * bytes, 600 * bytes, 1500 * bytes);
    cell.trace->of(Role::receiver).cpu.total_ns = Figure::exact(0.0);
    const Figure half = cpu_share_per_byte(cell, Figure::sampled(0.5, 0.47, 0.54));
    EXPECT_NEAR(half.value, 500, 1e-9);
    EXPECT_NEAR(half.low, 500 - std::hypot(30, 200), 1e-9);
    EXPECT_NEAR(half.high, 500 + std::hypot(40, 250), 1e-9);
    const Figure all = cpu_share_per_byte(cell, Figure::sampled(1.0, 0.7, 1.0));
    EXPECT_NEAR(all.low, 600, 1e-9) << "not wider than the whole";
    EXPECT_NEAR(all.high, 1500, 1e-9);
}

TEST(CopyShare, IsTheSampledClass) {
    Cell cell = sound_cell(Variant::A2);
    sample(cell, least_samples / 2, 0.25, 0.01);
    EXPECT_DOUBLE_EQ(copy_share(cell).value, 0.25);
    EXPECT_EQ(copy_share(cell).quality, Quality::sampled);
    EXPECT_EQ(fact_of(run_of({cell}), "copy-share"), "Copying takes 25 % of the CPU time in A2 (sampled).");
    EXPECT_THAT(found(run_of({cell}), "copy-share").meaning,
                HasSubstr("Without any copy the same work would need at least 73 % of the CPU time."))
        << "by the farther end of the interval; nobody has most of one";
}

TEST(CopyShare, NeedsEnoughSamplesOrExactTimes) {
    Cell cell = sound_cell(Variant::A2);
    sample(cell, least_samples / 2 - 1, 0.25, 0.01);
    EXPECT_FALSE(copy_share(cell).available()) << "98 samples, and no path is timed";
    EXPECT_EQ(fact_of(run_of({cell}), "copy-share"), "nothing");
    const auto bytes = static_cast<double>(cell.sender.total_payload_bytes);
    const double cpu_ns = cell.cpu_ns_per_byte() * bytes;
    set_time(cell, Role::sender, Path::copy_in, cpu_ns, cpu_ns / 8, cpu_ns * 7 / 8);
    set_time(cell, Role::receiver, Path::copy_out, cpu_ns / 8, cpu_ns / 8, 0);
    EXPECT_DOUBLE_EQ(copy_share(cell).value, 0.25);
    EXPECT_EQ(copy_share(cell).quality, Quality::estimated);
    EXPECT_THAT(copy_share(cell).reason, HasSubstr("without deferred_copy, linearize, skb_copy"));
    set_time(cell, Role::sender, Path::deferred_copy, cpu_ns * 2, cpu_ns * 2, 0);
    EXPECT_DOUBLE_EQ(copy_share(cell).value, 1.0) << "softirq's time need not be the threads'";
}

TEST(CopyShare, IsToldAsARangeForEachVariant) {
    Cell small = sound_cell(Variant::A1);
    sample(small, 1000, 0.05, 0.01);
    Cell large = sound_cell(Variant::A1);
    large.field_size = 65536;
    sample(large, 1000, 0.5, 0.01);
    Cell other = sound_cell(Variant::A2);
    sample(other, 1000, 0.3, 0.01);
    EXPECT_EQ(fact_of(run_of({small, large, other}), "copy-share"),
              "Copying takes 5.0 to 50 % of the CPU time in A1 and 30 % in A2 (sampled).");
    EXPECT_THAT(found(run_of({small, large, other}), "copy-share").meaning,
                HasSubstr("It takes most in A1 with fields of 64 KiB: without any copy the same work would need at "
                          "least 46 %"));
}

TEST(CopyShare, IsNobodysMostWhereIntervalsOverlap) {
    const auto meaning = [](double of_a1, double of_a2) {
        Cell one = sound_cell(Variant::A1);
        sample(one, 1000, of_a1, 0.01);
        Cell other = sound_cell(Variant::A2);
        sample(other, 1000, of_a2, 0.01);
        return found(run_of({one, other}), "copy-share").meaning;
    };
    EXPECT_EQ(meaning(0.5, 0.48), "Without any copy the same work would need at least 46 % of the CPU time.");
    EXPECT_EQ(meaning(0.5, 0.3),
              "It takes most in A1: without any copy the same work would need at least 46 % of the CPU time.");
}

TEST(CopyShare, NamesWhoIsNotKnown) {
    Cell one = sound_cell(Variant::A1);
    sample(one, 1000, 0.5, 0.01);
    Cell other = sound_cell(Variant::A2);
    sample(other, 40, 0.3, 0.01);
    Cell third = sound_cell(Variant::A3);
    sample(third, 40, 0.3, 0.01);
    Cell large = sound_cell(Variant::A1);
    large.field_size = 65536;
    sample(large, 40, 0.3, 0.01);
    const Finding finding = found(run_of({one, other, third}), "copy-share");
    EXPECT_EQ(finding.fact,
              "Copying takes 50 % of the CPU time in A1 (sampled); not known in A2 and A3 (fewer than 100 "
              "samples, and copies are not timed one by one).");
    EXPECT_THAT(finding.meaning, HasSubstr("Without any copy"));
    EXPECT_THAT(fact_of(run_of({one, large, other}), "copy-share"),
                HasSubstr("; not known in A1 at 64 KiB and A2 (fewer than 100 samples"));
}

TEST(SystemCallShare, IsOfExclusiveTimes) {
    Cell cell = sound_cell(Variant::A1);
    EXPECT_FALSE(system_call_share(cell).available()) << "receive calls of the sender were not timed";
    for (Role role : all_roles)
        for (Path which : {Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall})
            set_time(cell, role, which, 0, 0, 0);
    const double cpu_ns = cell.cpu_ns_per_byte() * static_cast<double>(cell.sender.total_payload_bytes);
    set_time(cell, Role::sender, Path::send_syscall, cpu_ns, cpu_ns / 4, 0);
    set_time(cell, Role::receiver, Path::recv_syscall, cpu_ns, cpu_ns / 8, 0);
    set_time(cell, Role::sender, Path::copy_in, cpu_ns, cpu_ns / 8, 0);
    EXPECT_DOUBLE_EQ(system_call_share(cell).value, 0.5);
    EXPECT_EQ(system_call_share(cell).quality, Quality::estimated);
    EXPECT_THAT(fact_of(run_of({cell}), "syscall-share"), HasSubstr("take 50 % of the threads' CPU time in A1"));
    path(cell, Role::sender, Path::send_syscall).calls = Figure::exact(880);
    EXPECT_DOUBLE_EQ(send_ns_per_message(cell).value, cpu_ns * 3 / 8 / 110);
    EXPECT_THAT(found(run_of({cell}), "syscall-share").meaning, HasSubstr("(8 calls)"));
    path(cell, Role::sender, Path::copy_in).exclusive_ns = Figure::sampled(1, 0, 2);
    EXPECT_DOUBLE_EQ(system_call_share(cell).value, 0.375) << "a sampled path is contained in the call around it";
}

TEST(WaitShare, IsOfTheConnectionsTime) {
    Cell cell = sound_cell(Variant::A1);
    // 2 connections of 1 s, and a tenth more for the warm-up.
    set_time(cell, Role::receiver, Path::wait_recv, 1.1e9, 0, 0);
    EXPECT_NEAR(blocked_share(cell, Path::wait_recv).value, 0.5, 1e-12);
    EXPECT_EQ(fact_of(run_of({cell}), "wait-share"), "The receiver is blocked 50 % of the time in A1 (estimated).");
    set_time(cell, Role::sender, Path::wait_send, 0.22e9, 0, 0);
    EXPECT_THAT(found(run_of({cell}), "wait-share").meaning,
                HasSubstr("The sender waits for buffer space 10 % of the time in A1;"));
    path(cell, Role::receiver, Path::wait_recv).time_ns = Figure::unavailable("no switches");
    EXPECT_EQ(fact_of(run_of({cell}), "wait-share"), "nothing");
}

TEST(WaitShare, DoesNotListSendersThatNeverWait) {
    Cell one = sound_cell(Variant::A1);
    Cell other = sound_cell(Variant::A2);
    for (Cell* cell : {&one, &other})
        set_time(*cell, Role::sender, Path::wait_send, 0, 0, 0);
    const Finding finding = found(run_of({one, other}), "wait-share");
    EXPECT_THAT(finding.meaning, HasSubstr("No sender waits for buffer space;"));
    EXPECT_EQ(std::ranges::count(finding.evidence, "senders blocked for space", &Evidence::name), 1);
    EXPECT_EQ(std::ranges::count(finding.evidence, "sender blocked for space", &Evidence::name), 0);
}

TEST(TracingCost, IsAWarningWhenItIsLargeForCertain) {
    Cell cell = sound_cell(Variant::A1);
    sample(cell, 1000, 0.2, 0.05);
    EXPECT_EQ(found(run_of({cell}), "tracing-cost").severity, Severity::note);
    EXPECT_THAT(fact_of(run_of({cell}), "tracing-cost"),
                HasSubstr("up to 5.0 % of the sampled CPU time (A1, 8 × 1 KiB, 2 connections;"));
    for (SubjectTrace& each : cell.trace->subjects)
        each.cpu.tracing = Figure::exact(0.1);
    EXPECT_EQ(found(run_of({cell}), "tracing-cost").severity, Severity::warning) << "from 10 % on";
    for (SubjectTrace& each : cell.trace->subjects)
        each.cpu.tracing = Figure::sampled(0.1, 0.08, 0.12);
    EXPECT_EQ(found(run_of({cell}), "tracing-cost").severity, Severity::note) << "perhaps less than 10 %";
}

TEST(TracingCost, NeedsSamplesOrABracket) {
    Cell cell = sound_cell(Variant::A1);
    sample(cell, least_samples / 2 - 1, 0.2, 0.5);
    EXPECT_FALSE(find(run_of({cell}), "tracing-cost").has_value());
    netio::Run run = run_of({cell});
    run.environment.bracket_ns = 40.0;
    EXPECT_FALSE(find(run, "tracing-cost").has_value()) << "nothing is bracketed";
    PathFigures& copy = path(run.cells[0], Role::sender, Path::copy_in);
    copy.time_ns = {880 * 800.0, Quality::bracketed, 0, 0, "bracket"};
    const std::optional<Finding> finding = find(run, "tracing-cost");
    ASSERT_TRUE(finding.has_value());
    EXPECT_THAT(finding->fact,
                HasSubstr("Of each bracketed call 40 ns are the tracer's own, up to 5.0 % of copy_in's time"));
    EXPECT_EQ(finding->severity, Severity::note);
    copy.time_ns.value = 880 * 400.0;
    EXPECT_EQ(found(run, "tracing-cost").severity, Severity::warning) << "a tenth";
}

TEST(CountsPerByte, AreOfBothEnds) {
    Cell cell = sound_cell(Variant::A1);
    EXPECT_EQ(counts_per_byte(cell, "cycles").reason, "was not asked for");
    const auto bytes = cell.payload_bytes();
    cell.sender.counters = {{"cycles", CounterStatus::counted, bytes, static_cast<double>(bytes), 1, 1, ""}};
    EXPECT_FALSE(counts_per_byte(cell, "cycles").available()) << "of one end only";
    cell.receiver.counters = {{"cycles", CounterStatus::multiplexed, bytes, static_cast<double>(2 * bytes), 2, 1, ""}};
    EXPECT_DOUBLE_EQ(counts_per_byte(cell, "cycles").value, 3.0);
    EXPECT_EQ(counts_per_byte(cell, "cycles").quality, Quality::estimated);
    cell.receiver.counters[0].status = CounterStatus::not_counted;
    EXPECT_EQ(counts_per_byte(cell, "cycles").reason, "not_counted");
}

TEST(NsPerPayloadByte, DividesByAllBytesThatWereSent) {
    Cell cell = sound_cell(Variant::A3);
    PathFigures& copy = path(cell, Role::sender, Path::deferred_copy);
    copy.time_ns = Figure::exact(static_cast<double>(cell.sender.total_payload_bytes));
    copy.bytes = Figure::exact(1.0);
    EXPECT_DOUBLE_EQ(ns_per_payload_byte(cell, Path::deferred_copy).value, 1.0);
    copy.time_ns = Figure::sampled(500.0, 400.0, 700.0);
    copy.sampled_bytes = 1000;
    EXPECT_DOUBLE_EQ(ns_per_payload_byte(cell, Path::deferred_copy).value, 0.5);
    EXPECT_DOUBLE_EQ(ns_per_payload_byte(cell, Path::deferred_copy).high, 0.7);
    copy.sampled_bytes = 0;
    EXPECT_FALSE(ns_per_payload_byte(cell, Path::deferred_copy).available());
    copy.time_ns = Figure::unavailable("no hook");
    EXPECT_EQ(ns_per_payload_byte(cell, Path::deferred_copy).reason, "no hook");
    cell.trace.reset();
    EXPECT_EQ(ns_per_payload_byte(cell, Path::deferred_copy).reason, "not traced");
}

TEST(OwnTime, IsDividedByThePayloadThatItIsOf) {
    Cell cell = sound_cell(Variant::A2);
    const auto all = static_cast<double>(cell.sender.total_payload_bytes);
    EXPECT_DOUBLE_EQ(own_time_per_payload_byte_ns(cell, Path::send_syscall).value, 900 / all);

    PathFigures& copy = path(cell, Role::sender, Path::copy_in);
    copy.exclusive_ns = Figure::sampled(4000, 2000, 6000);
    copy.sampled_bytes = 1000;
    const Figure sampled = own_time_per_payload_byte_ns(cell, Path::copy_in);
    EXPECT_DOUBLE_EQ(sampled.value, 4.0);
    EXPECT_DOUBLE_EQ(sampled.low, 2.0);
    EXPECT_DOUBLE_EQ(sampled.high, 6.0);
    EXPECT_EQ(sampled.quality, Quality::sampled);
}

TEST(OwnTime, IsOfThePayloadsDirection) {
    const Cell cell = sound_cell(Variant::A1);
    EXPECT_DOUBLE_EQ(own_time_per_payload_byte_ns(cell, Path::recv_syscall).value,
                     1000 / static_cast<double>(cell.sender.total_payload_bytes));
}

TEST(OwnTime, IsUnavailableWithAReason) {
    Cell cell = sound_cell(Variant::A1);
    path(cell, Role::sender, Path::pin).exclusive_ns = Figure::unavailable("because");
    EXPECT_EQ(own_time_per_payload_byte_ns(cell, Path::pin).reason, "because");
    cell.sender.total_payload_bytes = 0;
    EXPECT_EQ(own_time_per_payload_byte_ns(cell, Path::send_syscall).reason, "no payload was sent");
    cell.trace.reset();
    EXPECT_EQ(own_time_per_payload_byte_ns(cell, Path::send_syscall).reason, "not traced");
}

TEST(StillContained, IsWhatWasNotTimedAtItsEdges) {
    Cell cell = sound_cell(Variant::A2);
    for (Path nested : {Path::tcp_sendmsg, Path::copy_in, Path::pin})
        set_time(cell, Role::sender, nested, 10, 10, 0);
    EXPECT_TRUE(still_contained(cell, Path::send_syscall).empty());
    path(cell, Role::sender, Path::copy_in).time_ns = Figure::sampled(10, 5, 15);
    path(cell, Role::sender, Path::tcp_sendmsg).time_ns = Figure::unavailable("no hook");
    EXPECT_EQ(still_contained(cell, Path::send_syscall), (std::vector{Path::tcp_sendmsg, Path::copy_in}));
    EXPECT_TRUE(still_contained(cell, Path::wait_send).empty());
    path(cell, Role::sender, Path::tcp_sendmsg).exclusive_ns = Figure::sampled(5, 1, 9);
    EXPECT_TRUE(still_contained(cell, Path::tcp_sendmsg).empty()) << "samples see innermost paths only";
}

} // namespace
} // namespace netio::analysis
