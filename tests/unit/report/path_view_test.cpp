// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/path_view.h"

#include <gtest/gtest.h>

#include "analysis/costs.h"

namespace netio::report {
namespace {

TEST(PathView, TheWorstAvailableQualityStandsForThePath) {
    PathFigures figures;
    EXPECT_EQ(overall_quality(figures), Quality::unavailable);
    figures.bytes = Figure::exact(1);
    EXPECT_EQ(overall_quality(figures), Quality::exact) << "what is missing does not spoil what is there";
    figures.time_ns = Figure::sampled(1, 0, 2);
    EXPECT_EQ(overall_quality(figures), Quality::sampled);
}

TEST(PathView, EqualReasonsAreToldOnce) {
    PathFigures figures;
    figures.calls = Figure::unavailable("no hook");
    figures.bytes = Figure::exact(1);
    figures.time_ns = Figure::unavailable("no hook");
    EXPECT_EQ(overall_reason(figures), "calls, time: no hook");
    figures.bytes = Figure::estimated(1, "a guess");
    EXPECT_EQ(overall_reason(figures), "calls, time: no hook; bytes: a guess");
}

TEST(PathView, AWayThatNothingWentTookNoTime) {
    PathFigures figures;
    figures.calls = figures.bytes = Figure::exact(0);
    EXPECT_EQ(shown_time(Path::copy_in, figures, Figure::sampled(0, 0, 0.04)).quality, Quality::exact);
    EXPECT_EQ(shown_time(Path::copy_in, figures, Figure::sampled(0, 0, 0.04)).high, 0.0);
    EXPECT_FALSE(shown_time(Path::wait_recv, figures, Figure::unavailable("no clock")).available());
    EXPECT_EQ(shown_time(Path::copy_in, figures, Figure::unavailable("no clock")).value, 0.0);
    figures.bytes = Figure::exact(1);
    EXPECT_EQ(shown_time(Path::copy_in, figures, Figure::sampled(0, 0, 0.04)).high, 0.04);
}

TEST(PathView, AnUntracedCellHasUnavailableFigures) {
    const Cell cell;
    EXPECT_FALSE(figures_of(cell, Path::copy_in).bytes.available());
    const PathFigures& figures = figures_of(cell, Path::copy_in);
    for (const Figure* figure : {&figures.calls, &figures.bytes, &figures.time_ns, &figures.exclusive_ns,
                                 &figures.preempted_ns, &figures.skb_path_ns, &figures.sampled_time_ns})
        EXPECT_EQ(figure->reason, "not traced");
}

TEST(PathView, PayloadFiguresAreThoseOfThePayloadsRole) {
    Cell cell;
    cell.trace = Trace::of_both_ends();
    cell.trace->of(Role::receiver).path(Path::copy_out).bytes = Figure::exact(7);
    cell.trace->of(Role::sender).path(Path::copy_out).bytes = Figure::exact(1);
    EXPECT_EQ(figures_of(cell, Path::copy_out).bytes.value, 7);
    EXPECT_EQ(figures_of(cell, Path::copy_out, Role::sender).bytes.value, 1);
}

TEST(CpuView, SharesOfBothEndsAreWeightedByTheirTime) {
    Trace trace = Trace::of_both_ends();
    trace.of(Role::sender).cpu.total_ns = Figure::sampled(300, 270, 330);
    trace.of(Role::receiver).cpu.total_ns = Figure::sampled(100, 60, 140);
    trace.of(Role::sender).cpu.user_space = Figure::sampled(0.5, 0.4, 0.6);
    trace.of(Role::receiver).cpu.user_space = Figure::sampled(0.1, 0.1, 0.1);
    const Figure total = analysis::total_cpu_ns(trace);
    EXPECT_DOUBLE_EQ(total.value, 400);
    EXPECT_DOUBLE_EQ(total.high, 450) << "30 and 40 are independent";
    const auto user = [](const CpuProfile& cpu) -> const Figure& { return cpu.user_space; };
    EXPECT_DOUBLE_EQ(analysis::combined_share(trace, user).value, 0.4);
    EXPECT_DOUBLE_EQ(analysis::combined_share(trace, user).low, 0.325);
    EXPECT_EQ(analysis::combined_share(trace, user).quality, Quality::sampled);
    trace.of(Role::receiver).cpu.user_space = Figure::unavailable("no symbols");
    EXPECT_EQ(analysis::combined_share(trace, user).reason, "no symbols");
    trace.of(Role::receiver).cpu.total_ns = Figure::exact(0);
    EXPECT_DOUBLE_EQ(analysis::combined_share(trace, user).value, 0.5) << "an end without CPU time has no say";
}

} // namespace
} // namespace netio::report
