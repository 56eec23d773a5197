// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "base/result.h"
#include "model/diagnosis.h"

namespace netio::experiment {

/// Tries everything that a run may need, in the order and by the code of a run: the very programs are loaded, attached
/// and sent messages to. Changes nothing but the calling process, which may be in a user namespace afterwards; it must
/// have one thread only. An error when not even that can be begun.
[[nodiscard]] Result<Diagnosis> diagnose();

} // namespace netio::experiment
