// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/run_result.h"

namespace netio::report {

inline constexpr std::size_t least_height = 24;

struct TextOptions {
    bool color = false;
    unsigned width = 100;              ///< columns; nothing is wider
    std::size_t height = least_height; ///< lines of the terminal, which the summary at the end fits into
    /// What the saved run is called in commands: its folder, or its file where that is no folder's run.json; "" when
    /// nothing was saved.
    std::string saved_to{};
    std::vector<std::string> saved_files{}; ///< in that folder; empty of a file
    std::string program = "netio-trace";    ///< what to type to call it: see as_called()
};

/// What `run` prints: details, and at the end a summary that fits into the terminal.
[[nodiscard]] std::string render_text(const Run& run, const TextOptions& options);

} // namespace netio::report
