// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/export/export.h"

namespace netio::report {

Result<void> keep_only(Run& run, const CellSelection& selection) {
    std::erase_if(run.cells, [&](const Cell& cell) {
        return (selection.variant && cell.variant != *selection.variant) ||
               (selection.field_size && cell.field_size != *selection.field_size) ||
               (selection.threads && cell.threads != *selection.threads);
    });
    if (run.cells.empty())
        return input_error("there is no such cell in the run",
                           "none has this variant, field size and number of threads, or none was finished");
    return {};
}

} // namespace netio::report
