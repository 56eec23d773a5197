// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "base/result.h"
#include "model/run_spec.h"

namespace netio::experiment {

/// Whether a run of this spec makes sense; the first thing that does not is an input error with the way out.
[[nodiscard]] Result<void> check_spec(const RunSpec& spec);

} // namespace netio::experiment
