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
    path(cell, Role::sender, which).time_ns =
        Figure::exact(per_byte * static_cast<double>(cell.sender.total_payload_bytes));
}

std::vector<Cell> cells_with(const Costs& costs, std::uint64_t field_size = 1024) {
    std::vector<Cell> cells{sound_cell(Variant::A2), sound_cell(Variant::A3)};
    for (Cell& cell : cells)
        cell.field_size = field_size;
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

TEST(ZerocopyBalance, KnowsWhenItPays) {
    EXPECT_EQ(fact_of(run_of(cells_with({0.2, 0.05, 0.0, 0.01}))), "Zero-copy saves more than it costs at 1 KiB.");
}

TEST(ZerocopyBalance, IsOpenWhileItsIntervalHoldsNothing) {
    std::vector<Cell> cells = cells_with({0.2, 0.05, 0.1, 0.01});
    PathFigures& copy = path(cells[1], Role::sender, Path::deferred_copy);
    copy.sampled_bytes = 1000;
    copy.time_ns = Figure::sampled(100, 60, 141);
    EXPECT_EQ(fact_of(run_of(cells)),
              "Of zero-copy's cost and the copy that it saves, the two cannot be told apart at 1 KiB.");
    copy.time_ns = Figure::sampled(100, 60, 139);
    EXPECT_EQ(fact_of(run_of(cells)), "Zero-copy saves more than it costs at 1 KiB.")
        << "0.2 - 0.05 - 0.139 - 0.01 > 0";
}

TEST(ZerocopyBalance, CountsOnlyWhatA3CopiesLess) {
    std::vector<Cell> cells = cells_with({0.2, 0.0, 0.0, 0.0});
    set(cells[1], Path::copy_in, 0.15);
    EXPECT_NEAR(zerocopy_balances(summarize(run_of(cells))).at(0).net.value, 0.05, 1e-12);
}

TEST(ZerocopyBalance, TellsDifferentPlacesApart) {
    std::vector<Cell> cells = cells_with({0.2, 0.5, 0.0, 0.01});
    for (Cell& cell : cells_with({0.2, 0.05, 0.0, 0.01}, 65536))
        cells.push_back(cell);
    EXPECT_EQ(
        fact_of(run_of(cells)),
        "Zero-copy costs more CPU time than the copy that it saves at 1 KiB; saves more than it costs at 64 KiB.");
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
    for (Path which : {Path::pin, Path::deferred_copy, Path::errqueue_syscall})
        EXPECT_EQ(without([&](auto& cells) { path(cells[1], Role::sender, which).time_ns = none; }), "nothing")
            << name_of(which);
    EXPECT_EQ(without([&](auto& cells) { path(cells[0], Role::sender, Path::copy_in).time_ns = none; }), "nothing");
    EXPECT_NE(without([&](auto& cells) { path(cells[1], Role::sender, Path::linearize).time_ns = none; }), "nothing")
        << "most runs never take it";
}

} // namespace
} // namespace netio::analysis
