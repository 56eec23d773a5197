// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "report/text/sections.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

using analysis::Group;
using analysis::Spread;
using analysis::VariantSummary;

/// A single repeat says nothing of the spread; a lead smaller than this is then not called one.
constexpr double least_lead = 1.05;

/// The variants in front: the one with the highest throughput, and those whose repeats reach into its own. First the
/// highest.
std::vector<const VariantSummary*> leaders(const Group& group) {
    const auto list = present(group);
    if (list.size() < 2)
        return {};
    const VariantSummary* best =
        *std::max_element(list.begin(), list.end(), [](const VariantSummary* left, const VariantSummary* right) {
            return left->throughput_gbps.median < right->throughput_gbps.median;
        });
    std::vector<const VariantSummary*> front{best};
    for (const VariantSummary* other : list)
        if (other != best &&
            other->throughput_gbps.high * (best->repeats == 1 ? least_lead : 1.0) >= best->throughput_gbps.low)
            front.push_back(other);
    return front;
}

/// The only variant in front.
const VariantSummary* fastest(const Group& group) {
    const auto front = leaders(group);
    return front.size() == 1 ? front.front() : nullptr;
}

void put_spread(Page& page, const Group& group, const char* label, Spread VariantSummary::*spread,
                const VariantSummary* best = nullptr) {
    std::vector<TableCell> cells;
    bool repeated = false;
    for (const VariantSummary* summary : present(group)) {
        repeated = repeated || summary->repeats > 1;
        cells.push_back(measured(summary->merged) ? TableCell{significant((summary->*spread).median),
                                                              summary == best ? Style::bold : Style::plain}
                                                  : no_figure);
    }
    page.row(label, cells, repeated ? "median" : "");
}

void put_throughput_range(Page& page, const Group& group) {
    std::vector<TableCell> cells;
    bool repeated = false;
    for (const VariantSummary* summary : present(group)) {
        repeated = repeated || summary->repeats > 1;
        cells.push_back({significant(summary->throughput_gbps.low) + " – " + significant(summary->throughput_gbps.high),
                         Style::dim});
    }
    if (repeated)
        page.row("  over the repeats", cells, {}, Style::dim);
}

/// With several connections: the least and the most that one of them got through, in the whole of a repeat.
void put_messages_per_connection(Page& page, const Group& group) {
    if (group.threads < 2)
        return;
    page.row(
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

void put_latency(Page& page, const Group& group) {
    const std::pair<const char*, double> rows[] = {
        {"        p50      µs", 0.5}, {"        p99      µs", 0.99}, {"        p99.9    µs", 0.999}};
    const auto put = [&](const char* label, auto&& value) {
        page.row(label, cells_of(group, [&](const Cell& cell) {
                     const Histogram& latency = cell.receiver.latency;
                     return latency.empty() ? no_figure : TableCell{significant(value(latency) / 1e3)};
                 }));
    };
    put("Latency mean     µs", [](const Histogram& latency) { return latency.mean(); });
    for (const auto& [label, quantile] : rows)
        put(label, [quantile = quantile](const Histogram& latency) { return latency.quantile(quantile); });
}

std::string cpus_busy(const Cell& cell) {
    const auto of = [&](const EndResult& end) {
        return significant((end.cpu_user_s + end.cpu_system_s) / cell.duration_s(), 2);
    };
    return of(cell.sender) + " + " + of(cell.receiver);
}

void put_cpu(Page& page, const Group& group) {
    put_spread(page, group, "CPU time         ns/byte", &VariantSummary::cpu_ns_per_byte);
    page.row("CPUs busy        send + recv",
             cells_of(group, [](const Cell& cell) { return measured(cell) ? TableCell{cpus_busy(cell)} : no_figure; }));
}

/// The worst of the row, in a word.
std::string quality_of_copies(const Group& group) {
    Quality worst = Quality::exact;
    for (const VariantSummary* summary : present(group))
        worst = std::max(worst, summary->merged.copies_per_byte().quality);
    return worst == Quality::unavailable ? "" : std::string(name_of(worst));
}

void put_copies(Page& page, const Group& group) {
    const auto figure = [](const Cell& cell) {
        const Figure copies = cell.copies_per_byte();
        return copies.available()
                   ? TableCell{std::string(mark_of(copies.quality)) + fixed(copies.value, 3), Style::bold}
                   : no_figure;
    };
    page.row("Copies per byte", cells_of(group, figure), quality_of_copies(group));
}

void put_published(Page& page, const Group& group) {
    page.row(
        "Published \"latency\" µs",
        cells_of(
            group,
            [](const Cell& cell) {
                return measured(cell) ? TableCell{significant(cell.published_latency_us()), Style::dim} : no_figure;
            }),
        {}, Style::dim);
    page.paragraph("  ",
                   "= duration / messages of all connections: inverse throughput, not a latency; for comparison only",
                   Style::dim);
}

} // namespace

std::string title_of(const Group& group) {
    return std::to_string(fields_per_message) + " × " + binary_size(group.field_size) +
           " fields = " + binary_size(group.field_size * fields_per_message) + " a message, " +
           counted(group.threads, "connection");
}

std::string verdict_of(const Group& group) {
    const auto front = leaders(group);
    if (front.empty())
        return "";
    const bool single = front.front()->repeats == 1;
    const std::string spread =
        single ? "5 % (one repeat each: their spread is not known)" : "the spread of the repeats";
    if (front.size() == present(group).size())
        return "No variant is faster than another beyond " + spread + ".";
    std::vector<std::string> names;
    for (Variant variant : variants_of(group))
        if (std::any_of(front.begin(), front.end(),
                        [&](const VariantSummary* summary) { return summary->merged.variant == variant; }))
            names.emplace_back(name_of(variant));
    std::vector<std::string> behind;
    for (const VariantSummary* other : present(group))
        if (std::find(front.begin(), front.end(), other) == front.end() && other->throughput_gbps.median > 0.0)
            behind.push_back(significant(front.front()->throughput_gbps.median / other->throughput_gbps.median) +
                             " × " + std::string(name_of(other->merged.variant)));
    std::string text = analysis::joined_by_and(names) +
                       (front.size() == 1 ? " is the fastest here: "
                                          : " are the fastest here, alike within " + (single ? "5 %" : spread) + ": ") +
                       significant(front.front()->throughput_gbps.median) + " Gbit/s";
    if (!behind.empty())
        text += ", " + analysis::joined_by_and(behind);
    return text + (single ? " (one repeat each: their spread is not known)." : ".");
}

void put_group(Page& page, const Group& group) {
    page.blank();
    page.rule(title_of(group));
    if (const std::string text = verdict_of(group); !text.empty())
        page.paragraph("", text);
    page.blank();
    page.heading("", variants_of(group));
    put_spread(page, group, "Throughput       Gbit/s", &VariantSummary::throughput_gbps, fastest(group));
    put_throughput_range(page, group);
    put_spread(page, group, "Messages         /s", &VariantSummary::messages_per_second, fastest(group));
    put_messages_per_connection(page, group);
    put_latency(page, group);
    put_cpu(page, group);
    put_copies(page, group);
    put_published(page, group);
}

} // namespace netio::report
