// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/run.h"

#include <algorithm>
#include <utility>

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
    for (const analysis::Group& group : groups) {
        put_group(page, group, on_repeats);
        Page left = page.column();
        Page right = page.column();
        Page& second = page.two_columns() ? right : left;
        put_latency_plot(left, group);
        if (traced(group)) {
            put_byte_table(left, group);
            put_cpu_table(second, group);
            put_samples(second, group);
            put_call_table(left, group);
        }
        put_cause_tables(second, group);
        put_counters(left, group);
        page.side_by_side(std::move(left), std::move(right));
    }
    Page left = page.column();
    Page right = page.column();
    put_limits(left, run);
    put_findings(right, run, options.saved_to);
    page.side_by_side(std::move(left), std::move(right));
    put_open_laws(page, run);
    put_summary(page, run, groups, options);
    return std::move(page).take();
}

} // namespace netio::report
