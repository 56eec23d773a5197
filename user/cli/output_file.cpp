// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/output_file.h"

#include <algorithm>
#include <cstddef>

#include "report/renderers.h"
#include "report/run_json/reader.h"
#include "report/run_json/writer.h"

namespace netio::cli {
namespace {

namespace fs = std::filesystem;

/// A run.json may have been given another name. It names its schema at its beginning; pages and traces that are made of
/// a run may have the same words in them, but further down.
bool looks_like_run(const std::string& beginning) {
    const std::size_t first = beginning.find_first_not_of(" \t\r\n");
    const auto names = [&](std::string_view schema) {
        return beginning.find('"' + std::string(schema)) != std::string::npos;
    };
    return first != std::string::npos && beginning[first] == '{' &&
           (names(report::run_schema) || names(report::recording_schema));
}

constexpr std::size_t bytes_to_know_a_run = 256;

Result<OutputFile> unless_of_run(Result<OutputFile> output, const std::vector<std::string>& runs, bool force) {
    if (!output || !output->exists() || force)
        return output;
    const auto refused = [&](const std::string& why) {
        return input_error("will not write to " + output->path().string(), why,
                           "name another file with -o, or replace it with --force");
    };
    for (const std::string& run : runs)
        if (run != standard_stream && output->is_same_as(report::file_of_run(run)))
            return refused("it is the input");
    const std::vector<std::string> names = report::saved_file_names();
    if (std::ranges::find(names, output->name()) != names.end() ||
        looks_like_run(output->beginning(bytes_to_know_a_run)))
        return refused("it is a file of a run");
    return output;
}

} // namespace

Result<OutputFile> open_output(const fs::path& path, const std::vector<std::string>& runs, bool force) {
    return unless_of_run(OutputFile::open(path), runs, force);
}

Result<OutputFile> open_output_in(const OutputFolder& folder, const std::string& name,
                                  const std::vector<std::string>& runs, bool force) {
    return unless_of_run(OutputFile::open_in(folder, name), runs, force);
}

} // namespace netio::cli
