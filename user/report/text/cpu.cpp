// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <cmath>

#include "analysis/costs.h"
#include "report/text/sections.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

using ShareOf = std::function<const Figure&(const CpuProfile&)>;

constexpr std::size_t bar_width = 2;

/// Nanoseconds, and beside them a share with its bar. A negative share is none.
ColumnCell with_share(const TableCell& time, double share) {
    if (share < 0.0)
        return time;
    return std::vector<TableCell>{
        time, {percent(share), time.style}, {left_in(bar(share, bar_width), bar_width), time.style}};
}

/// "~0.213±0.021": nanoseconds per payload byte with how far the 95 % interval reaches; "~<4.4" where no sample was in
/// it.
std::string time_text(const Figure& per_byte) {
    constexpr double least = 0.0001;
    constexpr int most_decimals = 4;
    const std::string mark(mark_of(per_byte.quality));
    const double distance = per_byte.quality == Quality::sampled ? reach(per_byte) : 0.0;
    if (per_byte.value == 0.0 && distance >= least)
        return mark + "<" + significant(per_byte.high, 2);
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

/// "~0.213±0.021", "12%" and "█▏": and the share of both ends' CPU time.
ColumnCell time_cell(const Figure& per_byte, double share, Style style = Style::plain) {
    if (!per_byte.available())
        return no_figure;
    // No sample at all still leaves room for some time.
    if (per_byte.value == 0.0 && per_byte.quality != Quality::sampled)
        return nothing_there;
    return with_share({time_text(per_byte), style}, share);
}

void put_share(Table& table, const analysis::Group& group, const std::string& label, const ShareOf& share_of,
               Style style = Style::plain) {
    table.row(label,
              cells_of(group,
                       [&](const Cell& cell) {
                           const Figure share = analysis::combined_share(*cell.trace, share_of);
                           return time_cell(analysis::cpu_share_per_byte(cell, share), share.value, style);
                       }),
              {}, style);
}

/// Below a path that was timed at its edges: the same as the sampler saw it.
void put_second_opinion(Table& table, const analysis::Group& group, Path path) {
    if (std::ranges::none_of(group.variants, [&](const analysis::VariantSummary& summary) {
            const Figure& time = figures_of(summary.merged, path).sampled_time_ns;
            return time.available() && time.value != 0.0;
        }))
        return;
    table.row("    by samples",
              cells_of(group,
                       [&](const Cell& cell) -> ColumnCell {
                           const PathFigures& figures = figures_of(cell, path);
                           const Figure total = analysis::total_cpu_ns(*cell.trace);
                           const bool comparable = total.available() && total.value > 0.0;
                           return time_cell(shown_time(path, figures, figures.sampled_time_per_byte_ns()),
                                            comparable ? figures.sampled_time_ns.value / total.value : -1.0,
                                            Style::dim);
                       }),
              {}, Style::dim);
}

void put_path(Table& table, const analysis::Group& group, Path path) {
    const bool seen = std::ranges::any_of(group.variants, [&](const analysis::VariantSummary& summary) {
        const PathFigures& figures = figures_of(summary.merged, path);
        return figures.time_ns.available() && (figures.time_ns.value != 0.0 || figures.bytes.value > 0.0);
    });
    if (!seen)
        return;
    table.row("  " + std::string(name_of(path)), cells_of(group, [&](const Cell& cell) -> ColumnCell {
                  const PathFigures& figures = figures_of(cell, path);
                  const Figure time = shown_time(path, figures, analysis::ns_per_payload_byte(cell, path));
                  const Figure total = analysis::total_cpu_ns(*cell.trace);
                  // The share is of the time in which samples were taken; a path timed call by call has more than that.
                  const bool comparable =
                      figures.time_ns.quality == Quality::sampled && total.available() && total.value > 0.0;
                  return time_cell(time, comparable ? figures.time_ns.value / total.value : -1.0);
              }));
    put_second_opinion(table, group, path);
    const auto biased = std::ranges::find_if(group.variants, [&](const analysis::VariantSummary& summary) {
        const Figure& time = figures_of(summary.merged, path).time_ns;
        return time.quality == Quality::sampled && time.value != 0.0 && !time.reason.empty();
    });
    if (biased != group.variants.end())
        table.text("    ", figures_of(biased->merged, path).time_ns.reason, Style::dim);
}

/// All CPU time by class, or why it is not known.
void put_classes(Table& table, const analysis::Group& group) {
    const auto total_of = [](const Cell& cell) { return analysis::total_cpu_ns(*cell.trace); };
    if (std::ranges::none_of(group.variants, [&](const analysis::VariantSummary& summary) {
            return total_of(summary.merged).available();
        })) {
        table.text("  ", "by class: not measured, " + total_of(group.variants.front().merged).reason, Style::dim);
        return;
    }
    table.row("  all of it, by class:", {}, {}, Style::dim);
    for (const CpuClassEntry& entry : cpu_class_table)
        put_share(
            table, group, "  " + std::string(entry.label),
            [index = index_of(entry.cpu_class)](const CpuProfile& cpu) -> const Figure& { return cpu.share[index]; });
    put_share(table, group, "  user space", [](const CpuProfile& cpu) -> const Figure& { return cpu.user_space; });
    table.row("  = all CPU time",
              cells_of(group,
                       [&](const Cell& cell) {
                           return time_cell(analysis::per_payload_byte(cell, total_of(cell), 1.0), -1.0, Style::bold);
                       }),
              {}, Style::bold);
    put_share(
        table, group, "    of it in softirq", [](const CpuProfile& cpu) -> const Figure& { return cpu.softirq; },
        Style::dim);
    put_share(
        table, group, "    of it in tracing itself", [](const CpuProfile& cpu) -> const Figure& { return cpu.tracing; },
        Style::dim);
}

} // namespace

void put_cpu_table(Page& page, const analysis::Group& group) {
    page.blank();
    // Bars, and then shares, are left out where all variants then fit side by side.
    constexpr std::size_t dispensable_figures = 2;
    Table table = table_of(group, "Where the CPU time went", dispensable_figures);
    table.row("  ns per payload byte; share",
              cells_of(group,
                       [](const Cell&) {
                           return TableCell{"ns/byte", Style::dim};
                       }),
              {}, Style::dim);
    for (Path path : paths_where<takes_bytes>)
        put_path(table, group, path);
    put_classes(table, group);
    table.put(page);
}

void put_samples(Page& page, const analysis::Group& group) {
    for (const analysis::VariantSummary& summary : group.variants) {
        const Cell& cell = summary.merged;
        const std::string variant(name_of(cell.variant));
        for (Role role : all_roles)
            if (const std::string symbols = hottest_in_words(cell, role); !symbols.empty())
                page.paragraph("  ", variant + " " + std::string(name_of(role)) + " most in: " + symbols, Style::dim);
        if (const std::string samples = samples_in_words(cell); !samples.empty())
            page.paragraph("  ", variant + ": " + samples, Style::dim);
    }
}

} // namespace netio::report
