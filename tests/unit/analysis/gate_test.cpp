// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/gate.h"

#include <gtest/gtest.h>

namespace netio::analysis {
namespace {

Difference change(double ratio, bool shown, bool interval = true) {
    Difference difference;
    difference.statistic = Statistic::p99;
    difference.repeats = interval ? 3 : 1;
    difference.available = true;
    difference.ratio = Bounded{ratio, 0, 0};
    difference.absolute = {1000.0 * (ratio - 1.0), 0, 0};
    difference.interval = interval;
    difference.shown = shown;
    return difference;
}

Gate gate(bool above, bool relative, double bound) {
    return {"p99", {Metric::Kind::latency}, Statistic::p99, above, relative, bound};
}

TEST(Gate, FailsBeyondTheBoundWhenTheDifferenceIsShown) {
    const Gate five_percent = gate(true, true, 0.05);
    EXPECT_EQ(check(five_percent, change(1.06, true)), GateOutcome::failed);
    EXPECT_EQ(check(five_percent, change(1.04, true)), GateOutcome::passed);
    EXPECT_EQ(check(five_percent, change(1.50, false)), GateOutcome::passed); // noise
    EXPECT_EQ(check(five_percent, change(0.50, true)), GateOutcome::passed);  // an improvement
}

TEST(Gate, DecidesByTheValueAloneWithOneRepeat) {
    EXPECT_EQ(check(gate(true, true, 0.05), change(1.06, false, false)), GateOutcome::failed_unproven);
    EXPECT_EQ(check(gate(true, true, 0.05), change(1.04, false, false)), GateOutcome::passed);
}

TEST(Gate, IsUncheckedWhereSeveralRepeatsHaveNoInterval) {
    const Gate five_percent = gate(true, true, 0.05);
    Difference largest = change(1.5, false, false);
    largest.repeats = 3;
    largest.no_interval = "the largest value has none";
    EXPECT_EQ(check(five_percent, largest), GateOutcome::unchecked);
    EXPECT_EQ(why_unchecked(five_percent, largest), "it has no interval: the largest value has none");
    largest.statistic = Statistic::max;
    largest.repeats = 1;
    EXPECT_EQ(check(five_percent, largest), GateOutcome::unchecked) << "more repeats give none either";
    EXPECT_EQ(why_unchecked(five_percent, change(1.5, false, false)), "") << "one repeat: the value alone";
}

TEST(Gate, CanBeOnDecreasesAndOnUnits) {
    EXPECT_EQ(check(gate(false, true, -0.03), change(0.96, true)), GateOutcome::failed);
    EXPECT_EQ(check(gate(false, true, -0.03), change(0.98, true)), GateOutcome::passed);
    EXPECT_EQ(check(gate(true, false, 50.0), change(1.06, true)), GateOutcome::failed);
    EXPECT_EQ(check(gate(true, false, 70.0), change(1.06, true)), GateOutcome::passed);
}

TEST(Gate, IsNotPassedByWhatIsNotThere) {
    Difference missing = change(1.0, false);
    missing.available = false;
    missing.reason = "not timed";
    EXPECT_EQ(check(gate(true, true, 0.05), missing), GateOutcome::unchecked);
    EXPECT_EQ(why_unchecked(gate(true, true, 0.05), missing), "not timed");
    Difference on_a_busy_machine = change(1.5, false);
    on_a_busy_machine.explained_by_load = true;
    EXPECT_EQ(check(gate(true, true, 0.05), on_a_busy_machine), GateOutcome::unchecked);
    EXPECT_EQ(check(gate(true, true, 0.6), on_a_busy_machine), GateOutcome::passed) << "not beyond the bound anyway";
    on_a_busy_machine.lost_to_others = 0.38;
    EXPECT_EQ(why_unchecked(gate(true, true, 0.05), on_a_busy_machine),
              "the machine was busy: up to 38 % of the slower one's time went to others");
    Difference from_zero = change(1.0, true);
    from_zero.ratio.reset();
    EXPECT_EQ(check(gate(true, true, 0.05), from_zero), GateOutcome::unchecked);
}

TEST(Gate, LooksAtEveryPairWithItsMetric) {
    Comparison comparison;
    ComparedGroup group;
    group.metric = {Metric::Kind::latency};
    group.pairs = {{0, 0, {change(1.1, true)}, {}}, {1, 0, {change(1.01, true)}, {}}};
    comparison.groups = {group, group};
    comparison.groups[1].metric = {Metric::Kind::throughput};
    const std::vector<GateResult> results = check({gate(true, true, 0.05)}, comparison);
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].outcome, GateOutcome::failed);
    EXPECT_EQ(results[1].outcome, GateOutcome::passed);
    EXPECT_EQ(results[1].pair, 1U);
    comparison.groups[0].pairs[1].baseline = 1;
    EXPECT_EQ(check({gate(true, true, 0.05)}, comparison).size(), 1U) << "not a pair without the baseline";
}

} // namespace
} // namespace netio::analysis
