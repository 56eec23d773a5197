// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "labs/figures.h"

namespace netio::labs {

/// What in a saved run or trace cannot be as it says, in sentences; empty where nothing was found. `text` is the file
/// that it was read from, `now` the time in seconds since 1970.
///
/// Looked at: whether this program writes the same bytes for the same figures; what contradicts itself
/// (analysis/contradictions.h); laws that are computed again, against those in the file; times
/// (durations against what was asked for, latencies and CPU time against durations, the date); cells that were not
/// asked for. None of this is proof of who made a run or where: a file in which everything was made up consistently
/// passes, and so does a run that somebody else made, as long as it is not there twice.
[[nodiscard]] std::vector<std::string> doubts_about(const SavedRun& saved, std::string_view text, std::int64_t now);

/// Numbers that two measurements do not share by chance, one for each cell or subject with anything in it: equal ones
/// are of one measurement.
[[nodiscard]] std::vector<std::string> fingerprints_of(const SavedRun& saved);

} // namespace netio::labs
