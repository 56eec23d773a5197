// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/copies.h"
#include "analysis/judge.h"
#include "report/text/sections.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

using Value = double (*)(const analysis::VariantSummary&);

/// One figure of each variant; what is shown to be the best is bold.
std::vector<TableCell> of_each_variant(const analysis::Group& group, const std::vector<Variant>& variants,
                                       analysis::Statistic statistic, Value value) {
    const std::optional<analysis::Ranking> ranking = analysis::rank(group, statistic);
    std::vector<TableCell> figures;
    for (Variant variant : variants) {
        const analysis::VariantSummary* summary = group.of(variant);
        if (summary == nullptr || !measured(summary->merged)) {
            figures.push_back(summary == nullptr ? nothing_there : no_figure);
            continue;
        }
        const bool best = ranking && ranking->settled() && ranking->leader == summary;
        figures.push_back({significant(value(*summary)), best ? Style::bold : Style::plain});
    }
    return figures;
}

std::vector<TableCell> copies_of(const analysis::Group& group, const std::vector<Variant>& variants) {
    std::vector<TableCell> figures;
    for (Variant variant : variants) {
        const analysis::VariantSummary* summary = group.of(variant);
        figures.push_back(summary == nullptr ? nothing_there
                                             : known_cell(analysis::copies_per_byte(summary->merged), 1));
    }
    return figures;
}

/// All groups; where they are too many, those of the smallest and the largest fields with the fewest and the most
/// connections, and then as many of the others as there is room for, from the smallest on.
std::vector<const analysis::Group*> rows_of(const std::vector<analysis::Group>& groups, std::size_t most) {
    const auto [fewest, most_threads] = std::ranges::minmax(groups, {}, &analysis::Group::threads);
    const auto is_corner = [&, few = fewest.threads, many = most_threads.threads](const analysis::Group& group) {
        return (group.field_size == groups.front().field_size || group.field_size == groups.back().field_size) &&
               (group.threads == few || group.threads == many);
    };
    std::size_t room =
        most - std::min<std::size_t>(most, static_cast<std::size_t>(std::ranges::count_if(groups, is_corner)));
    std::vector<const analysis::Group*> rows;
    for (const analysis::Group& group : groups)
        if (groups.size() <= most || is_corner(group) || (room != 0 && room-- != 0))
            rows.push_back(&group);
    return rows;
}

} // namespace

void put_overview(Page& page, const std::vector<analysis::Group>& groups, std::size_t most_rows) {
    std::vector<Variant> variants;
    std::vector<TableCell> names;
    for (const VariantEntry& entry : variant_table)
        if (std::ranges::any_of(groups, [&](const analysis::Group& group) { return group.of(entry.variant); })) {
            variants.push_back(entry.variant);
            names.push_back({std::string(entry.id), style_of(entry.variant)});
        }
    page.heading("Bold where shown to be the best of a row");
    // A narrow page has no room for the copies; the tables of the groups tell them.
    Table table("",
                {{"", Style::dim},
                 {"throughput, Gbit/s", Style::dim},
                 {"latency p50, µs", Style::dim},
                 {"copies/byte", Style::dim, true}},
                {.alike = false, .repeated = 1});
    table.row("8 fields of", {TableCell{"conns", Style::dim}, names, names, names}, {}, Style::dim);
    const std::vector<const analysis::Group*> rows = rows_of(groups, most_rows);
    for (const analysis::Group* row : rows) {
        const analysis::Group& group = *row;
        table.row(
            binary_size(group.field_size),
            {TableCell{grouped(group.threads)},
             of_each_variant(group, variants, analysis::Statistic::throughput,
                             [](const analysis::VariantSummary& summary) { return summary.throughput_gbps.value; }),
             of_each_variant(group, variants, analysis::Statistic::p50,
                             [](const analysis::VariantSummary& summary) {
                                 return summary.merged.receiver.latency.quantile(0.5) / 1e3;
                             }),
             copies_of(group, variants)});
    }
    if (rows.size() < groups.size())
        table.text("  ", counted(groups.size() - rows.size(), "more row") + " above, each with its tables", Style::dim);
    table.put(page);
}

} // namespace netio::report
