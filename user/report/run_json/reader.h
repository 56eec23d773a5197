// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "model/recording.h"
#include "model/run_result.h"

namespace netio::report {

/// Reads what render_json() wrote, or a file of the same schema from elsewhere: render_json() makes the same bytes of
/// what is read. Fields that are not known are passed over, for docs/formats.md allows new ones.
///
/// What is derived is not read but derived anew: `message_size`, rates, percentiles, `copies_per_byte`, `paths` (the
/// payload's half of `paths_by_role`), a path's `quality` and `reason`, `lost`, `accounting` and `findings`. What the
/// file does not hold is filled in from what it does: the sender's messages and payload bytes are the receiver's, the
/// receiver's total payload bytes are the sender's, the interval of a figure that is not sampled is the figure, counts
/// of events that were not counted and both sides of laws that were not checked are 0. Second opinions of the sampler
/// (`sampled_time_ns`) are sampled, or unavailable when null.
///
/// The error of a text that cannot be read says what is wrong with it in one line and where: line and column of what is
/// not JSON, the way to a value that is missing, of the wrong kind, out of range, or a name that does not exist, and a
/// histogram whose buckets are not this program's, are not ascending, do not add up or do not fit its smallest value,
/// its largest and its sum. `name` is what the error calls the text. Exit code: bad_input. Takes about 60 KiB + 240 KiB
/// for each cell (and 48 bytes for each event of its timeline) beside the text, and refuses a text with more than
/// `most_cells` cells.
[[nodiscard]] Result<Run> read_run(std::string_view text, const std::string& name, std::size_t most_cells = 4096);

/// The same for a file of at most 256 MiB, see file_of_run(); for "-", standard input. The error of a folder that has
/// several runs in it names the newest.
/// Under sudo, a file is opened with the rights of the user who called it (FileRights).
[[nodiscard]] Result<Run> read_run_file(const std::string& path);

/// Reads what render_recording_json() wrote, as strictly. `accounting`, `findings`, `lost`, `copies_per_byte` and what
/// is derived in a path are not read but derived anew.
[[nodiscard]] Result<Recording> read_recording(std::string_view text, const std::string& name,
                                               std::size_t most_subjects = 4096);

/// What a saved file holds.
using Saved = std::variant<Run, Recording>;

/// The file of a run or of an attached trace, by what its schema says.
[[nodiscard]] Result<Saved> read_saved_file(const std::string& path);

/// Whether a file, or that of a folder, names the schema of an attached trace at its beginning. Not of standard input,
/// which can be read once.
[[nodiscard]] bool looks_like_trace(const std::string& path);

/// The error of a text that cannot be read.
[[nodiscard]] Error unreadable_text(const std::string& name, std::string why);

/// The file that a run is read from: for a folder, the run.json in it, else the trace.json.
[[nodiscard]] std::filesystem::path file_of_run(const std::string& run);

} // namespace netio::report
