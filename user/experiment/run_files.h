// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "model/run_result.h"

namespace netio::experiment {

/// The folder that a run's files go to: run.json, cells.csv and histograms.csv. A file is replaced in one step
/// (write to a temporary file beside it, fsync, rename), so that a reader sees the old one or the new one, whole.
class RunFolder {
  public:
    /// Makes the folder and its parents where they are missing, and makes sure that files can be made in it. Under
    /// sudo, what is made belongs to the user who called sudo.
    static Result<RunFolder> open(const std::filesystem::path& path);

    [[nodiscard]] Result<void> save(const Run& run) const;

    /// Takes away again what open() made, as far as it is empty: for a run of which nothing was saved.
    void remove_if_empty() const;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    RunFolder(std::filesystem::path path, std::vector<std::filesystem::path> made)
        : path_(std::move(path)), made_(std::move(made)) {}

    std::filesystem::path path_;
    std::vector<std::filesystem::path> made_; ///< folders that were not there before, innermost first
};

/// results/<UTC date and time>, below the current folder.
[[nodiscard]] std::filesystem::path default_run_folder();

} // namespace netio::experiment
