// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "model/run_result.h"
#include "report/run_json/layout.h"

namespace netio::report {

/// One element of "cells" in run.json.
[[nodiscard]] Json cell_to_json(const Cell& cell);

/// A histogram as run.json has it.
[[nodiscard]] Json histogram_to_json(const Histogram& histogram);

} // namespace netio::report
