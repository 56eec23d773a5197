// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/finding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "analysis/finders.h"
#include "cells.h"

namespace netio::analysis {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Insights, TellOfSoundCopyingCellsWhereTimeGoesAndNothingElse) {
    for (const Finding& finding : find_insights(run_of({sound_cell(Variant::A1), sound_cell(Variant::A2)})))
        EXPECT_EQ(finding.id, "wait-share") << finding.text();
    EXPECT_TRUE(find_insights(netio::Run{}).empty());
}

TEST(Insights, HaveOneIdEachAndSayWhatTheyRestOn) {
    std::set<std::string_view> ids;
    for (const FinderEntry& entry : finders)
        EXPECT_TRUE(ids.insert(entry.id).second) << entry.id;
    Cell cell = sound_cell(Variant::A3);
    cell.sender.zerocopy.enobufs = 1;
    cell.sender.counters = {{"cycles", CounterStatus::not_supported, 0, 0, 0, 0, "no PMU"}};
    for (const Finding& finding : find_insights(run_of({cell}))) {
        EXPECT_TRUE(ids.contains(finding.id)) << finding.id;
        EXPECT_FALSE(finding.fact.empty()) << finding.id;
        EXPECT_FALSE(finding.evidence.empty()) << finding.id;
        EXPECT_FALSE(finding.rests_on.empty()) << finding.id;
        for (const Evidence& one : finding.evidence)
            EXPECT_TRUE(one.figure.available() || !one.figure.reason.empty()) << finding.id << ": " << one.name;
    }
}

TEST(Insights, SayThatZeroCopyCopied) {
    const std::string text = text_of_finding(run_of({sound_cell(Variant::A3)}), "zerocopy-copied");
    EXPECT_THAT(text,
                HasSubstr("A3 was not zero-copy: 100 % of 110 sends were copied after all. That is what veth does"));
    EXPECT_THAT(text, HasSubstr("skb_copy_ubufs"));
    EXPECT_THAT(text, HasSubstr("veth"));
    EXPECT_THAT(text, Not(HasSubstr("It costs"))) << "that was not measured";
}

TEST(Insights, SayWhyZeroCopyCopied) {
    Cell cell = sound_cell(Variant::A3);
    cell.trace->of(Role::sender).copied_after_all = {
        {CopyReason::local_delivery, Path::deferred_copy, 100, 4096, {"process_backlog"}}};
    EXPECT_THAT(text_of_finding(run_of({cell, cell}), "zerocopy-copied"),
                HasSubstr("220 sends were copied after all: local delivery (veth). "));
    cell.trace->of(Role::sender)
        .copied_after_all.push_back({CopyReason::packet_tap, Path::deferred_copy, 3, 8192, {"packet_rcv"}});
    EXPECT_THAT(text_of_finding(run_of({cell, cell}), "zerocopy-copied"),
                HasSubstr("copied after all: packet tap (16.0 KiB), local delivery (8.00 KiB). A packet socket"));
    cell.trace->of(Role::sender).copied_after_all = {
        {CopyReason::linearized, Path::linearize, 3, 8192, {"skb_checksum_help"}}};
    EXPECT_THAT(text_of_finding(run_of({cell}), "zerocopy-copied"),
                HasSubstr("copied after all: linearizing for a device without offload. The kernel made frames linear"));
}

TEST(Insights, NameTheOffloadThatTheSendersDeviceLacks) {
    Cell cell = sound_cell(Variant::A3);
    netio::Run run = run_of({cell});
    run.spec.link = {LinkKind::devices, "eth1", "eth2"};
    const DeviceFacts whole{"eth2", "virtio_net", 1500, true, true, true};
    run.environment.devices = {{"eth1", "virtio_net", 1500, false, false, false}, whole};
    EXPECT_THAT(
        text_of_finding(run, "zerocopy-copied"),
        HasSubstr("The reason was not traced, but the sender's device has scatter-gather and transmit checksum off. "
                  "`ethtool -K eth1 sg on tx on` turns"));
    run.cells[0].trace->of(Role::sender).copied_after_all = {
        {CopyReason::linearized, Path::linearize, 3, 8192, {"skb_checksum_help", "validate_xmit_skb"}}};
    run.environment.devices->server.scatter_gather = true;
    EXPECT_THAT(text_of_finding(run, "zerocopy-copied"),
                HasSubstr("linear before it sent them, because the sender's device has transmit checksum off. "
                          "`ethtool -K eth1 tx on`"));
    run.environment.devices->server = whole;
    EXPECT_THAT(text_of_finding(run, "zerocopy-copied"),
                HasSubstr("although the sender's device has scatter-gather and checksum offload (under "
                          "skb_checksum_help, validate_xmit_skb)"));
    run.environment.devices->server.scatter_gather.reset();
    EXPECT_THAT(text_of_finding(run, "zerocopy-copied"), HasSubstr("see `ethtool -k`")) << "the device did not say";
}

