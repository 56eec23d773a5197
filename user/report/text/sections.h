// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analysis/finding.h"
#include "analysis/summary.h"
#include "model/recording.h"
#include "model/run_result.h"
#include "report/text/table.h"
#include "report/view/group_view.h"

/// The parts of what `run` prints, one file each.
namespace netio::report {

/// What was measured, where and how.
void put_header(Page& page, const Run& run);
void put_header(Page& page, const Recording& recording);

/// Groups in one table, each a row: all, or the smallest and largest of them where these are more than `most_rows`.
void put_overview(Page& page, const std::vector<analysis::Group>& groups, std::size_t most_rows);

/// "8 × 4 KiB fields …", which variant is the fastest, and the table of results of one group.
void put_group(Page& page, const analysis::Group& group, const analysis::Advice& on_repeats);
/// The table without what can be looked up there.
void put_main_figures(Page& page, const analysis::Group& group);

/// How often each payload byte was moved, and where.
void put_byte_table(Page& page, const analysis::Group& group);

/// Where the CPU time went, by path and by class.
void put_cpu_table(Page& page, const analysis::Group& group);

/// The kernel functions in which most samples lie, and what became of the samples, by variant.
void put_samples(Page& page, const analysis::Group& group);

/// System calls, completions, and time spent blocked.
void put_call_table(Page& page, const analysis::Group& group);

/// What explains the figures: the time of a message, the machine and the network.
void put_cause_tables(Page& page, const analysis::Group& group);

void put_counters(Page& page, const analysis::Group& group);

/// The latency histograms of the variants on one logarithmic axis.
void put_latency_plot(Page& page, const analysis::Group& group);

/// What the marks mean, and what could not be measured, with the reasons.
void put_limits(Page& page, const Run& run);

/// The findings in short.
void put_findings(Page& page, const Run& run, const std::string& saved_to);

/// As many findings, the most important first, as the lines take: at least one, and three before blank lines.
[[nodiscard]] Page put_facts(const Page& like, const std::vector<analysis::Finding>& findings, std::size_t lines,
                             const std::string& saved_to);

/// Laws that are broken or not shown.
void put_open_laws(Page& page, const Run& run);

/// Whether the numbers add up, where they were saved, and what to do next.
void put_footer(Page& page, const Run& run, const TextOptions& options);

/// The answer on one screen: which variant is the fastest, the main figures, the findings that matter, and the footer.
void put_summary(Page& page, const Run& run, const std::vector<analysis::Group>& groups, const TextOptions& options);

/// A table with a column for each variant of a group.
[[nodiscard]] Table table_of(const analysis::Group& group, std::string_view title, std::size_t dispensable_figures = 0);

/// One cell for each variant of a group.
[[nodiscard]] std::vector<ColumnCell> cells_of(const analysis::Group& group,
                                               const std::function<ColumnCell(const Cell& merged)>& make);

/// Every variant of the group was traced in all of its repeats.
[[nodiscard]] bool traced(const analysis::Group& group);

inline const TableCell no_figure{"n/a", Style::dim};
inline const TableCell nothing_there{"–", Style::dim};
/// A figure with so many decimals, or what it lies between.
[[nodiscard]] TableCell known_cell(const Figure& figure, int decimals, Style style = Style::plain);

} // namespace netio::report
