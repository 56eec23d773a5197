// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <vector>

#include "analysis/finding.h"

namespace netio::analysis {

/// What the run's own data says and a reader could miss: warnings first, then by importance, each thing once for the
/// whole run. docs/method.md, section "Findings", says of each id what it rests on.
[[nodiscard]] std::vector<Finding> find_insights(const Run& run);

} // namespace netio::analysis
