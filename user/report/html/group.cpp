// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "analysis/copies.h"
#include "analysis/costs.h"
#include "analysis/judge.h"
#include "analysis/sample.h"
#include "report/html/data.h"
#include "report/view/advice.h"
#include "report/view/cause_view.h"
#include "report/view/counter_view.h"
#include "report/view/format.h"
#include "report/view/group_view.h"
#include "report/view/log_axis.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

using analysis::VariantSummary;

/// Columns of the latency histograms: as many as a wide screen can tell apart.
constexpr std::size_t histogram_columns = 120;

constexpr std::array counters_with_a_chart{"cycles", "cache-misses"};

constexpr const char* no_payload = "no payload was sent";

/// A percentile of all repeats' messages together, with that of the repeats on their own as the spread, where each of
/// them has messages enough; microseconds.
Json percentile(const VariantSummary& summary, double quantile) {
    const Figure pooled = analysis::percentile(summary.merged.receiver.latency, quantile);
    if (!pooled.available())
        return figure_to_page(pooled);
    const bool each = std::ranges::all_of(summary.cells, [&](const Cell* cell) {
        return cell->messages() == 0 || analysis::percentile(cell->receiver.latency, quantile).available();
    });
    const analysis::Spread spread = analysis::spread_of(
        summary.cells, [&](const Cell& cell) { return cell.receiver.latency.quantile(quantile) / 1e3; });
    return spread_to_page(pooled.value / 1e3, spread, each ? summary.repeats : 1);
}

Json over_repeats(const VariantSummary& summary, const analysis::Spread& spread) {
    return measured(summary.merged) ? spread_to_page(spread.value, spread, summary.repeats)
                                    : figure_to_page(Figure::unavailable("no message was measured"));
}

Json path_to_page(const Cell& cell, Path path) {
    const PathFigures& figures = figures_of(cell, path);
    const auto payload = static_cast<double>(cell.sender.total_payload_bytes);
    const double messages = payload / static_cast<double>(cell.message_size());
    Json contained = Json::array();
    for (Path nested : analysis::still_contained(cell, path))
        contained.push_back(name_of(nested));
    return {{"path", name_of(path)},
            {"does", describe(path)},
            {"calls", figure_to_page(figures.calls.per(messages, no_payload))},
            {"bytes", figure_to_page(figures.bytes.per(payload, no_payload))},
            {"own", figure_to_page(shown_time(path, figures, analysis::own_time_per_payload_byte_ns(cell, path)))},
            {"stacked", takes_cpu_time(path) && contained.empty()},
            {"contains", std::move(contained)}};
}

Json paths_to_page(const Cell& cell) {
    Json list = Json::array();
    for (const PathEntry& entry : path_table)
        if (!entry.attached_only)
            list.push_back(path_to_page(cell, entry.path));
    return list;
}

Json classes_to_page(const Cell& cell) {
    if (!cell.trace)
        return {{"total", figure_to_page(Figure::unavailable("not traced"))}, {"parts", Json::array()}};
    const auto part = [&](std::string_view name, const std::function<const Figure&(const CpuProfile&)>& share_of) {
        const Figure share = analysis::combined_share(*cell.trace, share_of);
        return Json{{"name", name},
                    {"own", figure_to_page(analysis::cpu_share_per_byte(cell, share))},
                    {"share", figure_to_page(share)}};
    };
    Json parts = Json::array();
    for (CpuClass cpu_class : all_cpu_classes)
        parts.push_back(part(name_of(cpu_class), [index = index_of(cpu_class)](const CpuProfile& cpu) -> const Figure& {
            return cpu.share[index];
        }));
    parts.push_back(part("user_space", [](const CpuProfile& cpu) -> const Figure& { return cpu.user_space; }));
    return {{"total", figure_to_page(analysis::per_payload_byte(cell, analysis::total_cpu_ns(*cell.trace), 1.0))},
            {"parts", std::move(parts)},
            {"softirq", figure_to_page(analysis::combined_share(
                            *cell.trace, [](const CpuProfile& cpu) -> const Figure& { return cpu.softirq; }))},
            {"tracing", figure_to_page(analysis::combined_share(
                            *cell.trace, [](const CpuProfile& cpu) -> const Figure& { return cpu.tracing; }))}};
}

