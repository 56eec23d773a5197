// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>

#include "model/run_result.h"
#include "report/run_json/field.h"

namespace netio::report {

/// The objects of run.json, each read by a function of its own; docs/formats.md describes them by these names. What is
/// wrong is noted in the field's fault.
[[nodiscard]] Environment read_environment(const JsonField& json);
[[nodiscard]] RunSpec read_spec(const JsonField& json);
[[nodiscard]] Cell read_cell(const JsonField& json);
[[nodiscard]] TraceResult read_trace(const JsonField& cell);
[[nodiscard]] Histogram read_histogram(const JsonField& json);
[[nodiscard]] Figure read_figure(const JsonField& json);
/// A figure whose parts stand in different fields; `interval` is null when there is none.
[[nodiscard]] Figure read_figure(const JsonField& value, Quality quality, const JsonField* interval,
                                 const JsonField& reason);
[[nodiscard]] CallTotals read_calls(const JsonField& json);

/// In the order of the names' table, for JsonField::one_of().
inline constexpr std::array all_qualities{Quality::exact, Quality::bracketed, Quality::sampled, Quality::estimated,
                                          Quality::unavailable};
inline constexpr std::array all_backends{Backend::none, Backend::fentry, Backend::kprobe, Backend::tracepoint,
                                         Backend::sampler};

} // namespace netio::report