TEST(Insights, ExplainCopiesByTheReasonThatWasSeen) {
    Cell cell = sound_cell(Variant::A3);
    const std::pair<CopyReason, const char*> meanings[] = {{CopyReason::local_delivery, "a receiver on this machine"},
                                                           {CopyReason::linearized, "ethtool -k"},
                                                           {CopyReason::packet_tap, "packet socket"},
                                                           {CopyReason::reallocation, "(tcp_trim_head)"},
                                                           {CopyReason::other, "under tcp_trim_head"}};
    for (const auto& [reason, words] : meanings) {
        cell.trace->of(Role::sender).copied_after_all = {{reason, Path::deferred_copy, 100, 4096, {"tcp_trim_head"}}};
        netio::Run run = run_of({cell});
        run.spec.link = {LinkKind::devices, "eth1", "eth2"};
        EXPECT_THAT(text_of_finding(run, "zerocopy-copied"), HasSubstr(words)) << name_of(reason);
    }
}

TEST(Insights, TellTheShareOfBytesThatWereCopied) {
    Cell cell = sound_cell(Variant::A3);
    without_copies_of_skbs(cell);
    set_exact(cell, Role::sender, Path::deferred_copy, 10, 110 * cell.message_size() / 4);
    Cell larger = cell;
    larger.field_size = 4096;
    set_exact(larger, Role::sender, Path::pin, 110, 110 * cell.message_size());
    set_exact(larger, Role::sender, Path::deferred_copy, 0, 0);
    EXPECT_DOUBLE_EQ(
        evidence(found(run_of({cell, larger}), "zerocopy-copied").evidence, "pinned bytes that were copied"), 0.125);
}

TEST(Insights, SayWhatAllCopiesOfSkbsCost) {
    Cell cell = sound_cell(Variant::A3);
    without_copies_of_skbs(cell);
    PathFigures& copy = path(cell, Role::sender, Path::deferred_copy);
    copy.exclusive_ns = Figure::sampled(2e6, 1e6, 4e6);
    copy.sampled_bytes = 10'000'000;
    EXPECT_THAT(text_of_finding(run_of({cell}), "zerocopy-copied"),
                HasSubstr("0.200 ns per payload byte (95 %: 0.100 to 0.400) with fields of 1 KiB"));
    const auto payload = static_cast<double>(cell.sender.total_payload_bytes);
    copy.bytes = Figure::exact(1000);
    copy.exclusive_ns = Figure::exact(0.3 * payload);
    path(cell, Role::sender, Path::linearize).exclusive_ns = Figure::exact(0.1 * payload);
    EXPECT_THAT(text_of_finding(run_of({cell}), "zerocopy-copied"),
                HasSubstr("The copies cost 0.400 ns per payload byte with fields of 1 KiB"))
        << "of all bytes, however few took the path";
}

TEST(Insights, SayThatItIsNotKnownHowMuchWasCopiedWhereNobodyCounts) {
    Cell cell = sound_cell(Variant::A3);
    path(cell, Role::sender, Path::deferred_copy).bytes = Figure::at_least(0.0, "seen on delivery only");
    cell.trace->copy_evidence =
        CopyEvidence{{{CopyReason::packet_tap, Path::deferred_copy, 12, {"skb_copy_ubufs", "dev_queue_xmit_nit"}}},
                     12,
                     Figure::sampled(12e6, 6e6, 20e6),
                     {}};
    const std::string text = text_of_finding(run_of({cell}), "zerocopy-copied");
    EXPECT_THAT(text, HasSubstr("A3 was not zero-copy, or in part only: 100 % of 110 sends were copied after all, at "
                                "least in part; how many of their bytes is not known here: packet tap, by samples."));
    EXPECT_THAT(text, HasSubstr("A packet socket")) << "what to do about it";
    EXPECT_THAT(text, Not(HasSubstr(" 0 %")));
}

