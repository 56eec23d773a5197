// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "analysis/summary.h"

namespace netio::analysis {

/// Which variant is the fastest, for a whole run. It quotes the judge (judge.h) and says nothing of its own.
struct Verdict {
    std::string text;  ///< a sentence or two; "" for fewer than two variants with messages
    bool open = false; ///< somewhere no winner is shown: see advice_on_repeats()
};

/// Of one group the headline of its ranking, or in short who is not shown to be slower. Of several, where each variant
/// is shown to be the fastest, by which factor it leads the next, and where no winner is shown.
[[nodiscard]] Verdict verdict_on(const std::vector<Group>& groups);

} // namespace netio::analysis
