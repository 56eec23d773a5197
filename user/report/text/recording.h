// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "model/recording.h"
#include "report/text/run.h"

namespace netio::report {

/// What `attach` prints: details with a column for each subject, and at the end a summary that fits into the terminal.
[[nodiscard]] std::string render_recording_text(const Recording& recording, const TextOptions& options);

} // namespace netio::report
