// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/comparison.h"

namespace netio::analysis {

/// A bound that a difference must not go beyond: "p99 > +5 %".
struct Gate {
    std::string text; ///< as it was typed
    Metric metric;
    Statistic statistic = Statistic::p50;
    bool above = true;    ///< fails above the bound; otherwise below it
    bool relative = true; ///< `bound` is a share (0.05 for 5 %); otherwise in the statistic's unit
    double bound = 0.0;
};

enum class GateOutcome {
    passed,
    failed,
    failed_unproven, ///< beyond the bound with one repeat, which has no interval: it counts as failed
    unchecked        ///< it cannot be: see why_unchecked()
};

/// A gate fails for a pair when the difference itself is beyond the bound and is shown, that is when its interval
/// excludes "no difference": a bound that is passed by noise alone does not fail, and one that is passed by a
/// difference that is there does, even when the interval's near end is still below the bound. With one repeat, which
/// has no interval, the difference alone decides; what has no interval whatever the repeats, as the maximum, is not
/// checked.
[[nodiscard]] GateOutcome check(const Gate& gate, const Difference& difference);

/// Why a gate cannot be checked: a value is not there or is 0, of which there is no percentage; the difference has no
/// interval; or it is beyond the bound, and a busy machine may explain it. "" where it can.
[[nodiscard]] std::string why_unchecked(const Gate& gate, const Difference& difference);

struct GateResult {
    std::size_t gate = 0;  ///< index in the list of gates
    std::size_t group = 0; ///< index in Comparison::groups
    std::size_t pair = 0;  ///< index in ComparedGroup::pairs
    GateOutcome outcome = GateOutcome::unchecked;
    std::string reason{}; ///< why it is unchecked
};

/// Every gate on every pair with the baseline, in the groups that have its metric.
[[nodiscard]] std::vector<GateResult> check(const std::vector<Gate>& gates, const Comparison& comparison);

} // namespace netio::analysis
