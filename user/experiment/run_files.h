// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <ctime>
#include <filesystem>
#include <string_view>

#include "base/output.h"
#include "base/result.h"
#include "model/run_result.h"

namespace netio::experiment {

/// The files of a run. One of them in a folder makes it a run's.
inline constexpr std::array<std::string_view, 3> run_file_names{"run.json", "cells.csv", "histograms.csv"};

/// The folder that a run's files go to, which belongs to that one run.
class RunFolder {
  public:
    /// The folder at `path`, which is made with its parents where it is missing. Refused when another process writes a
    /// run to it, and when it has files of a run, unless these are to be `replaced`.
    [[nodiscard]] static Result<RunFolder> open(const std::filesystem::path& path, Existing run);

    /// A new folder in `parent`, named after the UTC date and time, with -2, -3 and so on when another run began in the
    /// same second.
    [[nodiscard]] static Result<RunFolder> make_new(const std::filesystem::path& parent, std::time_t started);

    /// Writes the run's files anew. The first time, files that have appeared since open() are not replaced, unless
    /// those that were there were to be.
    [[nodiscard]] Result<void> save(const Run& run);

    /// Takes away again what was made, as far as it is empty: for a run of which nothing was saved.
    void remove_if_empty() const { folder_.remove_if_empty(); }

    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

  private:
    RunFolder(OutputFolder folder, Existing run) : folder_(std::move(folder)) { existing_.fill(run); }

    OutputFolder folder_;
    std::array<Existing, run_file_names.size()> existing_{};
};

} // namespace netio::experiment
