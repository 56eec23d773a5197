// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "analysis/costs.h"
#include "report/text/sections.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

using ShareOf = std::function<const Figure&(const CpuProfile&)>;

/// Columns of " 12%" and of " █▏".
constexpr std::size_t share_width = 4;
constexpr std::size_t bar_width = 3;

/// Nanoseconds, with as much of share and bar behind them as the column has room for. Numbers without them stand above
/// those with them. A narrow page has no bars. A negative share is none.
TableCell with_share(const Page& page, const TableCell& time, double share) {
    const bool bars = page.column_width() >= 20;
    const std::size_t room = page.column_width() - 1; // a space to the column before
    const std::size_t full = display_width(time.text) + share_width + (bars ? bar_width : 0);
    std::string text = time.text;
    const auto append = [&](const std::string& part) {
        if (display_width(text) + display_width(part) <= room)
            text += part;
    };
    if (share >= 0.0) {
        const std::string percentage = percent(share);
        append(" " + right_in(percentage, std::max(display_width(percentage), share_width - 1)));
        if (bars)
            append(" " + left_in(bar(share, bar_width - 1), bar_width - 1));
    }
    return {left_in(text, std::max(display_width(text), std::min(full, room))), time.style};
}

TableCell without_share(const Page& page, const TableCell& cell) { return with_share(page, cell, -1.0); }

/// "~0.213±0.021": nanoseconds per payload byte with how far the 95 % interval reaches.
std::string time_text(const Figure& per_byte) {
    constexpr double least = 0.0001;
    constexpr int most_decimals = 4;
    const std::string mark(mark_of(per_byte.quality));
    const double distance = per_byte.quality == Quality::sampled ? reach(per_byte) : 0.0;
    const double magnitude = per_byte.value >= least ? per_byte.value : distance;
    if (magnitude < least)
        return mark + "<" + fixed(least, most_decimals);
    int decimals = magnitude >= 100.0  ? 0
                   : magnitude >= 10.0 ? 1
                   : magnitude >= 1.0  ? 2
                   : magnitude >= 0.01 ? 3
                                       : most_decimals;
    if (per_byte.quality != Quality::sampled)
        return mark + fixed(per_byte.value, decimals);
    // ±0.000 would say that there is no doubt.
    while (decimals < most_decimals && distance < 0.5 * std::pow(10.0, -decimals))
        ++decimals;
    return mark + fixed(per_byte.value, decimals) + "±" + fixed(distance, decimals);
}

/// "~0.213±0.021 12% █▏": and the share of both ends' CPU time.
TableCell time_cell(const Page& page, const Figure& per_byte, double share) {
    if (!per_byte.available())
        return without_share(page, no_figure);
    // No sample at all still leaves room for some time.
    if (per_byte.value == 0.0 && per_byte.quality != Quality::sampled)
        return without_share(page, nothing_there);
    return with_share(page, {time_text(per_byte)}, share);
}

void put_share(Page& page, const analysis::Group& group, const std::string& label, const ShareOf& share_of,
               Style style = Style::plain) {
    page.row(label,
             cells_of(group,
                      [&](const Cell& cell) {
                          const Figure share = analysis::combined_share(*cell.trace, share_of);
                          TableCell made = time_cell(page, analysis::cpu_share_per_byte(cell, share), share.value);
                          if (style != Style::plain)
                              made.style = style;
                          return made;
                      }),
             {}, style);
}

/// Nothing went this way, so that there was nothing to sample.
bool was_not_taken(const PathFigures& figures) {
    return (!figures.calls.available() || figures.calls.value == 0.0) && figures.bytes.available() &&
           figures.bytes.value == 0.0;
}

/// Below a path that was timed at its edges: the same as the sampler saw it.
void put_second_opinion(Page& page, const analysis::Group& group, Path path) {
    const auto list = present(group);
    if (std::none_of(list.begin(), list.end(), [&](const analysis::VariantSummary* summary) {
            const Figure& time = figures_of(summary->merged, path).sampled_time_ns;
            return time.available() && time.value != 0.0;
        }))
        return;
    page.row("    by samples",
             cells_of(group,
                      [&](const Cell& cell) {
                          const PathFigures& figures = figures_of(cell, path);
                          if (was_not_taken(figures))
                              return without_share(page, nothing_there);
                          const Figure total = analysis::total_cpu_ns(*cell.trace);
                          const bool comparable = total.available() && total.value > 0.0;
                          TableCell made = time_cell(page, figures.sampled_time_per_byte_ns(),
                                                     comparable ? figures.sampled_time_ns.value / total.value : -1.0);
                          made.style = Style::dim;
                          return made;
                      }),
             {}, Style::dim);
}

