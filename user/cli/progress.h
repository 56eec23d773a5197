// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <memory>

#include "experiment/runner.h"

namespace netio::cli {

/// How a run's progress is shown on standard error: a bar with the time left on a terminal, a line a cell elsewhere,
/// nothing when `quiet`.
[[nodiscard]] std::unique_ptr<experiment::RunListener> make_progress(bool quiet);

} // namespace netio::cli
