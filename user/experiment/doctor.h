// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "model/diagnosis.h"

namespace netio::experiment {

/// Tries everything that a run may need and changes nothing. The calling process must have one thread only, because
/// network namespaces are tried in a child process.
[[nodiscard]] Diagnosis diagnose();

} // namespace netio::experiment
