// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "model/run_result.h"

namespace netio::report {

struct TextOptions {
    bool color = false;
    unsigned width = 100;                ///< columns; nothing is wider
    std::string saved_to;                ///< the folder of the files; "" when nothing was saved
    std::string program = "netio-trace"; ///< what to type to call it: see as_called()
};

/// What `run` prints: the answer first, details below.
[[nodiscard]] std::string render_text(const Run& run, const TextOptions& options);

} // namespace netio::report
