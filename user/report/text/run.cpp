// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/run.h"

#include <algorithm>

#include "analysis/judge.h"
#include "analysis/summary.h"
#include "report/text/page.h"
#include "report/text/sections.h"

namespace netio::report {

Table table_of(const analysis::Group& group, std::string_view title, std::size_t dispensable_figures) {
    std::vector<TableColumn> columns;
    for (const analysis::VariantSummary& summary : group.variants)
        columns.push_back({title_of(summary.merged.variant), style_of(summary.merged.variant)});
    return {title, std::move(columns), {.dispensable_figures = dispensable_figures, .label = 29, .column = 20}};
}

std::vector<ColumnCell> cells_of(const analysis::Group& group,
                                 const std::function<ColumnCell(const Cell& merged)>& make) {
    std::vector<ColumnCell> cells;
    for (const analysis::VariantSummary& summary : group.variants)
        cells.push_back(make(summary.merged));
    return cells;
}

bool traced(const analysis::Group& group) {
    return std::ranges::all_of(
        group.variants, [](const analysis::VariantSummary& summary) { return summary.merged.trace.has_value(); });
}

std::string render_text(const Run& run, const TextOptions& options) {
    Page page(options);
    const std::vector<analysis::Group> groups = analysis::summarize(run);
    const analysis::Advice on_repeats = analysis::advice_on_repeats(groups);
    put_header(page, run);
    if (groups.size() > 1)
        put_overview(page, groups);
    for (const analysis::Group& group : groups) {
        put_group(page, group, on_repeats);
        put_latency_plot(page, group);
        if (traced(group)) {
            put_byte_table(page, group);
            put_cpu_table(page, group);
            put_samples(page, group);
            put_call_table(page, group);
        }
        put_cause_tables(page, group);
        put_counters(page, group);
    }
    put_limits(page, run);
    put_findings(page, run, options.saved_to);
    put_footer(page, run, options.saved_to);
    return std::move(page).take();
}

} // namespace netio::report
