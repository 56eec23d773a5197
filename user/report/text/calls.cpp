// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/costs.h"
#include "report/text/sections.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

bool ever_called(const analysis::Group& group, Path path) {
    const auto list = present(group);
    return std::any_of(list.begin(), list.end(), [&](const analysis::VariantSummary* summary) {
        const Figure& calls = figures_of(summary->merged, path).calls;
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
void put_notifications(Page& page, const analysis::Group& group) {
    const auto list = present(group);
    if (std::none_of(list.begin(), list.end(), [](const analysis::VariantSummary* summary) {
            const Histogram* latency = notification_latency(summary->merged);
            return latency != nullptr && !latency->empty();
        }))
        return;
    page.row("  notification done→read", cells_of(group, [](const Cell& cell) {
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
    page.heading("Calls and waiting", variants_of(group));
    page.row("  calls a message × median", {}, {}, Style::dim);
    const std::pair<Path, const char*> calls[] = {{Path::send_syscall, "  send_syscall"},
                                                  {Path::recv_syscall, "  recv_syscall"},
                                                  {Path::errqueue_syscall, "  errqueue_syscall"},
                                                  {Path::tcp_sendmsg, "  tcp_sendmsg"},
                                                  {Path::zc_complete, "  zc_complete  send→done"}};
    for (const auto& [path, label] : calls)
        if (ever_called(group, path))
            page.row(label, cells_of(group, [path = path](const Cell& cell) { return call_cell(cell, path); }));
    put_notifications(page, group);
    page.row("  share of time blocked", {}, {}, Style::dim);
    page.row("  wait_recv    for data",
             cells_of(group, [](const Cell& cell) { return wait_cell(cell, Path::wait_recv); }));
    page.row("  wait_send    for space",
             cells_of(group, [](const Cell& cell) { return wait_cell(cell, Path::wait_send); }));
}

} // namespace netio::report
