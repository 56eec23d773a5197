// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "model/run_result.h"
#include "report/run_json/layout.h"

namespace netio::report {

/// null for an empty text.
[[nodiscard]] Json text_or_null(const std::string& text);

/// A whole number is written as one, so that byte counts read exactly; what is no number is null.
[[nodiscard]] Json number(double value);

/// The parts of a figure: value, reason (what is not there never goes without one) and 95 % interval.
[[nodiscard]] Json value_of(const Figure& figure);
[[nodiscard]] Json reason_of(const Figure& figure);
[[nodiscard]] Json interval_of(const Figure& figure);

/// The object `figure` of docs/formats.md.
[[nodiscard]] Json figure_to_json(const Figure& figure);

[[nodiscard]] Json missed_hits_to_json(const std::vector<MissedHits>& missed);

} // namespace netio::report
