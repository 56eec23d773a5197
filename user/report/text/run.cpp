// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/run.h"

#include <algorithm>

#include "analysis/summary.h"
#include "report/text/page.h"
#include "report/text/sections.h"

namespace netio::report {

std::vector<const analysis::VariantSummary*> present(const analysis::Group& group) {
    std::vector<const analysis::VariantSummary*> list;
    for (const analysis::VariantSummary& summary : group.variants)
        list.push_back(&summary);
    return list;
}

std::vector<Variant> variants_of(const analysis::Group& group) {
    std::vector<Variant> list;
    for (const analysis::VariantSummary* summary : present(group))
        list.push_back(summary->merged.variant);
    return list;
}

std::vector<TableCell> cells_of(const analysis::Group& group,
                                const std::function<TableCell(const Cell& merged)>& make) {
    std::vector<TableCell> cells;
    for (const analysis::VariantSummary* summary : present(group))
        cells.push_back(make(summary->merged));
    return cells;
}

bool traced(const analysis::Group& group) {
    return std::ranges::all_of(
        present(group), [](const analysis::VariantSummary* summary) { return summary->merged.trace.has_value(); });
}

std::string render_text(const Run& run, const TextOptions& options) {
    Page page(options);
    const std::vector<analysis::Group> groups = analysis::summarize(run);
    put_header(page, run);
    if (groups.size() > 1)
        put_overview(page, groups);
    for (const analysis::Group& group : groups) {
        put_group(page, group);
        put_latency_plot(page, group);
        if (traced(group)) {
            put_byte_table(page, group);
            put_cpu_table(page, group);
            put_call_table(page, group);
        }
        put_counters(page, group);
    }
    put_limits(page, run);
    put_findings(page, run, options.saved_to);
    put_footer(page, run, options.saved_to);
    return std::move(page).take();
}

} // namespace netio::report