TEST(Insights, TellOfCopiesThatNoCompletionTellsOf) {
    Cell cell = sound_cell(Variant::A3);
    without_copies_of_skbs(cell);
    cell.trace->of(Role::sender).zerocopy.copied = cell.sender.zerocopy.copied = 0;
    EXPECT_FALSE(find(run_of({cell}), "zerocopy-copied"));
    cell.trace->of(Role::sender).copied_after_all = {{CopyReason::fragmentation,
                                                      Path::skb_copy,
                                                      110,
                                                      110 * cell.message_size(),
                                                      {"skb_copy_bits", "ip_do_fragment"}}};
    netio::Run run = run_of({cell});
    run.environment.mtu = 68;
    const std::string text = text_of_finding(run, "zerocopy-copied");
    EXPECT_THAT(text, HasSubstr("A3 was not zero-copy: 100 % of the pinned bytes and 0 % of 110 sends"));
    EXPECT_THAT(text, HasSubstr("larger than the MTU of 68 B allows"));
}

TEST(Insights, KnowZeroCopyThatCopiedInPart) {
    Cell cell = sound_cell(Variant::A3);
    cell.trace->of(Role::sender).zerocopy.copied = 11;
    netio::Run run = run_of({cell});
    run.spec.link = {LinkKind::devices, "eth1", "eth2"};
    const std::string text = text_of_finding(run, "zerocopy-copied");
    EXPECT_THAT(text,
                HasSubstr("A3 was zero-copy in part only: 10 % of 110 sends were copied after all. The reason was not "
                          "traced."));
    EXPECT_THAT(text, HasSubstr("ethtool -k"));
    EXPECT_THAT(text, Not(HasSubstr("veth")));
}

TEST(Insights, JudgeZeroCopyByBytesRatherThanBySends) {
    const auto copied = [](double share_of_bytes, std::uint64_t sends) {
        Cell cell = sound_cell(Variant::A3);
        without_copies_of_skbs(cell);
        const auto pinned = static_cast<double>(110 * cell.message_size());
        path(cell, Role::sender, Path::deferred_copy).bytes = Figure::exact(share_of_bytes * pinned);
        cell.trace->of(Role::sender).zerocopy.copied = sends;
        return text_of_finding(run_of({cell}), "zerocopy-copied");
    };
    EXPECT_THAT(copied(1.0, 110), HasSubstr("A3 was not zero-copy: 100 % of 110 sends were copied after all."));
    EXPECT_THAT(copied(0.25, 110), HasSubstr("A3 was zero-copy in part only: 25 % of the pinned bytes and 100 % of 110 "
                                             "sends were copied after all."))
        << "one segment marks a whole send";
    EXPECT_THAT(copied(0.99, 11), HasSubstr("A3 was not zero-copy: 99 % of the pinned bytes and 10 % of 110 sends were "
                                            "copied after all."));
    EXPECT_THAT(copied(0.98, 110), HasSubstr("A3 was zero-copy in part only: 98 % of the pinned bytes"));
}

TEST(Insights, CountBytesThatAnotherPathCopied) {
    Cell cell = sound_cell(Variant::A3);
    without_copies_of_skbs(cell);
    cell.trace->of(Role::sender).copied_after_all = {
        {CopyReason::linearized, Path::linearize, 110, 110 * cell.message_size(), {"skb_checksum_help"}}};
    EXPECT_THAT(text_of_finding(run_of({cell}), "zerocopy-copied"),
                HasSubstr("A3 was not zero-copy: 100 % of 110 sends"));
}

TEST(Insights, TakeTheErrorQueuesWordWithoutATracer) {
    Cell cell = sound_cell(Variant::A3);
    cell.trace.reset();
    EXPECT_THAT(text_of_finding(run_of({cell}), "zerocopy-copied"), HasSubstr("by what the error queue says"));
}

TEST(Insights, AreSilentAboutTrueZeroCopy) {
    Cell cell = sound_cell(Variant::A3);
    cell.trace->of(Role::sender).zerocopy.copied = 0;
    cell.sender.zerocopy.copied = 0;
    EXPECT_FALSE(finds(run_of({cell}), "zerocopy-copied"));
}

TEST(Insights, TellOfAStallBesideARatioThatItMakes) {
    Cell stalled = sound_cell(Variant::A2);
    stalled.field_size = 64;
    stalled.sender.cpu_system_s = stalled.receiver.cpu_system_s = 0.02;
    stalled.namespaces = {{{Role::sender, Role::receiver}, {{"TcpExt.DelayedACKs", 45}}, 0}};
    Cell other = sound_cell(Variant::A1);
    other.field_size = 64;
    EXPECT_THAT(
        text_of_finding(run_of({other, stalled, sound_cell(Variant::A1), sound_cell(Variant::A2)}), "crossover-a2-a1"),
        HasSubstr("A2 stalls on delayed acknowledgements here"));
}

