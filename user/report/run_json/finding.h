// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <vector>

#include "analysis/finding.h"
#include "report/run_json/layout.h"

namespace netio::report {

/// "findings" of run.json and of `explain --format json`.
[[nodiscard]] Json findings_to_json(const std::vector<analysis::Finding>& findings);

/// "evidence" of a finding or an answer.
[[nodiscard]] Json evidence_to_json(const std::vector<analysis::Evidence>& evidence);

} // namespace netio::report
