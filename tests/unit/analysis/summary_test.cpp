// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/copies.h"
#include "analysis/summary.h"

#include <gtest/gtest.h>

#include "cells.h"

namespace netio::analysis {
namespace {

Cell repeat(unsigned number, double duration_s) {
    Cell cell = sound_cell(Variant::A2);
    cell.repeat = number;
    cell.receiver.duration_s = duration_s;
    cell.laws = {{"payload_bytes", "", 1, 1, true, true, ""}};
    return cell;
}

TEST(MergedRepeats, AreOneLongCell) {
    const Cell first = repeat(0, 1.0);
    const Cell second = repeat(1, 3.0);
    const Cell* const cells[] = {&first, &second};
    const VariantSummary summary = merge_repeats(cells);
    EXPECT_EQ(summary.repeats, 2U);
    EXPECT_EQ(summary.merged.messages(), 200U);
    EXPECT_EQ(summary.merged.payload_bytes(), 2 * first.payload_bytes());
    EXPECT_EQ(summary.merged.duration_s(), 4.0);
    EXPECT_EQ(summary.merged.receiver.latency.count(), 200U);
    EXPECT_EQ(summary.merged.receiver.messages_per_thread, (std::vector<std::uint64_t>{60, 40, 60, 40}));
    EXPECT_EQ(summary.merged.sender.calls.send_calls, 220U);
    EXPECT_EQ(summary.merged.sender.total_payload_bytes, 2 * first.sender.total_payload_bytes);
    EXPECT_DOUBLE_EQ(summary.merged.sender.cpu_system_s, 0.8);
    EXPECT_EQ(summary.merged.laws.size(), 2U);
    EXPECT_DOUBLE_EQ(copies_per_byte(summary.merged).value, copies_per_byte(first).value);
}

TEST(MergedRepeats, ShowTheirGeometricMeanAndSpread) {
    const Cell cells[] = {repeat(0, 1.0), repeat(1, 4.0), repeat(2, 2.0)};
    const Cell* const all[] = {&cells[0], &cells[1], &cells[2]};
    const VariantSummary three = merge_repeats(all);
    EXPECT_DOUBLE_EQ(three.messages_per_second.value, 50.0);
    EXPECT_DOUBLE_EQ(three.messages_per_second.low, 25.0);
    EXPECT_DOUBLE_EQ(three.messages_per_second.high, 100.0);
    EXPECT_DOUBLE_EQ(three.throughput_gbps.value, cells[2].throughput_gbps());
    EXPECT_GT(three.cpu_ns_per_byte.value, 0.0);
    const VariantSummary two = merge_repeats(std::span(all).first(2));
    EXPECT_DOUBLE_EQ(two.messages_per_second.value, 50.0) << "of 100 and 25";
    Cell silent = repeat(3, 1.0);
    silent.receiver.messages = 0;
    const Cell* const with_silent[] = {&cells[0], &silent};
    EXPECT_DOUBLE_EQ(merge_repeats(with_silent).messages_per_second.value, 100.0) << "it has nothing to say";
}

TEST(MergedRepeats, AreTracedOnlyWhenAllWere) {
    const Cell traced = repeat(0, 1.0);
    Cell untraced = repeat(1, 1.0);
    untraced.trace.reset();
    const Cell* const cells[] = {&traced, &untraced};
    EXPECT_FALSE(merge_repeats(cells).merged.trace.has_value());
    const Cell* const reversed[] = {&untraced, &traced};
    EXPECT_FALSE(merge_repeats(reversed).merged.trace.has_value());
    EXPECT_TRUE(merge_repeats(std::span(cells).first(1)).merged.trace.has_value());
}

TEST(Summary, PutsVariantsSideBySideInOrder) {
    netio::Run run;
    for (const auto& [size, threads, variant, number] :
         {std::tuple{4096U, 1U, Variant::A3, 0U}, std::tuple{64U, 8U, Variant::A1, 0U},
          std::tuple{64U, 2U, Variant::A1, 0U}, std::tuple{64U, 2U, Variant::A2, 0U},
          std::tuple{64U, 2U, Variant::A1, 1U}}) {
        Cell cell = sound_cell(variant);
        cell.field_size = size;
        cell.threads = threads;
        cell.repeat = number;
        run.cells.push_back(cell);
    }
    const std::vector<Group> groups = summarize(run);
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_EQ(groups[0].field_size, 64U);
    EXPECT_EQ(groups[0].threads, 2U);
    EXPECT_EQ(groups[1].threads, 8U);
    EXPECT_EQ(groups[2].field_size, 4096U);
    ASSERT_EQ(groups[0].variants.size(), 2U);
    EXPECT_EQ(groups[0].variants[0].merged.variant, Variant::A1);
    EXPECT_EQ(groups[0].variants[0].repeats, 2U);
    EXPECT_EQ(groups[0].variants[1].merged.variant, Variant::A2);
    EXPECT_EQ(groups[0].of(Variant::A2), &groups[0].variants[1]);
    EXPECT_EQ(groups[0].of(Variant::A3), nullptr) << "it was not run there";
    EXPECT_NE(groups[2].of(Variant::A3), nullptr);
}

TEST(Summary, NamesTheFunctionsOfTheRepeatThatCopiedMost) {
    Cell cell = sound_cell(Variant::A3);
    netio::Run run;
    const std::pair<std::uint64_t, const char*> repeats[] = {{100, "few"}, {300, "most"}, {200, "middle"}};
    for (const auto& [bytes, function] : repeats) {
        cell.trace->of(Role::sender).copied_after_all = {
            {CopyReason::packet_tap, Path::deferred_copy, 1, bytes, {function}},
            {CopyReason::packet_tap, Path::skb_copy, 1, 1000, {"elsewhere"}}};
        run.cells.push_back(cell);
    }
    const std::vector<Group> groups = summarize(run);
    const std::vector<CopySite>& sites = groups[0].of(Variant::A3)->merged.trace->of(Role::sender).copied_after_all;
    ASSERT_EQ(sites.size(), 2U);
    EXPECT_EQ(sites[0].bytes, 3000U);
    EXPECT_EQ(sites[0].functions, std::vector<std::string>{"elsewhere"});
    EXPECT_EQ(sites[1].bytes, 600U);
    EXPECT_EQ(sites[1].functions, std::vector<std::string>{"most"}) << "not the first repeat's";
}

TEST(Summary, OfNothingIsEmpty) {
    const netio::Run run;
    EXPECT_TRUE(summarize(run).empty());
}

} // namespace
} // namespace netio::analysis
