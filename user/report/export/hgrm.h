// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <vector>

#include "report/export/export.h"

namespace netio::report {

/// The message latency of each (variant, field size, threads), repeats merged, in the text format of HdrHistogram's
/// outputPercentileDistribution() with 5 ticks for each halving of the distance to 100 %, in microseconds: a file each.
/// Values are the middles of buckets, as everywhere in this program, and the last is the exact maximum. Cells without a
/// message have no file.
[[nodiscard]] Result<std::vector<ExportedFile>> export_hgrm(const Run& run);

} // namespace netio::report
