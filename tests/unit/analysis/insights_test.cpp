// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/insights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/laws.h"
#include "cells.h"

namespace netio::analysis {
namespace {

using testing::HasSubstr;
using testing::Not;

Run run_of(std::vector<Cell> cells) {
    netio::Run run;
    run.environment.cpus = 8;
    run.cells = std::move(cells);
    for (Cell& cell : run.cells)
        cell.laws = check_laws(cell);
    return run;
}

std::vector<std::string> texts_of(const Run& run, std::string_view id) {
    std::vector<std::string> texts;
    for (const Finding& finding : find_insights(run))
        if (finding.id == id)
            texts.push_back(finding.text);
    return texts;
}

std::string text_of(const Run& run, std::string_view id) {
    const std::vector<std::string> texts = texts_of(run, id);
    EXPECT_EQ(texts.size(), 1U) << id;
    return texts.empty() ? std::string() : texts.front();
}

TEST(Insights, FindNothingInSoundCopyingCells) {
    for (const Finding& finding : find_insights(run_of({sound_cell(Variant::A1), sound_cell(Variant::A2)})))
        ADD_FAILURE() << finding.id << ": " << finding.text;
    EXPECT_TRUE(find_insights(netio::Run{}).empty());
}

TEST(Insights, SayThatZeroCopyCopied) {
    const std::string text = text_of(run_of({sound_cell(Variant::A3)}), "zerocopy-copied");
    EXPECT_THAT(text, HasSubstr("A3: 100 % of 110 sends were copied after all. The sender's pages"));
    EXPECT_THAT(text, HasSubstr("skb_copy_ubufs"));
    EXPECT_THAT(text, HasSubstr("veth"));
    EXPECT_THAT(text, Not(HasSubstr("It cost"))) << "that was not measured";
}

TEST(Insights, SayWhyZeroCopyCopied) {
    Cell cell = sound_cell(Variant::A3);
    cell.trace->copied_after_all = {{CopyReason::local_delivery, Path::deferred_copy, 100, 4096, {"process_backlog"}}};
    EXPECT_THAT(text_of(run_of({cell, cell}), "zerocopy-copied"),
                HasSubstr("220 sends were copied after all: local delivery (veth). "));
    cell.trace->copied_after_all.push_back({CopyReason::packet_tap, Path::deferred_copy, 3, 8192, {"packet_rcv"}});
    EXPECT_THAT(text_of(run_of({cell, cell}), "zerocopy-copied"),
                HasSubstr("copied after all: packet tap (16 KiB), local delivery (8 KiB). "));
    cell.trace->copied_after_all = {{CopyReason::linearized, Path::linearize, 3, 8192, {"skb_checksum_help"}}};
    EXPECT_THAT(text_of(run_of({cell}), "zerocopy-copied"),
                HasSubstr("copied after all: linearizing for a device without offload. "));
}

TEST(Insights, SayWhatTheDeferredCopyCost) {
    Cell cell = sound_cell(Variant::A3);
    PathFigures& copy = path(cell, Role::sender, Path::deferred_copy);
    copy.time_ns = Figure::sampled(2e6, 1e6, 4e6);
    copy.sampled_bytes = 10'000'000;
    EXPECT_THAT(text_of(run_of({cell}), "zerocopy-copied"),
                HasSubstr("0.200 ns per payload byte (95 %: 0.100 to 0.400) with fields of 1 KiB"));
    copy.time_ns = Figure::exact(3e6);
    copy.bytes = Figure::exact(10'000'000);
    EXPECT_THAT(text_of(run_of({cell}), "zerocopy-copied"),
                HasSubstr("0.300 ns per payload byte with fields of 1 KiB"));
}

TEST(Insights, KnowZeroCopyThatCopiedInPart) {
    Cell cell = sound_cell(Variant::A3);
    cell.trace->zerocopy.copied = 11;
    netio::Run run = run_of({cell});
    run.spec.link = {LinkKind::devices, "eth1", "eth2"};
    const std::string text = text_of(run, "zerocopy-copied");
    EXPECT_THAT(text, HasSubstr("A3: 10 % of 110 sends were copied after all. A device"));
    EXPECT_THAT(text, HasSubstr("ethtool -k"));
    EXPECT_THAT(text, Not(HasSubstr("veth")));
}

TEST(Insights, TakeTheErrorQueuesWordWithoutATracer) {
    Cell cell = sound_cell(Variant::A3);
    cell.trace.reset();
    EXPECT_THAT(text_of(run_of({cell}), "zerocopy-copied"), HasSubstr("by what the error queue says"));
}

TEST(Insights, AreSilentAboutTrueZeroCopy) {
    Cell cell = sound_cell(Variant::A3);
    cell.trace->zerocopy.copied = 0;
    cell.sender.zerocopy.copied = 0;
    EXPECT_TRUE(texts_of(run_of({cell}), "zerocopy-copied").empty());
}

Run stalled_run() {
    Cell cell = sound_cell(Variant::A1);
    cell.receiver.latency = {};
    for (int i = 0; i < 95; ++i)
        cell.receiver.latency.record(41'000'000);
    for (int i = 0; i < 5; ++i)
        cell.receiver.latency.record(100'000);
    cell.receiver.duration_s = 2.0;
    cell.receiver.cpu_system_s = 0.02;
    cell.sender.cpu_system_s = 0.02;
    path(cell, Role::receiver, Path::wait_recv).time_ns = Figure::exact(110 * 40.2e6);
    path(cell, Role::receiver, Path::recv_syscall).time_ns = Figure::unavailable("not of interest");
    netio::Run run = run_of({cell});
    run.spec.nagle = true;
    return run;
}

TEST(Insights, RecogniseTheDelayedAcknowledgement) {
    const std::string text = text_of(stalled_run(), "delayed-ack-stall");
    EXPECT_THAT(text, HasSubstr("A1, 8 × 1 KiB, 2 threads: 95 % of the messages took 38 to 50 ms"));
    EXPECT_THAT(text, HasSubstr("used 0.5 % of their time on a CPU"));
    EXPECT_THAT(text, HasSubstr("For 40.2 ms of each message the receiver is blocked in wait_recv"));
    EXPECT_THAT(text, HasSubstr("TCP_NODELAY"));
}

TEST(Insights, DoNotBlameNagleWithoutCause) {
    netio::Run without_nagle = stalled_run();
    without_nagle.spec.nagle = false;
    EXPECT_TRUE(texts_of(without_nagle, "delayed-ack-stall").empty());
    netio::Run busy = stalled_run();
    busy.cells[0].receiver.cpu_system_s = 3.0;
    EXPECT_TRUE(texts_of(busy, "delayed-ack-stall").empty());
    netio::Run fast = stalled_run();
    fast.cells[0].receiver.latency = sound_cell(Variant::A1).receiver.latency;
    EXPECT_TRUE(texts_of(fast, "delayed-ack-stall").empty());
}

TEST(Insights, ReportBrokenLawsFirst) {
    Cell cell = sound_cell(Variant::A1);
    path(cell, Role::sender, Path::copy_in).bytes.value = 5;
    netio::Run run = run_of({cell, sound_cell(Variant::A2), cell});
    run.environment.cpus = 1;
    const std::vector<Finding> findings = find_insights(run);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].id, "law-broken");
    EXPECT_EQ(findings[0].severity, Severity::warning);
    EXPECT_THAT(findings[0].text, HasSubstr("copy_in_bytes.sender"));
    EXPECT_THAT(findings[0].text, HasSubstr("2 of 3 cells, first in A1, 8 × 1 KiB, 2 threads"));
    EXPECT_THAT(findings[0].text, HasSubstr("expected 901120, observed 5"));
    EXPECT_EQ(findings[1].severity, Severity::note);
}

TEST(Insights, ReportAllBrokenLawsInOneFinding) {
    Cell cell = sound_cell(Variant::A1);
    path(cell, Role::sender, Path::copy_in).bytes.value = 5;
    path(cell, Role::receiver, Path::copy_out).bytes.value = 6;
    const std::string text = text_of(run_of({cell}), "law-broken");
    EXPECT_THAT(text, HasSubstr("(copy_in_bytes.sender) fails in 1 of 1 cell,"));
    EXPECT_THAT(text, HasSubstr("So do: copy_out_bytes.receiver."));
}

TEST(Insights, ReportLosses) {
    Cell cell = sound_cell(Variant::A1);
    cell.trace->lost = {{"recursion_misses", 1500, "calls of copy_out"}, {"map_full", 0, "bytes"}};
    const std::string text = text_of(run_of({cell, cell}), "events-lost");
    EXPECT_THAT(text, HasSubstr("lost 3,000 events (recursion_misses)"));
    EXPECT_THAT(text, HasSubstr("calls of copy_out"));
}

TEST(Insights, TakeMissedSamplesForLostPrecisionAndSayNothingOfAFew) {
    Cell cell = sound_cell(Variant::A1);
    netio::Run run = run_of({cell});
    run.environment.cpus = 64;
    const double due = cell.duration_s() * run.spec.sample_frequency * run.environment.cpus;
    const auto one_percent = static_cast<std::uint64_t>(due / 100.0);
    run.cells[0].trace->lost = {{"missed_samples", one_percent, "precision"}};
    EXPECT_TRUE(find_insights(run).empty());
    run.cells[0].trace->lost[0].count = one_percent + 1;
    const std::vector<Finding> findings = find_insights(run);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].id, "events-lost");
    EXPECT_EQ(findings[0].severity, Severity::note);
}

