// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/output_file.h"

namespace netio::cli {

namespace fs = std::filesystem;

fs::path file_of_run(const std::string& run) {
    std::error_code not_there;
    return fs::is_directory(run, not_there) ? fs::path(run) / "run.json" : fs::path(run);
}

Result<void> check_output_file(const fs::path& path, const std::vector<std::string>& runs) {
    std::error_code not_there;
    if (const fs::path folder = path.parent_path(); !folder.empty() && !fs::is_directory(folder, not_there))
        return input_error("cannot write to " + path.string(), "there is no folder " + folder.string(),
                           "make it, or name another file with -o");
    if (!fs::exists(path, not_there))
        return {};
    if (!fs::is_regular_file(path, not_there))
        return input_error("cannot write to " + path.string(),
                           fs::is_directory(path, not_there) ? "it is a folder" : "it is no ordinary file",
                           "name a file, or - for standard output");
    for (const std::string& run : runs)
        if (run != standard_stream && fs::equivalent(file_of_run(run), path, not_there))
            return input_error("will not write to " + path.string(), "it is the run that is to be read",
                               "name another file with -o");
    return {};
}

} // namespace netio::cli
