// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "analysis/finding.h"
#include "model/recording.h"

namespace netio::analysis {

/// Looks for one thing in an attached trace. Nothing is found where the data does not carry it. The id is the table's,
/// see `recording_finders`.
using RecordingFinder = std::optional<Finding> (*)(const Recording&);

[[nodiscard]] std::optional<Finding> find_broken_laws_of_subjects(const Recording& recording);

struct RecordingFinderEntry {
    std::string_view id;
    RecordingFinder find;
};

/// All of them with the ids of what they find, the most important first.
inline constexpr std::array recording_finders{
    RecordingFinderEntry{"law-broken", find_broken_laws_of_subjects},
};

} // namespace netio::analysis
