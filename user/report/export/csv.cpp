// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/renderers.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/copies.h"
#include "analysis/costs.h"
#include "analysis/sample.h"
#include "model/fields.h"
#include "report/export/csv_row.h"
#include "report/view/counter_view.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

/// A column's name and what stands in it. Header and rows come from the same list, so they cannot disagree.
struct Column {
    std::string name;
    std::function<CsvValue(const Cell&)> value;
};
using Columns = std::vector<Column>;

CsvValue text(std::string_view text) { return std::string(text); }

CsvValue value_of(const Figure& figure) { return figure.available() ? CsvValue(figure.value) : CsvValue(); }

CsvValue in_us(const Figure& ns) { return ns.available() ? CsvValue(ns.value / 1e3) : CsvValue(); }

const EndResult& end_of(const Cell& cell, Role role) { return role == Role::sender ? cell.sender : cell.receiver; }

/// What the tracer saw of a role; nothing when it did not trace.
template <class Get>
auto traced(Role role, Get get) {
    return [role, get = std::move(get)](const Cell& cell) {
        return cell.trace ? CsvValue(get(cell.trace->of(role))) : CsvValue();
    };
}

/// Of cells in which a message was finished; nothing otherwise.
template <class Get>
auto measured_part(Get get) {
    return [get = std::move(get)](const Cell& cell) { return measured(cell) ? CsvValue(get(cell)) : CsvValue(); };
}

void add_results(Columns& columns) {
    const auto add = [&](std::string name, auto value) { columns.push_back({std::move(name), std::move(value)}); };
    add("variant", [](const Cell& cell) { return text(name_of(cell.variant)); });
    add("field_size_bytes", [](const Cell& cell) { return cell.field_size; });
    add("threads", [](const Cell& cell) { return std::uint64_t{cell.threads}; });
    add("repeat", [](const Cell& cell) { return std::uint64_t{cell.repeat}; });
    add("message_size_bytes", [](const Cell& cell) { return cell.message_size(); });
    add("messages", [](const Cell& cell) { return cell.messages(); });
    add("payload_bytes", [](const Cell& cell) { return cell.payload_bytes(); });
    add("duration_s", [](const Cell& cell) { return cell.duration_s(); });
    add("throughput_gbit_per_s", measured_part([](const Cell& cell) { return cell.throughput_gbps(); }));
    add("messages_per_s", measured_part([](const Cell& cell) { return cell.messages_per_second(); }));
    add("latency_mean_us", measured_part([](const Cell& cell) { return cell.receiver.latency.mean() / 1e3; }));
    for (const auto& [name, quantile] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}})
        add(std::string("latency_") + name + "_us", measured_part([quantile = quantile](const Cell& cell) {
                return in_us(analysis::percentile(cell.receiver.latency, quantile));
            }));
    add("latency_max_us",
        measured_part([](const Cell& cell) { return static_cast<double>(cell.receiver.latency.max()) / 1e3; }));
    add("latency_min_us",
        measured_part([](const Cell& cell) { return static_cast<double>(cell.receiver.latency.min()) / 1e3; }));
    add("published_latency_us", measured_part([](const Cell& cell) { return cell.published_latency_us(); }));
    add("cpu_ns_per_byte", measured_part([](const Cell& cell) { return cell.cpu_ns_per_byte(); }));
    for (Role role : all_roles) {
        const std::string prefix(name_of(role));
        add(prefix + "_cpu_user_s", [role](const Cell& cell) { return end_of(cell, role).cpu_user_s; });
        add(prefix + "_cpu_system_s", [role](const Cell& cell) { return end_of(cell, role).cpu_system_s; });
    }
    add("copies_per_byte", [](const Cell& cell) { return value_of(analysis::copies_per_byte(cell)); });
    add("copies_per_byte_quality",
        [](const Cell& cell) { return text(name_of(analysis::copies_per_byte(cell).quality)); });
    for (const auto& [name, end] : {std::pair{"low", &Bounds::low}, {"high", &Bounds::high}})
        add(std::string("copies_per_byte_") + name, [end = end](const Cell& cell) {
            const std::optional<Bounds> range = analysis::copies_per_byte(cell).range();
            return range && std::isfinite((*range).*end) ? CsvValue((*range).*end) : CsvValue();
        });
}

