// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "report/renderers.h"

namespace CLI {
class App;
}

namespace netio::cli {

/// Options that choose cells of a run.
struct CellOptions {
    std::optional<std::string> variant;
    std::optional<std::uint64_t> field_size;
    std::optional<unsigned> threads;

    /// `verb`: what is done with the cells, for the help.
    void add_to(CLI::App& command, const std::string& verb, const std::string& group);
    [[nodiscard]] bool any() const { return variant || field_size || threads; }
};

/// The formats that there are, with what each is.
[[nodiscard]] std::string formats_for_help();

/// What a renderer makes of the cells of a saved run, with names for the files.
[[nodiscard]] report::RenderedFiles render_saved(const report::Renderer& renderer, const CellOptions& cells,
                                                 const std::string& run, report::TextOptions text);

/// The options of `report` that write a run in another format.
struct ExportOptions {
    std::string format; ///< "" when none was asked for
    CellOptions cells;

    void add_to(CLI::App& command);
    [[nodiscard]] bool any() const { return !format.empty() || cells.any(); }
};

/// Reads the run and writes what the options ask for: to the file `output`, into it when it is a folder or ends with a
/// slash, to standard output for "-"; beside the run when it is empty. What goes to several files needs a folder. Over
/// files of a run only when forced to.
[[nodiscard]] Result<ExitCode> export_run(const ExportOptions& options, const std::string& run,
                                          const std::string& output, bool force, bool quiet);

} // namespace netio::cli
