// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/zerocopy_balance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cells.h"

namespace netio::analysis {
namespace {

using testing::HasSubstr;

/// Nanoseconds a payload byte on each path.
struct Costs {
    double saved = 0.0;
    double pin = 0.0;
    double copied_later = 0.0;
    double completions = 0.0;
};

void set(Cell& cell, Path which, double per_byte) {
    PathFigures& figures = path(cell, Role::sender, which);
    figures.exclusive_ns = Figure::exact(per_byte * static_cast<double>(cell.sender.total_payload_bytes));
    // Off the CPU for as long again, which is no cost.
    figures.time_ns = Figure::exact(2.0 * figures.exclusive_ns.value);
    figures.preempted_ns = figures.exclusive_ns;
}

std::vector<Cell> cells_with(const Costs& costs, std::uint64_t field_size = 1024) {
    std::vector<Cell> cells{sound_cell(Variant::A2), sound_cell(Variant::A3)};
    for (Cell& cell : cells) {
        cell.field_size = field_size;
        without_copies_of_skbs(cell);
    }
    set(cells[0], Path::copy_in, costs.saved);
    set(cells[1], Path::copy_in, 0.0);
    set(cells[1], Path::pin, costs.pin);
    set(cells[1], Path::deferred_copy, costs.copied_later);
    set(cells[1], Path::errqueue_syscall, costs.completions);
    return cells;
}

std::string fact_of(const Run& run) {
    const std::optional<Finding> finding = find(run, "zerocopy-balance");
    return finding ? finding->fact : std::string("nothing");
}

TEST(ZerocopyBalance, AddsUpWhatIsSavedAndWhatIsPaid) {
    const netio::Run run = run_of(cells_with({0.2, 0.05, 0.25, 0.01}));
    EXPECT_EQ(fact_of(run), "Zero-copy costs more CPU time than the copy that it saves at 1 KiB.");
    const Finding finding = found(run, "zerocopy-balance");
    EXPECT_NEAR(evidence(finding.evidence, "balance (+ saved)"), -0.11, 1e-12);
    EXPECT_THAT(finding.meaning,
                HasSubstr("A3 saves 0.200 ns a byte of A2's copy_in and spends 0.0500 ns on pinning pages, "
                          "0.250 ns on copying after all and 0.0100 ns on reading completions: 0.110 ns "
                          "more in all"));
}

TEST(ZerocopyBalance, TellsWhatWasNotSampledAsABound) {
    std::vector<Cell> cells = cells_with({0.2, 0.0, 0.0, 0.01});
    PathFigures& pinning = path(cells[1], Role::sender, Path::pin);
    pinning.sampled_bytes = 1000;
    pinning.exclusive_ns = Figure::sampled(0, 0, 44);
    const netio::Run run = run_of(cells);
    EXPECT_THAT(say(zerocopy_balances(FindingInput(run)).at(0)),
                HasSubstr("spends under 0.044 ns on pinning pages and 0.0100 ns on reading completions"));
}

TEST(ZerocopyBalance, KnowsWhenItPays) {
    EXPECT_EQ(fact_of(run_of(cells_with({0.2, 0.05, 0.0, 0.01}))), "Zero-copy saves more than it costs at 1 KiB.");
}

TEST(ZerocopyBalance, IsOpenWhileItsIntervalHoldsNothing) {
    std::vector<Cell> cells = cells_with({0.2, 0.05, 0.1, 0.01});
    PathFigures& copy = path(cells[1], Role::sender, Path::deferred_copy);
    copy.sampled_bytes = 1000;
    copy.exclusive_ns = Figure::sampled(100, 60, 141);
    EXPECT_EQ(fact_of(run_of(cells)),
              "No significant difference between the CPU time that zero-copy costs and that of the copy that it saves "
              "at 1 KiB.");
    copy.exclusive_ns = Figure::sampled(100, 60, 139);
    EXPECT_EQ(fact_of(run_of(cells)), "Zero-copy saves more than it costs at 1 KiB.")
        << "0.2 - 0.05 - 0.139 - 0.01 > 0";
}

TEST(ZerocopyBalance, CountsOnlyWhatA3CopiesLess) {
    std::vector<Cell> cells = cells_with({0.2, 0.0, 0.0, 0.0});
    set(cells[1], Path::copy_in, 0.15);
    const netio::Run run = run_of(cells);
    EXPECT_NEAR(zerocopy_balances(FindingInput(run)).at(0).net.value, 0.05, 1e-12);
}

TEST(ZerocopyBalance, TellsDifferentPlacesApart) {
    std::vector<Cell> cells = cells_with({0.2, 0.5, 0.0, 0.01});
    for (Cell& cell : cells_with({0.2, 0.05, 0.0, 0.01}, 65536))
        cells.push_back(cell);
    EXPECT_EQ(
        fact_of(run_of(cells)),
        "Zero-copy costs more CPU time than the copy that it saves at 1 KiB; saves more than it costs at 64 KiB.");
}

/// Repeats with these savings, and 0.06 ns a byte of costs in each.
Run repeats_that_save(const std::vector<double>& saved) {
    std::vector<Cell> cells;
    for (unsigned repeat = 0; repeat < saved.size(); ++repeat)
        for (Cell& cell : cells_with({saved[repeat], 0.05, 0.0, 0.01})) {
            cell.repeat = repeat;
            cells.push_back(cell);
        }
    return run_of(cells);
}

TEST(ZerocopyBalance, OfTimedCallsHasTheIntervalOfItsRepeats) {
    // Balances of 0.01, 0.02 and 0.03 ns a byte: standard deviation 0.01, t(2) = 4.302653.
    const netio::Run run = repeats_that_save({0.07, 0.08, 0.09});
    const Figure net = zerocopy_balances(FindingInput(run)).at(0).net;
    EXPECT_NEAR(net.value, 0.02, 1e-12);
    EXPECT_NEAR(net.high - net.value, 4.302653 * 0.01 / std::sqrt(3.0), 1e-8);
    EXPECT_NEAR(net.value - net.low, net.high - net.value, 1e-12);
    const Finding open = found(run, "zerocopy-balance");
    EXPECT_EQ(open.fact,
              "No significant difference between the CPU time that zero-copy costs and that of the copy that it saves "
              "at 1 KiB.");
    EXPECT_THAT(open.meaning, HasSubstr("(95 %: −0.00484 to 0.0448 ns saved)"));
    EXPECT_EQ(open.thresholds.size(), 1U);
    EXPECT_EQ(fact_of(repeats_that_save({0.08, 0.081, 0.082})), "Zero-copy saves more than it costs at 1 KiB.");
}

TEST(ZerocopyBalance, OfOneTimedRepeatClaimsNoConfidence) {
    const Finding finding = found(repeats_that_save({0.08}), "zerocopy-balance");
    EXPECT_EQ(finding.fact, "Zero-copy saves more than it costs at 1 KiB.");
    EXPECT_THAT(finding.meaning,
                HasSubstr("0.0200 ns less in all. Times taken call by call have no interval with one repeat, and "
                          "their spread is not known."));
    EXPECT_THAT(finding.meaning, testing::Not(HasSubstr("95 %")));
    EXPECT_TRUE(finding.thresholds.empty());
}

TEST(ZerocopyBalance, IsOpenBesideOthers) {
    std::vector<Cell> cells = repeats_that_save({0.07, 0.09}).cells;
    for (unsigned repeat : {0U, 1U})
        for (Cell& cell : cells_with({0.2, 0.5, 0.0, 0.01}, 65536)) {
            cell.repeat = repeat;
            cells.push_back(cell);
        }
    EXPECT_EQ(fact_of(run_of(cells)), "Zero-copy costs more CPU time than the copy that it saves at 64 KiB; open at "
                                      "1 KiB.");
}

TEST(ZerocopyBalance, NeedsAllParts) {
    const auto without = [](auto damage) {
        std::vector<Cell> cells = cells_with({0.2, 0.05, 0.25, 0.01});
        damage(cells);
        return fact_of(run_of(cells));
    };
    const Figure none = Figure::unavailable("no hook");
    EXPECT_EQ(without([](auto& cells) { cells.pop_back(); }), "nothing") << "A3 was not run";
    EXPECT_EQ(without([](auto& cells) { cells[0].trace.reset(); }), "nothing") << "A2 was not traced";
    // A copy that was not timed is not taken for none.
    for (Path which : {Path::pin, Path::deferred_copy, Path::linearize, Path::skb_copy, Path::errqueue_syscall})
        EXPECT_EQ(without([&](auto& cells) { path(cells[1], Role::sender, which).exclusive_ns = none; }), "nothing")
            << name_of(which);
    EXPECT_EQ(without([&](auto& cells) { path(cells[0], Role::sender, Path::copy_in).exclusive_ns = none; }),
              "nothing");
}

} // namespace
} // namespace netio::analysis
