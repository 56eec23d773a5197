// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/copies.h"
#include "report/text/sections.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

/// "1.000" and "8.00": how often a payload byte passed here, and how often a message did. Over the whole life of the
/// connections, warm-up included, as the figures are.
ColumnCell byte_cell(const Cell& cell, Path path) {
    const PathFigures& figures = figures_of(cell, path);
    const auto payload = static_cast<double>(cell.sender.total_payload_bytes);
    if (payload == 0.0)
        return no_figure;
    if (figures.bytes.available() && figures.bytes.value == 0.0)
        return nothing_there;
    const double messages = payload / static_cast<double>(cell.message_size());
    const Figure calls = figures.calls.per(messages, {});
    return std::vector<TableCell>{known_cell(figures.bytes.per(payload, {}), 3),
                                  calls.available()
                                      ? TableCell{std::string(mark_of(calls.quality)) + significant(calls.value)}
                                  : calls.bounds ? TableCell{"≥" + significant(calls.bounds->low)}
                                                 : no_figure};
}

bool seen(const analysis::Group& group, Path path, bool available) {
    return std::ranges::any_of(group.variants, [&](const analysis::VariantSummary& summary) {
        const Figure& bytes = figures_of(summary.merged, path).bytes;
        const bool known = bytes.available() || bytes.bounds;
        return available ? known && (bytes.bounds || bytes.value != 0.0) : !known;
    });
}

/// The worst quality of a row, in a word.
std::string quality_of_row(const analysis::Group& group, Path path) {
    Quality worst = Quality::exact;
    for (const analysis::VariantSummary& summary : group.variants)
        if (const Figure& bytes = figures_of(summary.merged, path).bytes; bytes.available())
            worst = std::max(worst, bytes.quality);
        else if (bytes.bounds)
            return "range";
    return std::string(name_of(worst));
}

/// Why zero-copy bytes were copied after all, where the tracer saw it.
std::string reasons_of(const Cell& cell) {
    std::string text;
    if (!cell.trace)
        return text;
    for (const CopySite& site : cell.trace->of(Role::sender).copied_after_all)
        text += (text.empty() ? "; copied by " : ", ") + std::string(describe(site.reason)) + ": " +
                counted(site.bytes, "byte") + " in " + counted(site.calls, "call");
    return text;
}

/// Bytes that were copied more than once, where both counts are exact. Which segments they were in is not known; those
/// that are sent again over a local link are copied again.
std::string copied_again(const Cell& cell) {
    const Figure& pinned = figures_of(cell, Path::pin).bytes;
    const Figure& copied = figures_of(cell, Path::deferred_copy).bytes;
    if (pinned.quality != Quality::exact || copied.quality != Quality::exact || copied.value <= pinned.value)
        return {};
    return "; " + counted(static_cast<std::uint64_t>(copied.value - pinned.value), "byte") +
           " copied more than once, as what is sent again is";
}

} // namespace

TableCell known_cell(const Figure& figure, int decimals, Style style) {
    if (figure.available())
        return {std::string(mark_of(figure.quality)) + fixed(figure.value, decimals), style};
    return figure.bounds ? TableCell{analysis::bounds_text(*figure.bounds, decimals), style} : no_figure;
}

void put_byte_table(Page& page, const analysis::Group& group) {
    page.blank();
    Table table = table_of(group, "Where each byte was moved");
    table.row("  times moved, and calls",
              cells_of(group,
                       [](const Cell&) {
                           return std::vector<TableCell>{{"/byte", Style::dim}, {"/msg", Style::dim}};
                       }),
              {}, Style::dim);
    std::vector<std::string> idle;
    std::vector<std::string> unknown;
    for (Path path : paths_where<takes_bytes>) {
        if (seen(group, path, true))
            table.row("  " + labelled_name(path),
                      cells_of(group, [&](const Cell& cell) { return byte_cell(cell, path); }),
                      quality_of_row(group, path));
        else
            (seen(group, path, false) ? unknown : idle).emplace_back(name_of(path));
    }
    table.row(
        "  = copies per payload byte",
        cells_of(group, [](const Cell& cell) { return known_cell(analysis::copies_per_byte(cell), 3, Style::bold); }),
        {}, Style::bold);
    if (!idle.empty())
        table.text("  ", "no bytes in " + analysis::joined(idle), Style::dim);
    if (!unknown.empty())
        table.text("  ", "not measured here: " + analysis::joined(unknown) + " (why: at the end)", Style::dim);
    table.put(page);
    for (const analysis::VariantSummary& summary : group.variants) {
        const ZerocopyTotals& zerocopy = summary.merged.sender.zerocopy;
        if (zerocopy.sends == 0)
            continue;
        const ZerocopyTotals& seen = analysis::completed_zerocopy(summary.merged);
        const double share =
            seen.completions == 0 ? 0.0 : static_cast<double>(seen.copied) / static_cast<double>(seen.completions);
        page.paragraph("  " + std::string(name_of(summary.merged.variant)) + " ",
                       counted(zerocopy.sends, "zero-copy send") + ", " + grouped(seen.completions) +
                           " completed, of which " + grouped(seen.copied) + " copied after all (" + percent(share) +
                           "); " + grouped(zerocopy.enobufs) + " ENOBUFS; at most " +
                           grouped(zerocopy.deepest_outstanding) + " outstanding" + reasons_of(summary.merged) +
                           copied_again(summary.merged),
                       Style::plain, style_of(summary.merged.variant));
    }
}

} // namespace netio::report
