// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "analysis/laws.h"
#include "report/run_json/layout.h"

namespace netio::report {

/// "accounting" of run.json and trace.json.
[[nodiscard]] Json accounting_to_json(const analysis::Accounting& accounting);

} // namespace netio::report
