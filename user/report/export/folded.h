// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <vector>

#include "report/export/export.h"

namespace netio::report {

/// The sampled kernel stacks of all cells as folded stacks, sorted: `variant;role;context;outermost;…;innermost count`
/// a line, cells of a variant added up. Samples of user space and of stacks that could not be walked end with the
/// context, so that the counts of a role add up to its samples.
[[nodiscard]] Result<std::vector<ExportedFile>> export_folded(const Run& run);

} // namespace netio::report
