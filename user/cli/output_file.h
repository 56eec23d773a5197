// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/output.h"
#include "base/result.h"

namespace netio::cli {

/// What stands for standard input among the runs, and for standard output as an output.
inline const std::string standard_stream = "-";

/// The output at `path`. Unless forced to, refuses what would replace a file of a run: one of `runs`, which are read,
/// or any other one, which is known by its name or its content.
[[nodiscard]] Result<OutputFile> open_output(const std::filesystem::path& path, const std::vector<std::string>& runs,
                                             bool force);

/// The same for a file in a folder.
[[nodiscard]] Result<OutputFile> open_output_in(const OutputFolder& folder, const std::string& name,
                                                const std::vector<std::string>& runs, bool force);

} // namespace netio::cli