void add_path(Columns& columns, Path path) {
    const auto add = [&](const char* name, auto value) {
        columns.push_back({std::string(name_of(path)) + "_" + name,
                           [path, value](const Cell& cell) -> CsvValue { return value(figures_of(cell, path)); }});
    };
    const auto add_time_per_byte = [&](const char* end, auto value) {
        columns.push_back(
            {std::string(name_of(path)) + "_time_ns_per_byte" + end,
             [path, value](const Cell& cell) -> CsvValue { return value(analysis::ns_per_payload_byte(cell, path)); }});
    };
    const auto bound = [](double Figure::*bound) {
        return [bound](const Figure& figure) {
            return figure.quality == Quality::sampled ? CsvValue(figure.*bound) : CsvValue();
        };
    };
    add("calls", [](const PathFigures& figures) { return value_of(figures.calls); });
    add("bytes", [](const PathFigures& figures) { return value_of(figures.bytes); });
    add("time_ns", [](const PathFigures& figures) { return value_of(figures.time_ns); });
    add_time_per_byte("", [](const Figure& figure) { return value_of(figure); });
    add_time_per_byte("_low", bound(&Figure::low));
    add_time_per_byte("_high", bound(&Figure::high));
    add("sampled_time_ns_per_byte",
        [](const PathFigures& figures) { return value_of(figures.sampled_time_per_byte_ns()); });
    add("quality", [](const PathFigures& figures) { return text(name_of(overall_quality(figures))); });
}

void add_cpu_shares(Columns& columns, Role role) {
    const auto add = [&](std::string_view name, auto share) {
        columns.push_back({std::string(name_of(role)) + "_cpu_" + std::string(name) + "_share",
                           traced(role, [share](const SubjectTrace& trace) { return value_of(share(trace.cpu)); })});
    };
    for (CpuClass cpu_class : all_cpu_classes)
        add(name_of(cpu_class), [cpu_class](const CpuProfile& cpu) { return cpu.share[index_of(cpu_class)]; });
    add("user_space", [](const CpuProfile& cpu) { return cpu.user_space; });
    add("softirq", [](const CpuProfile& cpu) { return cpu.softirq; });
    add("tracing", [](const CpuProfile& cpu) { return cpu.tracing; });
    columns.push_back({std::string(name_of(role)) + "_cpu_samples",
                       traced(role, [](const SubjectTrace& trace) { return trace.cpu.samples; })});
}

/// By the workload; of what the tracer counts too, then by that; and what it alone saw, nothing where it could not.
void add_zerocopy(Columns& columns) {
    const auto add_traced = [&](std::string name, auto value) {
        columns.push_back({"zerocopy_" + std::move(name), traced(Role::sender, std::move(value))});
    };
    for_each_field<ZerocopyTotals>([&](const auto& field) {
        columns.push_back({"zerocopy_" + std::string(field.name),
                           [&field](const Cell& cell) { return cell.sender.zerocopy.*field.member; }});
    });
    for (const auto& [name, member] : {std::pair{"kernel_sends", &ZerocopyTotals::sends},
                                       {"kernel_completions", &ZerocopyTotals::completions},
                                       {"kernel_copied", &ZerocopyTotals::copied}})
        add_traced(name, [member = member](const SubjectTrace& sender) { return sender.zerocopy.*member; });
    for (CopyReason reason : values_of<CopyReason>)
        add_traced("copied_by_" + std::string(name_of(reason)) + "_bytes", [reason](const SubjectTrace& sender) {
            std::uint64_t bytes = 0;
            for (const CopySite& site : sender.copied_after_all)
                bytes += site.reason == reason ? site.bytes : 0;
            return sender.no_copy_sites.empty() ? CsvValue(bytes) : CsvValue();
        });
    add_traced("notifications_merged", [](const SubjectTrace& sender) {
        return sender.notifications.latency ? CsvValue(sender.notifications.merged) : CsvValue();
    });
    for (const auto& [name, quantile] : {std::pair{"p50", 0.5}, {"p99", 0.99}})
        add_traced(std::string("notification_latency_") + name + "_us",
                   [quantile = quantile](const SubjectTrace& sender) {
                       const auto& latency = sender.notifications.latency;
                       return latency ? in_us(analysis::percentile(*latency, quantile)) : CsvValue();
                   });
}

