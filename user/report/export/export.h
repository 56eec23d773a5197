// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/run_result.h"

namespace netio::report {

/// A file that is made of a run.
struct ExportedFile {
    std::string name; ///< what to call it where nobody has named it
    std::string text;
};

/// Which cells of a run; what is not named is not restricted.
struct CellSelection {
    std::optional<Variant> variant;
    std::optional<std::uint64_t> field_size;
    std::optional<unsigned> threads;
};

/// Takes all other cells out of the run. An error (bad_input) when none is left.
[[nodiscard]] Result<void> keep_only(Run& run, const CellSelection& selection);

} // namespace netio::report
