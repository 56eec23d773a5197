// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "analysis/finding.h"
#include "analysis/summary.h"
#include "model/run_result.h"
#include "report/html/page.h"
#include "report/run_json/layout.h"

/// What the page of html.h is given to draw: figures with the text that they are shown as, all computed here. The
/// page's scripts place them and compute nothing.
namespace netio::report {

/// JSON that stays data inside of a <script> element: <, >, & and the two separators that end lines in JavaScript
/// (U+2028, U+2029) are written as \uXXXX, which they may be everywhere in a string, and stand nowhere else in JSON.
[[nodiscard]] std::string embed(const Json& data);

/// So many digits as a chart can show; a number that is not finite is null.
[[nodiscard]] Json rounded(double value);

/// {v: number or null, t: "~0.213", q: quality, lo, hi, s: "0.190 to 0.236", why}. `lo`, `hi` and `s` are there where
/// they differ from v: the 95 % interval of what is sampled. `why` is there where there is a reason.
[[nodiscard]] Json figure_to_page(const Figure& figure);

/// The same for a figure over repeats: lo and hi are the lowest and the highest repeat.
[[nodiscard]] Json spread_to_page(double value, const analysis::Spread& spread, unsigned repeats);

/// One element of "groups": a field size and a number of threads with all variants.
[[nodiscard]] Json group_to_page(const analysis::Group& group, const analysis::Advice& on_repeats);

/// The tables of variants, paths and CPU classes, each as [{name, label, color, fill}] in the order in which they are
/// shown; of variants also line, marker and zero_copy.
[[nodiscard]] Json tables_to_page();

/// One element of "runs".
[[nodiscard]] Json run_to_page(const NamedRun& named);

/// What the judge says of the other runs against the first, over the cells that they share: {sentences (one for each
/// run and metric), pairs: [{run, variant, field_size, threads, metric, statistic, ratio (a figure), shown, verdict}],
/// left_out (cells that have nothing to be compared with)}; null with one run.
[[nodiscard]] Json comparison_to_page(std::span<const NamedRun> runs);

/// What differs between the runs: [{what, values}] with one value a run; empty with one run, and when nothing does.
[[nodiscard]] Json differences_to_page(std::span<const NamedRun> runs);

} // namespace netio::report
