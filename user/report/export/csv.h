// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "model/run_result.h"

namespace netio::report {

/// cells.csv: one row a cell, a header that names units; an unavailable figure is an empty field.
[[nodiscard]] std::string render_cells_csv(const Run& run);

/// histograms.csv: one row for each non-empty bucket of each histogram.
[[nodiscard]] std::string render_histograms_csv(const Run& run);

} // namespace netio::report
