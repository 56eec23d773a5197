// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/run_result.h"
#include "report/export/export.h"
#include "report/text/run.h"

namespace netio::report {

/// What a renderer may need to know beside the run.
struct RenderOptions {
    std::string run_name; ///< what the run is called where it has a name
    TextOptions text;
};

/// A way to render a saved run; pure. The error (exit code bad_input) of a run that has not recorded what it needs says
/// how to record it.
struct Renderer {
    std::string_view name;    ///< of --format and --export
    std::string_view file;    ///< what its file is called where nobody has named it; "": files have own names
    std::string_view purpose; ///< what comes out, and for whom
    bool saved_by_run;        ///< each run leaves this file
    Result<std::vector<ExportedFile>> (*make)(const Run& run, const RenderOptions& options);
};

/// All of them, in the order in which they are listed to a user.
[[nodiscard]] std::span<const Renderer> renderers();
[[nodiscard]] const Renderer* renderer_of(std::string_view name); ///< null: there is none of this name
[[nodiscard]] std::vector<std::string> renderer_names();
/// The files that each run leaves.
[[nodiscard]] std::vector<std::string> run_file_names();

} // namespace netio::report
