// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "analysis/trace_comparison.h"
#include "report/text/run.h"

namespace netio::report {

/// What `compare` prints of attached traces: a table for each pair of subjects.
[[nodiscard]] std::string render_trace_comparison_text(const analysis::TraceComparison& comparison,
                                                       const TextOptions& options);

/// The same as JSON, schema "netio-trace/compare-traces/1"; docs/formats.md describes it.
[[nodiscard]] std::string render_trace_comparison_json(const analysis::TraceComparison& comparison);

/// The same as CSV: a row for each pair and figure.
[[nodiscard]] std::string render_trace_comparison_csv(const analysis::TraceComparison& comparison);

} // namespace netio::report
