// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace CLI {
class App;
}

namespace netio::cli {

/// The options of `report` that turn a run into files for other programs.
struct ExportOptions {
    std::string format; ///< "" when none was asked for
    std::optional<std::string> variant;
    std::optional<std::uint64_t> field_size;
    std::optional<unsigned> threads;

    void add_to(CLI::App& command);
    [[nodiscard]] bool any() const { return !format.empty() || variant || field_size || threads; }
};

/// Reads the run and writes what the options ask for: to the file `output`, into it when it is a folder or ends with a
/// slash, to standard output for "-"; beside the run when it is empty. What goes to several files needs a folder. Over
/// files of a run only when forced to.
[[nodiscard]] Result<ExitCode> export_run(const ExportOptions& options, const std::string& run,
                                          const std::string& output, bool force, bool quiet);

} // namespace netio::cli
