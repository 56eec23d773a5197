// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/run_result.h"

namespace netio::report {

/// A file for another program.
struct ExportedFile {
    std::string name; ///< what to call it where nobody has named it
    std::string text;
};

/// One way of giving a run to another program. Pure. The error (exit code bad_input) of a run that has not recorded
/// what it needs says how to record it.
struct Exporter {
    std::string_view name;    ///< of --export
    std::string_view purpose; ///< for a reader: what comes out, and for which programs
    Result<std::vector<ExportedFile>> (*make)(const Run& run);
};

/// All of them, in the order in which they are listed to a user.
[[nodiscard]] std::span<const Exporter> exporters();
[[nodiscard]] const Exporter* exporter_of(std::string_view name); ///< null: there is none of this name

/// Which cells of a run; what is not named is not restricted.
struct CellSelection {
    std::optional<Variant> variant;
    std::optional<std::uint64_t> field_size;
    std::optional<unsigned> threads;
};

/// Takes all other cells out of the run. An error (bad_input) when none is left.
[[nodiscard]] Result<void> keep_only(Run& run, const CellSelection& selection);

} // namespace netio::report
