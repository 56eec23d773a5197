// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/copies.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "analysis/merge.h"

namespace netio::analysis {
namespace {

constexpr std::uint64_t payload = 4'000'000;
constexpr double unbounded = std::numeric_limits<double>::infinity();

PathFigures& figures(Cell& cell, Path path) { return cell.trace->of(payload_role(path)).path(path); }

/// Copied in and out by every byte, for 0.1 ns each, and nowhere else: all of it counted.
Cell counted_cell() {
    Cell cell;
    cell.variant = one_copy_variant;
    cell.field_size = 1000;
    cell.threads = 1;
    cell.sender.total_payload_bytes = payload;
    cell.trace = Trace::of_both_ends();
    for (Path path : paths_where<is_copy>)
        figures(cell, path).bytes = Figure::exact(0.0);
    for (Path path : {Path::copy_in, Path::copy_out}) {
        figures(cell, path).bytes = Figure::exact(payload);
        figures(cell, path).time_ns = Figure::sampled(0.1 * payload, 0.08 * payload, 0.12 * payload);
        figures(cell, path).sampled_bytes = payload;
    }
    cell.trace->copy_evidence = CopyEvidence{{}, 0, Figure::sampled(0.0, 0.0, 0.004 * payload), {}};
    return cell;
}

/// The same by tracepoints alone.
Cell cell_without_hooks() {
    Cell cell = counted_cell();
    for (Path path : {Path::linearize, Path::skb_copy})
        figures(cell, path).bytes = Figure::unavailable("it has no tracepoint");
    return cell;
}

Cell zero_copy_without_hooks(std::uint64_t sends, std::uint64_t copied) {
    Cell cell = cell_without_hooks();
    cell.variant = zero_copy_variant;
    figures(cell, Path::copy_in).bytes = Figure::exact(0.0);
    figures(cell, Path::pin).bytes = Figure::exact(payload);
    cell.trace->of(Role::sender).zerocopy = {sends, sends, copied, 0, 0, 0};
    if (copied != 0)
        figures(cell, Path::deferred_copy).bytes = Figure::at_least(0.0, "seen on delivery only");
    return cell;
}

TEST(Copies, AreOfThePayloadAndNotOfTheRequests) {
    Cell cell = counted_cell();
    // The requests, which the receiver copies in and the sender copies out, are not the payload's copies.
    cell.trace->of(Role::receiver).path(Path::copy_in).bytes = Figure::exact(payload);
    cell.trace->of(Role::sender).path(Path::copy_out).bytes = Figure::exact(payload);
    const Figure copies = copies_per_byte(cell);
    EXPECT_DOUBLE_EQ(copies.value, 2.0);
    EXPECT_EQ(copies.quality, Quality::exact);
}

TEST(Copies, OfNothingAreNotKnown) {
    EXPECT_FALSE(copies_per_byte(Cell{}).available());
    Cell cell = counted_cell();
    cell.sender.total_payload_bytes = 0;
    EXPECT_FALSE(copies_per_byte(cell).range());
}

TEST(Copies, ThatNoProbeCountsAreNotTakenForNone) {
    const Figure copies = copies_per_byte(cell_without_hooks());
    EXPECT_FALSE(copies.available());
    ASSERT_TRUE(copies.bounds);
    EXPECT_DOUBLE_EQ(copies.bounds->low, 2.0);
    // There is room for 0.004 ns a byte, at half of 0.1 - 0.01 × √2 ns a copied byte.
    EXPECT_NEAR(copies.bounds->high, 2.0 + 0.004 / (0.05 - 0.005 * std::sqrt(2.0)), 1e-9);
    EXPECT_NE(copies.reason.find("linearize, skb_copy"), std::string::npos) << copies.reason;
    EXPECT_NE(copies.reason.find("no sample lies in an uncounted one"), std::string::npos) << copies.reason;
}

TEST(Copies, HaveMoreRoomWhereSamplesShowSome) {
    Cell cell = cell_without_hooks();
    cell.trace->copy_evidence->uncounted = 10;
    cell.trace->copy_evidence->uncounted_ns = Figure::sampled(0.03 * payload, 0.02 * payload, 0.04 * payload);
    const Figure copies = copies_per_byte(cell);
    ASSERT_TRUE(copies.bounds);
    EXPECT_GT(copies.bounds->high, 2.8);
    EXPECT_NE(copies.reason.find("samples show that there are some"), std::string::npos) << copies.reason;
}

TEST(Copies, AreOpenAboveWithoutSamples) {
    Cell cell = cell_without_hooks();
    cell.trace->copy_evidence->uncounted_ns = Figure::unavailable("sampling was off");
    EXPECT_EQ(copies_per_byte(cell).bounds, (Bounds{2.0, unbounded}));
    cell.trace->copy_evidence.reset(); // as in files of versions that did not record it
    EXPECT_EQ(copies_per_byte(cell).bounds, (Bounds{2.0, unbounded}));
}

TEST(Copies, AreOpenAboveWhereTheDeviceHasPayloadCopied) {
    Cell cell = cell_without_hooks();
    cell.trace->copy_evidence->expected_for = "the sender's device has scatter-gather off";
    EXPECT_EQ(copies_per_byte(cell).bounds, (Bounds{2.0, unbounded}));
    EXPECT_NE(copies_per_byte(cell).reason.find("scatter-gather off"), std::string::npos);
    cell = cell_without_hooks();
    NamespaceActivity& activity = cell.namespaces.emplace_back();
    EXPECT_NE(copies_per_byte(cell).bounds, (Bounds{2.0, unbounded}));
    activity.packet_taps = 1;
    EXPECT_EQ(copies_per_byte(cell).bounds, (Bounds{2.0, unbounded}));
    EXPECT_NE(copies_per_byte(cell).reason.find("packet socket"), std::string::npos);
    activity.packet_taps = 0;
    activity.counters["Ip.FragCreates"] = 3;
    EXPECT_EQ(copies_per_byte(cell).bounds, (Bounds{2.0, unbounded}));
    EXPECT_NE(copies_per_byte(cell).reason.find("fragments"), std::string::npos);
    cell = counted_cell();
    cell.trace->copy_evidence->expected_for = "the sender's device has scatter-gather off";
    EXPECT_EQ(copies_per_byte(cell).value, 2.0) << "they are counted";
}

TEST(Copies, AreOpenAboveWhereNoSampleTellsWhatAByteCosts) {
    Cell cell = cell_without_hooks();
    for (Path path : {Path::copy_in, Path::copy_out})
        figures(cell, path).time_ns = Figure::sampled(0.0, 0.0, 0.01 * payload);
    EXPECT_EQ(copies_per_byte(cell).bounds, (Bounds{2.0, unbounded}));
    EXPECT_NE(copies_per_byte(cell).reason.find("too few"), std::string::npos);
    for (Path path : {Path::copy_in, Path::copy_out})
        figures(cell, path).time_ns = Figure::sampled(0.0009 * payload, 0.0008 * payload, 0.01 * payload);
    EXPECT_EQ(copies_per_byte(cell).bounds, (Bounds{2.0, unbounded})) << "room for 10 copies is no bound";
}

TEST(Copies, OfZeroCopyAreAsManyAsCompletionsTellAtMost) {
    const double room = copies_per_byte(zero_copy_without_hooks(100, 0)).bounds->high - 1.0;
    EXPECT_LT(room, 0.11);
    const Figure all = copies_per_byte(zero_copy_without_hooks(100, 100));
    ASSERT_TRUE(all.bounds);
    EXPECT_DOUBLE_EQ(all.bounds->low, 1.0) << "a send counts as copied from its first byte on";
    EXPECT_NEAR(all.bounds->high, 2.0 + room, 1e-9);
    const Figure some = copies_per_byte(zero_copy_without_hooks(100, 20));
    EXPECT_NEAR(some.bounds->high, 1.2 + room, 1e-9);
}

TEST(Copies, OfRepeatsTogetherAreMoreClosely) {
    const Cell cell = cell_without_hooks();
    Cell sum = cell;
    for (int i = 0; i < 3; ++i) {
        analysis::add(*sum.trace, *cell.trace);
        sum.sender.total_payload_bytes += payload;
    }
    EXPECT_LT(copies_per_byte(sum).bounds->high, copies_per_byte(cell).bounds->high);
    EXPECT_DOUBLE_EQ(copies_per_byte(sum).bounds->low, 2.0);
}

TEST(Copies, AfterAllAreOfAllPaths) {
    Cell cell = counted_cell();
    figures(cell, Path::deferred_copy).bytes = Figure::exact(1000.0);
    cell.trace->of(Role::sender).copied_after_all = {{CopyReason::local_delivery, Path::deferred_copy, 1, 1000, {}},
                                                     {CopyReason::linearized, Path::linearize, 2, 300, {}}};
    EXPECT_EQ(bytes_copied_after_all(*cell.trace).value, 1300.0);
    EXPECT_EQ(bytes_copied_after_all(*zero_copy_without_hooks(1, 1).trace).bounds, (Bounds{0.0, unbounded}));
}

TEST(Copies, OfSkbsCostWhatAllOfThemCost) {
    Cell cell = counted_cell();
    EXPECT_FALSE(skb_copies_ns_per_byte(cell).available());
    for (Path path : paths_where<copies_skb>)
        figures(cell, path).exclusive_ns = Figure::exact(0.5 * payload);
    EXPECT_DOUBLE_EQ(skb_copies_ns_per_byte(cell).value, 1.5);
}

} // namespace
} // namespace netio::analysis
