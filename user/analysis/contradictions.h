// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "model/recording.h"
#include "model/run_result.h"

namespace netio::analysis {

/// What a saved run says of itself that cannot be so together: a cell's payload that is not its messages times their
/// size, a histogram with another number of messages, more completions than sends, a share above 1, a law that is said
/// to hold and whose sides differ. Such a file was changed or damaged after it was written. Empty: none was found,
/// which does not prove that the figures were measured. A difference that the cell's own laws tell as broken is none.
/// Each in a sentence, after its place in the file.
[[nodiscard]] std::vector<std::string> contradictions_in(const Run& run);

/// The same of an attached trace.
[[nodiscard]] std::vector<std::string> contradictions_in(const Recording& recording);

} // namespace netio::analysis