Json copies_to_page(const Cell& cell) {
    Json parts = Json::array();
    for (Path path : paths_where<is_copy>) {
        const Figure bytes =
            figures_of(cell, path).bytes.per(static_cast<double>(cell.sender.total_payload_bytes), no_payload);
        Json figure = figure_to_page(bytes);
        if (bytes.bounds) // what was counted has a bar
            figure["v"] = rounded(bytes.bounds->low);
        parts.push_back({{"path", name_of(path)}, {"bytes", std::move(figure)}});
    }
    return {{"total", figure_to_page(analysis::copies_per_byte(cell))}, {"parts", std::move(parts)}};
}

/// The counters that have a chart: both ends together, with the spread of the repeats.
Json charted_counter(const VariantSummary& summary, const std::string& event) {
    const Figure merged = counter_figure(summary.merged, event);
    if (!merged.available())
        return figure_to_page(merged);
    const analysis::Spread spread =
        analysis::spread_of(summary.cells, [&](const Cell& cell) { return counter_figure(cell, event).value; });
    Json json = spread_to_page(merged.value, spread, summary.repeats);
    json["q"] = name_of(merged.quality);
    json["t"] = std::string(mark_of(merged.quality)) + json["t"].get<std::string>();
    if (!merged.reason.empty())
        json["why"] = printable(merged.reason);
    return json;
}

Json counters_to_page(const VariantSummary& summary) {
    Json charted = Json::object();
    for (const char* event : counters_with_a_chart)
        charted[event] = charted_counter(summary, event);
    Json all = Json::array();
    const Cell& cell = summary.merged;
    for (const CounterReading& reading : cell.sender.counters)
        all.push_back({{"event", printable(reading.event)},
                       {"unit", unit_of(reading.event)},
                       {"sender", figure_to_page(counter_figure(cell, cell.sender, reading.event))},
                       {"receiver", figure_to_page(counter_figure(cell, cell.receiver, reading.event))}});
    return {{"charted", std::move(charted)}, {"all", std::move(all)}};
}

Json copy_sites_to_page(const Trace& trace) {
    Json sites = Json::array();
    for (const CopySite& site : trace.of(Role::sender).copied_after_all) {
        std::string functions;
        for (const std::string& function : site.functions)
            functions += (functions.empty() ? "" : " ← ") + printable(function);
        sites.push_back({{"reason", describe(site.reason)},
                         {"path", name_of(site.path)},
                         {"bytes", grouped(site.bytes)},
                         {"calls", grouped(site.calls)},
                         {"functions", functions}});
    }
    return sites;
}

Json zerocopy_to_page(const Cell& cell) {
    const ZerocopyTotals& told = cell.sender.zerocopy;
    if (told.sends == 0)
        return nullptr;
    const ZerocopyTotals& seen = analysis::completed_zerocopy(cell);
    const double copied =
        seen.completions == 0 ? 0.0 : static_cast<double>(seen.copied) / static_cast<double>(seen.completions);
    Json json{{"sends", grouped(told.sends)},
              {"completions", grouped(seen.completions)},
              {"copied", grouped(seen.copied)},
              {"kept", grouped(seen.completions - std::min(seen.copied, seen.completions))},
              {"copied_share", rounded(copied)},
              {"kept_share", rounded(seen.completions == 0 ? 0.0 : 1.0 - copied)},
              {"copied_text", percent(copied)},
              {"by", &seen == &told ? "the error queue" : "the tracer"},
              {"told", grouped(told.copied)},
              {"enobufs", grouped(told.enobufs)},
              {"deepest", grouped(told.deepest_outstanding)},
              {"notifications", grouped(told.notifications)}};
    if (!cell.trace)
        return json;
    json["sites"] = copy_sites_to_page(*cell.trace);
    Json sampled = Json::array();
    if (const auto& evidence = cell.trace->copy_evidence)
        for (const CopyEvidence::Site& site : evidence->sites)
            sampled.push_back(describe(site.reason));
    json["sampled_reasons"] = std::move(sampled);
    json["sites_why"] = printable(cell.trace->of(Role::sender).no_copy_sites);
    const Notifications& read = cell.trace->of(Role::sender).notifications;
    json["latency_why"] = printable(read.reason);
    const Figure tail = read.latency ? analysis::percentile(*read.latency, 0.99, "notification") : Figure{};
    if (read.latency && !read.latency->empty())
        json["latency"] = {{"read", grouped(read.read)},
                           {"merged", grouped(read.merged)},
                           {"merged_sends", grouped(read.merged_sends)},
                           {"p50", duration(read.latency->quantile(0.5))},
                           {"p99", tail.available() ? duration(tail.value) : "n/a (" + tail.reason + ")"}};
    return json;
}