void add_counter(Columns& columns, Role role, const std::string& event) {
    const std::string prefix = std::string(name_of(role)) + "_event_" + event;
    columns.push_back({prefix, [role, event](const Cell& cell) {
                           const CounterReading* reading = reading_of(end_of(cell, role), event);
                           return reading && reading->available() ? CsvValue(reading->scaled) : CsvValue();
                       }});
    columns.push_back({prefix + "_status", [role, event](const Cell& cell) {
                           const CounterReading* reading = reading_of(end_of(cell, role), event);
                           return text(reading ? name_of(reading->status) : "not_counted");
                       }});
}

void add_trust(Columns& columns) {
    const auto add_laws = [&](const char* name, auto member, auto value) {
        columns.push_back({name, [member, value](const Cell& cell) {
                               return static_cast<std::uint64_t>(std::ranges::count(cell.laws, value, member));
                           }});
    };
    const auto add_losses = [&](const char* name, std::uint64_t (Trace::*count)() const) {
        columns.push_back(
            {name, [count](const Cell& cell) { return cell.trace ? CsvValue(((*cell.trace).*count)()) : CsvValue(); }});
    };
    add_laws("laws_checked", &LawCheck::checked, true);
    add_laws("laws_broken", &LawCheck::outcome, LawOutcome::broken);
    add_laws("laws_with_missed_hits", &LawCheck::outcome, LawOutcome::missed_hits);
    add_losses("missed_hits", &Trace::missed_hits);
    add_losses("lost_events", &Trace::lost_events);
}

/// The events asked for, and after them any other that a cell has a reading of.
std::vector<std::string> events_of(const Run& run) {
    std::vector<std::string> events = run.spec.events;
    for (const Cell& cell : run.cells)
        for (const EndResult* end : {&cell.sender, &cell.receiver})
            for (const CounterReading& reading : end->counters)
                if (std::find(events.begin(), events.end(), reading.event) == events.end())
                    events.push_back(reading.event);
    return events;
}

Columns columns_of(const Run& run) {
    Columns columns;
    add_results(columns);
    for (Path path : all_paths)
        add_path(columns, path);
    for (Role role : all_roles)
        add_cpu_shares(columns, role);
    add_zerocopy(columns);
    add_trust(columns);
    columns.push_back({"variant_label", [](const Cell& cell) { return text(title_of(cell.variant)); }});
    const std::vector<std::string> events = events_of(run);
    for (Role role : all_roles)
        for (const std::string& event : events)
            add_counter(columns, role, event);
    return columns;
}

void append_histogram(std::string& text, const Cell& cell, std::string_view name, Role role,
                      const Histogram& histogram) {
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i) {
        if (histogram.bucket(i) == 0)
            continue;
        text += CsvRow()
                    .text(name_of(cell.variant))
                    .integer(cell.field_size)
                    .integer(cell.threads)
                    .integer(cell.repeat)
                    .text(name)
                    .text(name_of(role))
                    .integer(Histogram::lower_bound(i))
                    .integer(Histogram::upper_bound(i))
                    .integer(histogram.bucket(i))
                    .line();
    }
}

} // namespace

std::string render_cells_csv(const Run& run) {
    const Columns columns = columns_of(run);
    CsvRow header;
    for (const Column& column : columns)
        header.text(column.name);
    std::string text = header.line();
    for (const Cell& cell : run.cells) {
        CsvRow row;
        for (const Column& column : columns)
            row.value(column.value(cell));
        text += row.line();
    }
    return text;
}

std::string render_histograms_csv(const Run& run) {
    CsvRow header;
    for (const char* name :
         {"variant", "field_size_bytes", "threads", "repeat", "histogram", "role", "lower_ns", "upper_ns", "count"})
        header.text(name);
    std::string text = header.line();
    for (const Cell& cell : run.cells) {
        append_histogram(text, cell, "latency", Role::receiver, cell.receiver.latency);
        if (!cell.trace)
            continue;
        for (Role role : all_roles)
            for (Path path : all_paths)
                if (const auto& histogram = cell.trace->of(role).path(path).histogram)
                    append_histogram(text, cell, name_of(path), role, *histogram);
        if (const auto& latency = cell.trace->of(Role::sender).notifications.latency)
            append_histogram(text, cell, "notification_latency", Role::sender, *latency);
    }
    return text;
}

} // namespace netio::report
