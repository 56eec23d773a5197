// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <vector>

#include "report/export/export.h"

namespace netio::report {

/// The timeline as Chrome trace events (the "Trace Event Format" document of the Chromium project), one JSON object
/// with an event a line. A process for each cell and role, whose clock starts with the cell's window, so that cells lie
/// side by side; in it a track for each worker thread, and for each CPU one of what was copied there in softirq. On
/// every track the complete events ("X") nest: one that would overlap another in part goes to a further track of the
/// same name. Zero-copy sends are asynchronous events ("b", "e"): in flight until their completion, then until their
/// notification is read. Where events were lost there is an instant ("i") with their number. Times are in microseconds
/// with three decimals.
[[nodiscard]] Result<std::vector<ExportedFile>> export_perfetto(const Run& run);

} // namespace netio::report
