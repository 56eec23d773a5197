// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace netio::cli {

/// What stands for standard input among the runs, and for standard output as an output.
inline const std::string standard_stream = "-";

/// The file that a run is read from: for a folder, the run.json in it.
[[nodiscard]] std::filesystem::path file_of_run(const std::string& run);

/// Whether a file may be put at `path`. Refuses a folder that is not there, and the place of what is no output: a
/// folder, a device, one of the runs that are read.
[[nodiscard]] Result<void> check_output_file(const std::filesystem::path& path, const std::vector<std::string>& runs);

} // namespace netio::cli