TEST(Insights, ReportBrokenLawsFirst) {
    Cell cell = sound_cell(Variant::A1);
    path(cell, Role::sender, Path::copy_in).bytes.value = 5;
    netio::Run run = run_of({cell, sound_cell(Variant::A2), cell});
    run.environment.cpus = 1;
    const std::vector<Finding> findings = find_insights(run);
    ASSERT_GE(findings.size(), 2U);
    EXPECT_EQ(findings[0].id, "law-broken");
    EXPECT_EQ(findings[0].severity, Severity::warning);
    EXPECT_THAT(findings[0].text(), HasSubstr("copy_in_bytes.sender"));
    EXPECT_THAT(findings[0].text(), HasSubstr("2 of 3 cells, first in A1, 8 × 1 KiB, 2 connections"));
    EXPECT_THAT(findings[0].text(), HasSubstr("expected 901,120, observed 5"));
    EXPECT_EQ(findings[0].evidence[0].figure.value, 2.0);
    for (std::size_t i = 1; i < findings.size(); ++i)
        EXPECT_EQ(findings[i].severity, Severity::note) << findings[i].id;
}

TEST(Insights, ReportAllBrokenLawsInOneFinding) {
    Cell cell = sound_cell(Variant::A1);
    path(cell, Role::sender, Path::copy_in).bytes.value = 5;
    path(cell, Role::receiver, Path::copy_out).bytes.value = 6;
    const std::string text = text_of_finding(run_of({cell}), "law-broken");
    EXPECT_THAT(text, HasSubstr("(copy_in_bytes.sender) fails in 1 of 1 cell,"));
    EXPECT_THAT(text, HasSubstr("Also broken: copy_out_bytes.receiver."));
}

TEST(Insights, ReportLosses) {
    Cell cell = sound_cell(Variant::A1);
    cell.trace->losses = {{"recursion_misses", 1500, "calls of copy_out"}, {"map_full", 0, "bytes"}};
    const std::string text = text_of_finding(run_of({cell, cell}), "events-lost");
    EXPECT_THAT(text, HasSubstr("lost 3,000 events (recursion_misses). Affected: "));
    EXPECT_THAT(text, HasSubstr("calls of copy_out"));
    cell.trace->losses = {{"map_full", 1, "bytes"}, {"queue_full", 1, "bytes"}, {"recursion_misses", 1, "calls"}};
    EXPECT_THAT(text_of_finding(run_of({cell}), "events-lost"), HasSubstr("Affected: bytes; calls."));
}

TEST(Insights, TakeMissedSamplesForLostPrecisionAndSayNothingOfAFew) {
    Cell cell = sound_cell(Variant::A1);
    netio::Run run = run_of({cell});
    run.environment.cpus = 64;
    const double due = cell.duration_s() * run.spec.sample_frequency * run.environment.cpus;
    const auto one_percent = static_cast<std::uint64_t>(due / 100.0);
    run.cells[0].trace->losses = {loss_of("missed_samples", one_percent)};
    EXPECT_FALSE(finds(run, "events-lost"));
    run.cells[0].trace->losses[0].count = one_percent + 1;
    const std::optional<Finding> lost = find(run, "events-lost");
    ASSERT_TRUE(lost.has_value());
    EXPECT_EQ(lost->severity, Severity::note);
    EXPECT_EQ(lost->fact, "1.0 % of sampling ticks did not fire or gave no stack (missed_samples).");
    EXPECT_EQ(lost->meaning, "Sampled times are less precise.");
    run.cells[0].trace->losses.push_back({"map_full", 1, "sockets"});
    EXPECT_EQ(found(run, "events-lost").severity, Severity::warning) << "one event that no scaling makes good";
}

/// What makes a page's line on lost events a warning: accounting.lost.
TEST(Insights, ExplainEachLossThatAPageWarnsOf) {
    std::vector<std::string> names{recursion_misses_of("tp_sys_exit"), recursion_misses_of("on_sample"),
                                   "missed_samples", "of_tomorrow"};
    for (std::size_t kind = 0; kind < NETIO_LOSS_COUNT; ++kind)
        names.emplace_back(loss_name(kind));
    for (const std::string& name : names) {
        netio::Run run = run_of({sound_cell(Variant::A1)});
        run.environment.cpus = 64;
        run.cells[0].trace->losses = {loss_of(name, 1)};
        const std::optional<Finding> lost = find(run, "events-lost");
        EXPECT_EQ(account(run).lost != 0, lost && lost->severity == Severity::warning) << name;
    }
}

