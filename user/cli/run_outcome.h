// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "base/result.h"
#include "model/run_result.h"

namespace netio::cli {

/// What a run that has results tells a script. That it ended early goes before what its laws say, and a broken law
/// before one that could not be shown.
[[nodiscard]] ExitCode exit_code_of(const Run& run);

} // namespace netio::cli
