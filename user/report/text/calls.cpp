// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/costs.h"
#include "report/text/sections.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

bool ever_called(const analysis::Group& group, Path path) {
    return std::ranges::any_of(group.variants, [&](const analysis::VariantSummary& summary) {
        const Figure& calls = figures_of(summary.merged, path).calls;
        return calls.available() && calls.value != 0.0;
    });
}

/// "8.00 × 9.12 µs": calls a message and the middle one's duration.
TableCell call_cell(const Cell& cell, Path path) {
    const PathFigures& figures = figures_of(cell, path);
    if (!figures.calls.available() || cell.sender.total_payload_bytes == 0)
        return no_figure;
    if (figures.calls.value == 0.0)
        return nothing_there;
    const double messages =
        static_cast<double>(cell.sender.total_payload_bytes) / static_cast<double>(cell.message_size());
    std::string text = std::string(mark_of(figures.calls.quality)) + significant(figures.calls.value / messages);
    if (figures.histogram && !figures.histogram->empty())
        text += " × " + duration(figures.histogram->quantile(0.5));
    return {text};
}

TableCell wait_cell(const Cell& cell, Path path) {
    const Figure share = analysis::blocked_share(cell, path);
    if (!share.available())
        return no_figure;
    if (share.value == 0.0)
        return nothing_there;
    return {percent(share.value) + " " + left_in(bar(share.value, 4), 4)};
}

const Histogram* notification_latency(const Cell& cell) {
    if (!cell.trace)
        return nullptr;
    const auto& latency = cell.trace->of(Role::sender).notifications.latency;
    return latency ? &*latency : nullptr;
}

/// From a completion to the reading of its notification: for each send, since notifications are merged.
void put_notifications(Table& table, const analysis::Group& group) {
    if (std::ranges::none_of(group.variants, [](const analysis::VariantSummary& summary) {
            const Histogram* latency = notification_latency(summary.merged);
            return latency != nullptr && !latency->empty();
        }))
        return;
    table.row("  notification done→read", cells_of(group, [](const Cell& cell) {
                  const Histogram* latency = notification_latency(cell);
                  if (latency == nullptr || cell.sender.total_payload_bytes == 0)
                      return no_figure;
                  if (latency->empty())
                      return nothing_there;
                  const double messages =
                      static_cast<double>(cell.sender.total_payload_bytes) / static_cast<double>(cell.message_size());
                  return TableCell{significant(static_cast<double>(latency->count()) / messages) + " × " +
                                   duration(latency->quantile(0.5))};
              }));
}

} // namespace

void put_call_table(Page& page, const analysis::Group& group) {
    page.blank();
    Table table = table_of(group, "Calls and waiting");
    table.row("  calls a message × median", {}, {}, Style::dim);
    for (PathKind kind : {PathKind::call, PathKind::function, PathKind::completion})
        for (const PathEntry& entry : path_table)
            if (entry.kind == kind && ever_called(group, entry.path))
                table.row("  " + labelled_name(entry.path),
                          cells_of(group, [&](const Cell& cell) { return call_cell(cell, entry.path); }));
    put_notifications(table, group);
    table.row("  share of time blocked, until on a CPU again", {}, {}, Style::dim);
    for (Path path : paths_where<is_wait>)
        table.row("  " + labelled_name(path), cells_of(group, [&](const Cell& cell) { return wait_cell(cell, path); }));
    table.put(page);
}

} // namespace netio::report
