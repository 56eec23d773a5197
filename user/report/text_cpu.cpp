// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <array>
#include <utility>

#include "report/cpu_view.h"
#include "report/format.h"
#include "report/path_view.h"
#include "report/text_sections.h"

namespace netio::report {
namespace {

using ShareOf = std::function<const Figure&(const CpuProfile&)>;

/// What follows the nanoseconds of a cell: share and bar.
std::size_t share_width(const Page& page) { return page.column_width() >= 20 ? 7 : 4; }

TableCell without_share(const Page& page, const TableCell& cell) {
    return {cell.text + std::string(share_width(page), ' '), cell.style};
}

/// "~0.213±0.021 12% █▏": nanoseconds per payload byte with half of the 95 % interval, share of both ends' CPU time.
/// A narrow page leaves the bar out.
TableCell time_cell(const Page& page, const Figure& per_byte, double share) {
    if (!per_byte.available())
        return without_share(page, no_figure);
    if (per_byte.value == 0.0)
        return without_share(page, nothing_there);
    const int decimals = per_byte.value >= 100.0 ? 0 : per_byte.value >= 10.0 ? 1 : per_byte.value >= 1.0 ? 2 : 3;
    std::string text = std::string(mark_of(per_byte.quality)) + fixed(per_byte.value, decimals);
    if (per_byte.quality == Quality::sampled)
        text += "±" + fixed((per_byte.high - per_byte.low) / 2.0, decimals);
    if (share < 0.0)
        return without_share(page, {text});
    text += right_in(percent(share), 4);
    if (page.column_width() >= 20)
        text += " " + left_in(bar(share, 2), 2);
    return {text};
}

void put_share(Page& page, const analysis::Group& group, const std::string& label, const ShareOf& share_of,
               Style style = Style::plain) {
    page.row(label,
             cells_of(group,
                      [&](const Cell& cell) {
                          const Figure share = combined_share(*cell.trace, share_of);
                          TableCell made = time_cell(page, cpu_share_per_byte(cell, share), share.value);
                          if (style != Style::plain)
                              made.style = style;
                          return made;
                      }),
             {}, style);
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
                          const Figure total = total_cpu_ns(*cell.trace);
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
        const Figure& time = figures_of(summary->merged, path).time_ns;
        return time.available() && time.value != 0.0;
    });
    if (!seen)
        return;
    page.row(label, cells_of(group, [&](const Cell& cell) {
                 const PathFigures& figures = figures_of(cell, path);
                 if (figures.time_ns.available() && figures.time_ns.value == 0.0)
                     return without_share(page, nothing_there);
                 const Figure time = figures.time_per_byte_ns();
                 const Figure total = total_cpu_ns(*cell.trace);
                 // The share is of the time in which samples were taken; a path timed call by call has more than that.
                 const bool comparable =
                     figures.time_ns.quality == Quality::sampled && total.available() && total.value > 0.0;
                 return time_cell(page, time, comparable ? figures.time_ns.value / total.value : -1.0);
             }));
    put_second_opinion(page, group, path);
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
            return total_cpu_ns(*summary->merged.trace).available();
        })) {
        page.paragraph("  ", "by class: not measured, " + total_cpu_ns(*list.front()->merged.trace).reason, Style::dim);
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
                          TableCell made =
                              time_cell(page, per_payload_byte(cell, total_cpu_ns(*cell.trace), 1.0), -1.0);
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