TEST(Insights, ReportEnobufsWithItsLimit) {
    Cell cell = sound_cell(Variant::A3);
    cell.sender.zerocopy.enobufs = 7;
    netio::Run run = run_of({cell});
    EXPECT_THAT(text_of(run, "enobufs"), HasSubstr("refused 7 times with ENOBUFS, beside 110 that were taken"));
    EXPECT_THAT(text_of(run, "enobufs"), Not(HasSubstr("bytes here")));
    run.environment.settings["net.core.optmem_max"] = "131072";
    EXPECT_THAT(text_of(run, "enobufs"), HasSubstr("net.core.optmem_max (131072 bytes here)"));
}

TEST(Insights, CountWorkersAgainstCpus) {
    netio::Run run = run_of({sound_cell(Variant::A1)});
    run.environment.cpus = 4;
    EXPECT_TRUE(texts_of(run, "cpus-oversubscribed").empty());
    run.environment.cpus = 3;
    EXPECT_THAT(text_of(run, "cpus-oversubscribed"), HasSubstr("2 connections have 4 worker threads"));
    run.environment.cpus = 0;
    EXPECT_TRUE(texts_of(run, "cpus-oversubscribed").empty()) << "the number of CPUs is not known";
}

TEST(Insights, NameMissingCountersWithTheReason) {
    Cell cell = sound_cell(Variant::A1);
    cell.sender.counters = {{"cycles", CounterStatus::not_supported, 0, 0, 0, 0, "no PMU"},
                            {"page-faults", CounterStatus::counted, 3, 3, 1, 1, ""},
                            {"instructions", CounterStatus::not_supported, 0, 0, 0, 0, "no PMU"}};
    cell.receiver.counters = cell.sender.counters;
    const std::string text = text_of(run_of({cell}), "counters-missing");
    EXPECT_THAT(text, HasSubstr("cycles, instructions (no PMU)"));
    EXPECT_THAT(text, Not(HasSubstr("page-faults")));
}

} // namespace
} // namespace netio::analysis
