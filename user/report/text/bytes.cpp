// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <array>

#include "report/text/sections.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

constexpr std::size_t calls_width = 9;

struct BytePath {
    Path path;
    const char* label;
    bool copies; ///< counts towards copies per byte
};

/// In the order in which a byte meets them.
constexpr std::array<BytePath, 6> byte_paths{{{Path::copy_in, "copy_in        user→kernel", true},
                                              {Path::pin, "pin            pages pinned", false},
                                              {Path::deferred_copy, "deferred_copy  copied late", true},
                                              {Path::linearize, "linearize      made linear", true},
                                              {Path::skb_copy, "skb_copy       skb copied", true},
                                              {Path::copy_out, "copy_out       kernel→user", true}}};

/// "1.000    8.00": how often a payload byte passed here, and how often a message did. Over the whole life of the
/// connections, warm-up included, as the figures are.
TableCell byte_cell(const Cell& cell, Path path) {
    const PathFigures& figures = figures_of(cell, path);
    const auto payload = static_cast<double>(cell.sender.total_payload_bytes);
    if (payload == 0.0)
        return no_figure;
    if (figures.bytes.available() && figures.bytes.value == 0.0)
        return {"–" + std::string(calls_width, ' '), Style::dim};
    const double messages = payload / static_cast<double>(cell.message_size());
    const std::string bytes = figures.bytes.available() ? std::string(mark_of(figures.bytes.quality)) +
                                                              fixed(figures.bytes.value / payload, 3)
                                                        : "n/a";
    const std::string calls = figures.calls.available() ? std::string(mark_of(figures.calls.quality)) +
                                                              significant(figures.calls.value / messages)
                                                        : "n/a";
    return {bytes + right_in(calls, calls_width), figures.bytes.available() ? Style::plain : Style::dim};
}

bool seen(const analysis::Group& group, Path path, bool available) {
    const auto list = present(group);
    return std::any_of(list.begin(), list.end(), [&](const analysis::VariantSummary* summary) {
        const Figure& bytes = figures_of(summary->merged, path).bytes;
        return available ? bytes.available() && bytes.value != 0.0 : !bytes.available();
    });
}

/// The worst quality of a row, in a word.
std::string quality_of_row(const analysis::Group& group, Path path) {
    Quality worst = Quality::exact;
    for (const analysis::VariantSummary* summary : present(group))
        if (const Figure& bytes = figures_of(summary->merged, path).bytes; bytes.available())
            worst = std::max(worst, bytes.quality);
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

void put_byte_table(Page& page, const analysis::Group& group) {
    page.blank();
    page.heading("Where each byte was moved", variants_of(group));
    page.row("  times moved, and calls",
             cells_of(group,
                      [](const Cell&) {
                          return TableCell{"/byte" + right_in("/msg", calls_width), Style::dim};
                      }),
             {}, Style::dim);
    std::vector<std::string> idle;
    std::vector<std::string> unknown;
    for (const BytePath& entry : byte_paths) {
        if (seen(group, entry.path, true))
            page.row("  " + std::string(entry.label),
                     cells_of(group, [&](const Cell& cell) { return byte_cell(cell, entry.path); }),
                     quality_of_row(group, entry.path));
        else
            (seen(group, entry.path, false) ? unknown : idle).emplace_back(name_of(entry.path));
    }
    page.row("  = copies per payload byte",
             cells_of(group,
                      [](const Cell& cell) {
                          const Figure copies = cell.copies_per_byte();
                          return copies.available()
                                     ? TableCell{std::string(mark_of(copies.quality)) + fixed(copies.value, 3) +
                                                     std::string(calls_width, ' '),
                                                 Style::bold}
                                     : no_figure;
                      }),
             {}, Style::bold);
    if (!idle.empty())
        page.paragraph("  ", "no bytes in " + analysis::joined(idle), Style::dim);
    if (!unknown.empty())
        page.paragraph("  ", "not measured here: " + analysis::joined(unknown) + " (why: at the end)", Style::dim);
    for (const analysis::VariantSummary* summary : present(group)) {
        const ZerocopyTotals& zerocopy = summary->merged.sender.zerocopy;
        if (zerocopy.sends == 0)
            continue;
        const ZerocopyTotals& seen = completed_zerocopy(summary->merged);
        const double share =
            seen.completions == 0 ? 0.0 : static_cast<double>(seen.copied) / static_cast<double>(seen.completions);
        page.paragraph("  " + std::string(name_of(summary->merged.variant)) + " ",
                       counted(zerocopy.sends, "zero-copy send") + ", " + grouped(seen.completions) +
                           " completed, of which " + grouped(seen.copied) + " copied after all (" + percent(share) +
                           "); " + grouped(zerocopy.enobufs) + " ENOBUFS; at most " +
                           grouped(zerocopy.deepest_outstanding) + " outstanding" + reasons_of(summary->merged) +
                           copied_again(summary->merged),
                       Style::plain, style_of(summary->merged.variant));
    }
}

} // namespace netio::report