/// Repeats of A1 with these seconds for the same bytes, beside two of A2 that agree.
Run with_repeats(const std::vector<double>& seconds) {
    std::vector<Cell> cells;
    for (unsigned repeat = 0; repeat < seconds.size(); ++repeat) {
        cells.push_back(sound_cell(Variant::A1));
        cells.back().repeat = repeat;
        cells.back().receiver.duration_s = seconds[repeat];
        cells.push_back(sound_cell(Variant::A2));
        cells.back().repeat = repeat;
    }
    return run_of(cells);
}

TEST(Insights, TellOneOutlyingRepeat) {
    const std::string text = text_of_finding(with_repeats({1.0, 52.8, 1.02}), "outlying-repeat");
    EXPECT_THAT(text, HasSubstr("Repeat 2 of A1, 8 × 1 KiB, 2 connections is an outlier: "));
    EXPECT_THAT(text, HasSubstr(" × slower than the others ("));
    EXPECT_THAT(text, HasSubstr("52.3 × slower"));
    EXPECT_THAT(text_of_finding(with_repeats({1.0, 1.02, 0.99, 0.5, 1.01}), "outlying-repeat"),
                HasSubstr("Repeat 4 of A1, 8 × 1 KiB, 2 connections is an outlier"))
        << "a faster one too";
    const Finding finding = found(with_repeats({1.0, 52.8, 1.02}), "outlying-repeat");
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_EQ(finding.advice.changes, std::vector{Advice::Change::pin});
    netio::Run pinned = with_repeats({1.0, 52.8, 1.02});
    pinned.spec.pin = true;
    EXPECT_TRUE(found(pinned, "outlying-repeat").advice.changes.empty());
}

TEST(Insights, TakeNoRepeatForAnOutlierThatIsNotAlone) {
    EXPECT_FALSE(finds(with_repeats({1.0, 1.02, 0.97}), "outlying-repeat")) << "as on a quiet machine";
    EXPECT_FALSE(finds(with_repeats({1.0, 52.8}), "outlying-repeat")) << "of two, either may be the odd one";
    EXPECT_FALSE(finds(with_repeats({1.0, 2.0, 4.0}), "outlying-repeat")) << "all differ";
    EXPECT_FALSE(finds(with_repeats({1.0, 1.02, 3.0, 3.1}), "outlying-repeat")) << "two kinds of repeats";
}

TEST(Insights, CountWorkersAgainstCpus) {
    netio::Run run = run_of({sound_cell(Variant::A1)});
    run.environment.cpus = 4;
    EXPECT_FALSE(finds(run, "cpus-oversubscribed"));
    run.environment.cpus = 3;
    EXPECT_THAT(text_of_finding(run, "cpus-oversubscribed"), HasSubstr("2 connections have 4 worker threads"));
    EXPECT_THAT(text_of_finding(run, "cpus-oversubscribed"), HasSubstr("may wait for a CPU"));
    run.environment.cpus = 0;
    EXPECT_FALSE(finds(run, "cpus-oversubscribed")) << "the number of CPUs is not known";
}

TEST(Insights, TellCountersThatHadToShare) {
    Cell cell = sound_cell(Variant::A1);
    cell.sender.counters = {{"cycles", CounterStatus::multiplexed, 5, 20, 100, 25, ""},
                            {"page-faults", CounterStatus::counted, 3, 3, 1, 1, ""}};
    cell.receiver.counters = {{"cycles", CounterStatus::multiplexed, 5, 10, 100, 50, ""}};
    const std::string text = text_of_finding(run_of({cell}), "counters-multiplexed");
    EXPECT_THAT(text, HasSubstr("(down to 25 %) and scaled: cycles."));
    cell.sender.counters.erase(cell.sender.counters.begin());
    cell.receiver.counters.clear();
    EXPECT_FALSE(finds(run_of({cell}), "counters-multiplexed"));
}

TEST(Insights, NameMissingCountersWithTheReason) {
    Cell cell = sound_cell(Variant::A1);
    cell.sender.counters = {{"cycles", CounterStatus::not_supported, 0, 0, 0, 0, "no PMU"},
                            {"page-faults", CounterStatus::counted, 3, 3, 1, 1, ""},
                            {"instructions", CounterStatus::not_supported, 0, 0, 0, 0, "no PMU"}};
    cell.receiver.counters = cell.sender.counters;
    const std::string text = text_of_finding(run_of({cell}), "counters-missing");
    EXPECT_THAT(text, HasSubstr("cycles, instructions (no PMU)"));
    EXPECT_THAT(text, Not(HasSubstr("page-faults")));
}

} // namespace
} // namespace netio::analysis