Json variant_to_page(const VariantSummary& summary, const VariantSummary& baseline, const LogAxis& axis) {
    const Cell& cell = summary.merged;
    const Histogram& latency = cell.receiver.latency;
    Json shares = Json::array();
    if (!latency.empty())
        for (const double share : axis.spread(latency))
            shares.push_back(rounded(share * 100.0));
    Json hottest = Json::object();
    for (Role role : all_roles)
        hottest[std::string(name_of(role))] = printable(hottest_in_words(cell, role));
    const auto exact_us = [&](double nanoseconds) {
        return figure_to_page(latency.empty() ? Figure::unavailable("no message was measured")
                                              : Figure::exact(nanoseconds / 1e3));
    };
    return {{"variant", name_of(cell.variant)},
            {"messages", grouped(cell.messages())},
            {"throughput", over_repeats(summary, summary.throughput_gbps)},
            {"ratio", &summary == &baseline ? Json(nullptr)
                                            : figure_to_page(analysis::difference_of(baseline, summary).figure())},
            {"cpu", over_repeats(summary, summary.cpu_ns_per_byte)},
            {"mean", exact_us(latency.mean())},
            {"p50", percentile(summary, 0.5)},
            {"p99", percentile(summary, 0.99)},
            {"p999", percentile(summary, 0.999)},
            {"max", exact_us(static_cast<double>(latency.max()))},
            {"histogram", std::move(shares)},
            {"copies", copies_to_page(cell)},
            {"paths", paths_to_page(cell)},
            {"classes", classes_to_page(cell)},
            {"hottest", std::move(hottest)},
            {"samples", printable(samples_in_words(cell))},
            {"counters", counters_to_page(summary)},
            {"zerocopy", zerocopy_to_page(cell)}};
}

Json tables_of(const analysis::Group& group) {
    Json tables = Json::array();
    for (const ValueTable& table : cause_tables(group)) {
        Json rows = Json::array();
        for (const ValueRow& row : table.rows)
            rows.push_back({{"label", row.label}, {"values", row.values}});
        tables.push_back({{"title", table.title}, {"rows", std::move(rows)}});
    }
    return tables;
}

Json series_to_page(std::string_view name, std::string_view label, const SeriesStyle& style) {
    return {{"name", name}, {"label", label}, {"color", name_of(style.color)}, {"fill", name_of(style.fill)}};
}

} // namespace

Json tables_to_page() {
    Json variants = Json::array();
    for (const VariantEntry& entry : variant_table) {
        Json json = series_to_page(entry.id, title_of(entry.variant), entry.style);
        json["line"] = name_of(entry.style.line);
        json["marker"] = name_of(entry.style.marker);
        json["zero_copy"] = entry.uses_zero_copy;
        variants.push_back(std::move(json));
    }
    Json paths = Json::array();
    for (const PathEntry& entry : path_table)
        if (!entry.attached_only)
            paths.push_back(series_to_page(entry.name, entry.name, entry.style));
    Json classes = Json::array();
    for (const CpuClassEntry& entry : cpu_class_table)
        classes.push_back(series_to_page(entry.name, entry.label, entry.style));
    classes.push_back(series_to_page("user_space", "user space", {SeriesColor::grey, SeriesFill::falling}));
    return {{"variants", std::move(variants)}, {"paths", std::move(paths)}, {"classes", std::move(classes)}};
}

Json group_to_page(const analysis::Group& group, const analysis::Advice& on_repeats) {
    const LogAxis axis = latency_axis(group, histogram_columns).value_or(LogAxis(0.0, 1.0, histogram_columns));
    Json middles = Json::array();
    for (std::size_t column = 0; column < axis.columns(); ++column)
        middles.push_back(rounded(axis.value_at(static_cast<double>(column) + 0.5)));
    Json variants = Json::array();
    for (const VariantSummary& summary : group.variants)
        variants.push_back(variant_to_page(summary, group.variants.front(), axis));
    return {{"field_size", group.field_size}, {"threads", group.threads},
            {"title", title_of(group)},       {"verdict", headline_of(group, on_repeats)},
            {"axis_ns", std::move(middles)},  {"variants", std::move(variants)},
            {"tables", tables_of(group)}};
}

} // namespace netio::report
