// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <ctime>
#include <filesystem>
#include <set>
#include <string>

#include "base/output.h"
#include "base/result.h"
#include "model/recording.h"
#include "model/run_result.h"

namespace netio::experiment {

/// The folder that the files of a run or an attached trace (report::saved_file_names()) go to, which belongs to that
/// one. One of them in a folder makes it a run's.
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
    /// The same of an attached trace: trace.json.
    [[nodiscard]] Result<void> save(const Recording& recording);

    /// Takes away again what was made, as far as it is empty: for a run of which nothing was saved.
    void remove_if_empty() const { folder_.remove_if_empty(); }

    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

  private:
    RunFolder(OutputFolder folder, Existing run) : folder_(std::move(folder)), existing_(run) {}

    [[nodiscard]] Result<void> write(const std::string& name, const std::string& text);

    OutputFolder folder_;
    Existing existing_;
    std::set<std::string> written_; ///< by this run
};

} // namespace netio::experiment
