// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/run_files.h"

#include <unistd.h>

#include <array>
#include <ctime>

#include "base/atomic_file.h"
#include "report/csv.h"
#include "report/json.h"

namespace netio::experiment {

Result<RunFolder> RunFolder::open(const std::filesystem::path& path) {
    std::vector<std::filesystem::path> made;
    std::error_code failure;
    for (std::filesystem::path part = std::filesystem::absolute(path, failure);
         !part.empty() && std::filesystem::status(part, failure).type() == std::filesystem::file_type::not_found;
         part = part.parent_path())
        made.push_back(part);
    std::filesystem::create_directories(path, failure);
    if (failure)
        return input_error("cannot use " + path.string() + " for the results", failure.message(),
                           "name another folder with --output");
    for (const std::filesystem::path& part : made)
        give_to_sudo_user(part);
    if (!std::filesystem::is_directory(path, failure))
        return input_error("cannot use " + path.string() + " for the results", "it is not a folder",
                           "name a folder with --output");
    // Asking access(2) is not enough: a read-only file system lets root pass.
    const std::string trial = (path / ".netio-trace-trial").string();
    if (auto written = write_file_atomically(trial, ""); !written)
        return input_error("cannot write to " + path.string(), written.error().why,
                           "name another folder with --output");
    unlink(trial.c_str());
    return RunFolder{path, std::move(made)};
}

void RunFolder::remove_if_empty() const {
    std::error_code not_empty;
    for (const std::filesystem::path& folder : made_)
        if (!std::filesystem::remove(folder, not_empty))
            return;
}

Result<void> RunFolder::save(const Run& run) const {
    if (auto written = write_file_atomically(path_ / "run.json", report::render_json(run)); !written)
        return written;
    if (auto written = write_file_atomically(path_ / "cells.csv", report::render_cells_csv(run)); !written)
        return written;
    return write_file_atomically(path_ / "histograms.csv", report::render_histograms_csv(run));
}

std::filesystem::path default_run_folder() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> name{};
    std::strftime(name.data(), name.size(), "%Y%m%d-%H%M%S", &parts);
    return std::filesystem::path{"results"} / name.data();
}

} // namespace netio::experiment