void put_path(Page& page, const analysis::Group& group, Path path, const char* label) {
    const auto list = present(group);
    const bool seen = std::any_of(list.begin(), list.end(), [&](const analysis::VariantSummary* summary) {
        const PathFigures& figures = figures_of(summary->merged, path);
        return figures.time_ns.available() && (figures.time_ns.value != 0.0 || figures.bytes.value > 0.0);
    });
    if (!seen)
        return;
    page.row(label, cells_of(group, [&](const Cell& cell) {
                 const PathFigures& figures = figures_of(cell, path);
                 if (was_not_taken(figures))
                     return without_share(page, nothing_there);
                 const Figure time = figures.time_per_byte_ns();
                 const Figure total = analysis::total_cpu_ns(*cell.trace);
                 // The share is of the time in which samples were taken; a path timed call by call has more than that.
                 const bool comparable =
                     figures.time_ns.quality == Quality::sampled && total.available() && total.value > 0.0;
                 return time_cell(page, time, comparable ? figures.time_ns.value / total.value : -1.0);
             }));
    put_second_opinion(page, group, path);
    const auto biased = std::find_if(list.begin(), list.end(), [&](const analysis::VariantSummary* summary) {
        const Figure& time = figures_of(summary->merged, path).time_ns;
        return time.quality == Quality::sampled && time.value != 0.0 && !time.reason.empty();
    });
    if (biased != list.end())
        page.paragraph("    ", figures_of((*biased)->merged, path).time_ns.reason, Style::dim);
}

} // namespace

void put_cpu_table(Page& page, const analysis::Group& group) {
    page.blank();
    page.heading("Where the CPU time went", variants_of(group));
    page.row(
        "  ns per payload byte; share",
        cells_of(group,
                 [&](const Cell&) {
                     return TableCell{page.column_width() >= 20 ? "ns/byte share   " : "ns/byte share", Style::dim};
                 }),
        {}, Style::dim);
    constexpr std::array<std::pair<Path, const char*>, 6> paths{{{Path::copy_in, "  copy_in"},
                                                                 {Path::pin, "  pin"},
                                                                 {Path::deferred_copy, "  deferred_copy"},
                                                                 {Path::linearize, "  linearize"},
                                                                 {Path::skb_copy, "  skb_copy"},
                                                                 {Path::copy_out, "  copy_out"}}};
    for (const auto& [path, label] : paths)
        put_path(page, group, path, label);
    const auto list = present(group);
    if (std::none_of(list.begin(), list.end(), [](const analysis::VariantSummary* summary) {
            return analysis::total_cpu_ns(*summary->merged.trace).available();
        })) {
        page.paragraph("  ", "by class: not measured, " + analysis::total_cpu_ns(*list.front()->merged.trace).reason,
                       Style::dim);
        return;
    }
    page.row("  all of it, by class:", {}, {}, Style::dim);
    constexpr std::array<std::pair<CpuClass, const char*>, cpu_class_count> classes{
        {{CpuClass::data_copy, "  data copy"},
         {CpuClass::tcp_ip, "  TCP/IP"},
         {CpuClass::netdev, "  network device"},
         {CpuClass::skb_management, "  skb management"},
         {CpuClass::memory, "  memory"},
         {CpuClass::lock, "  locks"},
         {CpuClass::scheduling, "  scheduling"},
         {CpuClass::other, "  other kernel work"}}};
    for (const auto& [cpu_class, label] : classes)
        put_share(page, group, label,
                  [index = index_of(cpu_class)](const CpuProfile& cpu) -> const Figure& { return cpu.share[index]; });
    put_share(page, group, "  user space", [](const CpuProfile& cpu) -> const Figure& { return cpu.user_space; });
    page.row("  = all CPU time",
             cells_of(group,
                      [&](const Cell& cell) {
                          TableCell made = time_cell(
                              page, analysis::per_payload_byte(cell, analysis::total_cpu_ns(*cell.trace), 1.0), -1.0);
                          made.style = Style::bold;
                          return made;
                      }),
             {}, Style::bold);
    put_share(
        page, group, "    of it in softirq", [](const CpuProfile& cpu) -> const Figure& { return cpu.softirq; },
        Style::dim);
    put_share(
        page, group, "    of it in tracing itself", [](const CpuProfile& cpu) -> const Figure& { return cpu.tracing; },
        Style::dim);
}

} // namespace netio::report
