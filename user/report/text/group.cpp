// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <functional>

#include "analysis/copies.h"
#include "analysis/judge.h"
#include "analysis/sample.h"
#include "report/text/sections.h"
#include "report/view/advice.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

using analysis::Group;
using analysis::Spread;
using analysis::VariantSummary;

void put_spread(Table& table, const Group& group, const char* label, Spread VariantSummary::*spread,
                const VariantSummary* best = nullptr) {
    std::vector<ColumnCell> cells;
    for (const VariantSummary& summary : group.variants)
        cells.emplace_back(measured(summary.merged) ? TableCell{significant((summary.*spread).value),
                                                                &summary == best ? Style::bold : Style::plain}
                                                    : no_figure);
    table.row(label, std::move(cells));
}

void put_throughput_range(Table& table, const Group& group) {
    std::vector<ColumnCell> cells;
    bool repeated = false;
    for (const VariantSummary& summary : group.variants) {
        repeated = repeated || summary.repeats > 1;
        cells.emplace_back(TableCell{
            significant(summary.throughput_gbps.low) + " – " + significant(summary.throughput_gbps.high), Style::dim});
    }
    if (repeated)
        table.row("  over the repeats", cells, {}, Style::dim);
}

/// With several connections: the least and the most that one of them got through, in the whole of a repeat.
void put_messages_per_connection(Table& table, const Group& group) {
    if (group.threads < 2)
        return;
    table.row(
        "  of one connection, in all",
        cells_of(group,
                 [](const Cell& cell) {
                     const std::vector<std::uint64_t>& each = cell.receiver.messages_per_thread;
                     if (each.empty())
                         return no_figure;
                     const auto [least, most] = std::minmax_element(each.begin(), each.end());
                     return TableCell{grouped(*least) + (*least == *most ? "" : " – " + grouped(*most)), Style::dim};
                 }),
        {}, Style::dim);
}

void put_latency_row(Table& table, const Group& group, const char* label,
                     const std::function<Figure(const Histogram&)>& value) {
    table.row(label, cells_of(group, [&](const Cell& cell) {
                  const Figure ns = value(cell.receiver.latency);
                  return ns.available() ? TableCell{significant(ns.value / 1e3)} : no_figure;
              }));
}

void put_quantile(Table& table, const Group& group, const char* label, double quantile) {
    put_latency_row(table, group, label,
                    [quantile](const Histogram& latency) { return analysis::percentile(latency, quantile); });
}

void put_latency(Table& table, const Group& group) {
    put_latency_row(table, group, "Latency mean     µs", [](const Histogram& latency) {
        return latency.empty() ? Figure::unavailable("no message was measured") : Figure::exact(latency.mean());
    });
    put_quantile(table, group, "        p50      µs", 0.5);
    put_quantile(table, group, "        p99      µs", 0.99);
    put_quantile(table, group, "        p99.9    µs", 0.999);
}

std::string cpus_busy(const Cell& cell) {
    const auto of = [&](const EndResult& end) {
        return significant((end.cpu_user_s + end.cpu_system_s) / cell.duration_s(), 2);
    };
    return of(cell.sender) + " + " + of(cell.receiver);
}

void put_cpu(Table& table, const Group& group) {
    put_spread(table, group, "CPU time         ns/byte", &VariantSummary::cpu_ns_per_byte);
    table.row("CPUs busy        send + recv", cells_of(group, [](const Cell& cell) {
                  return measured(cell) ? TableCell{cpus_busy(cell)} : no_figure;
              }));
}

/// The worst of the row, in a word.
std::string quality_of_copies(const Group& group) {
    Quality worst = Quality::exact;
    bool bounded = false;
    for (const VariantSummary& summary : group.variants) {
        const Figure copies = analysis::copies_per_byte(summary.merged);
        worst = std::max(worst, copies.quality);
        bounded = bounded || copies.bounds;
    }
    return worst == Quality::unavailable ? (bounded ? "range" : "") : std::string(name_of(worst));
}

void put_copies(Table& table, const Group& group) {
    table.row(
        "Copies per byte",
        cells_of(group, [](const Cell& cell) { return known_cell(analysis::copies_per_byte(cell), 3, Style::bold); }),
        quality_of_copies(group));
}

/// What is made of the repeats: the two kinds of figures are not each other's.
void put_basis(Table& table, const Group& group) {
    if (std::ranges::any_of(group.variants, [](const VariantSummary& summary) { return summary.repeats > 1; }))
        table.text("  ", "rates and CPU time: geometric mean of the repeats; latency: messages of all repeats together",
                   Style::dim);
}

/// That is shown to be; nothing where none is.
const VariantSummary* fastest_of(const Group& group) {
    const std::optional<analysis::Ranking> ranking = analysis::rank(group);
    return ranking && ranking->settled() ? ranking->leader : nullptr;
}

void put_published(Table& table, const Group& group) {
    table.row(
        "Published \"latency\" µs",
        cells_of(
            group,
            [](const Cell& cell) {
                return measured(cell) ? TableCell{significant(cell.published_latency_us()), Style::dim} : no_figure;
            }),
        {}, Style::dim);
    table.text("  ", "= duration / messages of all connections: inverse throughput, not a latency; for comparison only",
               Style::dim);
}

} // namespace

void put_main_figures(Page& page, const Group& group) {
    Table table = table_of(group, "");
    put_spread(table, group, "Throughput       Gbit/s", &VariantSummary::throughput_gbps, fastest_of(group));
    put_throughput_range(table, group);
    put_quantile(table, group, "Latency p50      µs", 0.5);
    put_quantile(table, group, "        p99      µs", 0.99);
    put_spread(table, group, "CPU time         ns/byte", &VariantSummary::cpu_ns_per_byte);
    put_copies(table, group);
    table.put(page);
}

void put_group(Page& page, const Group& group, const analysis::Advice& on_repeats) {
    page.blank();
    page.rule(title_of(group));
    const VariantSummary* fastest = fastest_of(group);
    if (const std::string text = headline_of(group, on_repeats); !text.empty())
        page.paragraph("", text);
    page.blank();
    Table table = table_of(group, "");
    put_spread(table, group, "Throughput       Gbit/s", &VariantSummary::throughput_gbps, fastest);
    put_throughput_range(table, group);
    put_spread(table, group, "Messages         /s", &VariantSummary::messages_per_second, fastest);
    put_messages_per_connection(table, group);
    put_latency(table, group);
    put_cpu(table, group);
    put_copies(table, group);
    put_published(table, group);
    put_basis(table, group);
    table.put(page);
}

} // namespace netio::report
