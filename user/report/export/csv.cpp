// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/export/csv.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "report/export/csv_row.h"
#include "report/view/counter_view.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

/// A column's name and how it is filled. Header and rows come from the same list, so they cannot disagree.
struct Column {
    std::string name;
    std::function<void(CsvRow&, const Cell&)> put;
};
using Columns = std::vector<Column>;

void put_figure(CsvRow& row, const Figure& figure) {
    if (figure.available())
        row.number(figure.value);
    else
        row.nothing();
}

/// Of cells in which a message was finished; nothing otherwise.
void add_measured(Columns& columns, std::string name, std::function<double(const Cell&)> value) {
    columns.push_back({std::move(name), [value = std::move(value)](CsvRow& row, const Cell& cell) {
                           if (measured(cell))
                               row.number(value(cell));
                           else
                               row.nothing();
                       }});
}

void add_integer(Columns& columns, std::string name, std::function<std::uint64_t(const Cell&)> value) {
    columns.push_back(
        {std::move(name), [value = std::move(value)](CsvRow& row, const Cell& cell) { row.integer(value(cell)); }});
}

void add_identity(Columns& columns) {
    columns.push_back({"variant", [](CsvRow& row, const Cell& cell) { row.text(name_of(cell.variant)); }});
    add_integer(columns, "field_size_bytes", [](const Cell& cell) { return cell.field_size; });
    add_integer(columns, "threads", [](const Cell& cell) { return cell.threads; });
    add_integer(columns, "repeat", [](const Cell& cell) { return cell.repeat; });
}

void add_results(Columns& columns) {
    add_integer(columns, "message_size_bytes", [](const Cell& cell) { return cell.message_size(); });
    add_integer(columns, "messages", [](const Cell& cell) { return cell.messages(); });
    add_integer(columns, "payload_bytes", [](const Cell& cell) { return cell.payload_bytes(); });
    columns.push_back({"duration_s", [](CsvRow& row, const Cell& cell) { row.number(cell.duration_s()); }});
    add_measured(columns, "throughput_gbit_per_s", [](const Cell& cell) { return cell.throughput_gbps(); });
    add_measured(columns, "messages_per_s", [](const Cell& cell) { return cell.messages_per_second(); });
    add_measured(columns, "latency_mean_us", [](const Cell& cell) { return cell.receiver.latency.mean() / 1e3; });
    for (const auto& [name, quantile] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}})
        add_measured(columns, std::string("latency_") + name + "_us", [quantile = quantile](const Cell& cell) {
            return cell.receiver.latency.quantile(quantile) / 1e3;
        });
    add_measured(columns, "latency_max_us",
                 [](const Cell& cell) { return static_cast<double>(cell.receiver.latency.max()) / 1e3; });
    add_measured(columns, "published_latency_us", [](const Cell& cell) { return cell.published_latency_us(); });
    add_measured(columns, "cpu_ns_per_byte", [](const Cell& cell) { return cell.cpu_ns_per_byte(); });
}

const EndResult& end_of(const Cell& cell, Role role) { return role == Role::sender ? cell.sender : cell.receiver; }

void add_cpu_time(Columns& columns) {
    for (Role role : all_roles) {
        const std::string prefix(name_of(role));
        columns.push_back({prefix + "_cpu_user_s",
                           [role](CsvRow& row, const Cell& cell) { row.number(end_of(cell, role).cpu_user_s); }});
        columns.push_back({prefix + "_cpu_system_s",
                           [role](CsvRow& row, const Cell& cell) { row.number(end_of(cell, role).cpu_system_s); }});
    }
}

void add_copies(Columns& columns) {
    columns.push_back(
        {"copies_per_byte", [](CsvRow& row, const Cell& cell) { put_figure(row, cell.copies_per_byte()); }});
    columns.push_back({"copies_per_byte_quality",
                       [](CsvRow& row, const Cell& cell) { row.text(name_of(cell.copies_per_byte().quality)); }});
}

void add_path(Columns& columns, Path path) {
    const std::string prefix = std::string(name_of(path)) + "_";
    const auto add = [&](const char* name, Figure (*figure)(const PathFigures&)) {
        columns.push_back({prefix + name, [path, figure](CsvRow& row, const Cell& cell) {
                               put_figure(row, figure(figures_of(cell, path)));
                           }});
    };
    const auto add_bound = [&](const char* name, double Figure::*bound) {
        columns.push_back({prefix + name, [path, bound](CsvRow& row, const Cell& cell) {
                               const Figure figure = figures_of(cell, path).time_per_byte_ns();
                               if (figure.quality == Quality::sampled)
                                   row.number(figure.*bound);
                               else
                                   row.nothing();
                           }});
    };
    add("calls", [](const PathFigures& figures) { return figures.calls; });
    add("bytes", [](const PathFigures& figures) { return figures.bytes; });
    add("time_ns", [](const PathFigures& figures) { return figures.time_ns; });
    add("time_ns_per_byte", [](const PathFigures& figures) { return figures.time_per_byte_ns(); });
    add_bound("time_ns_per_byte_low", &Figure::low);
    add_bound("time_ns_per_byte_high", &Figure::high);
    add("sampled_time_ns_per_byte", [](const PathFigures& figures) { return figures.sampled_time_per_byte_ns(); });
    columns.push_back({prefix + "quality", [path](CsvRow& row, const Cell& cell) {
                           row.text(name_of(overall_quality(figures_of(cell, path))));
                       }});
}

void add_cpu_share(Columns& columns, Role role, std::string_view name,
                   std::function<Figure(const CpuProfile&)> figure) {
    columns.push_back({std::string(name_of(role)) + "_cpu_" + std::string(name) + "_share",
                       [role, figure = std::move(figure)](CsvRow& row, const Cell& cell) {
                           if (cell.trace)
                               put_figure(row, figure(cell.trace->of(role).cpu));
                           else
                               row.nothing();
                       }});
}

void add_cpu_shares(Columns& columns) {
    for (Role role : all_roles) {
        for (CpuClass cpu_class : all_cpu_classes)
            add_cpu_share(columns, role, name_of(cpu_class),
                          [cpu_class](const CpuProfile& cpu) { return cpu.share[index_of(cpu_class)]; });
        add_cpu_share(columns, role, "user_space", [](const CpuProfile& cpu) { return cpu.user_space; });
        add_cpu_share(columns, role, "softirq", [](const CpuProfile& cpu) { return cpu.softirq; });
        add_cpu_share(columns, role, "tracing", [](const CpuProfile& cpu) { return cpu.tracing; });
        columns.push_back({std::string(name_of(role)) + "_cpu_samples", [role](CsvRow& row, const Cell& cell) {
                               if (cell.trace)
                                   row.integer(cell.trace->of(role).cpu.samples);
                               else
                                   row.nothing();
                           }});
    }
}

void add_zerocopy(Columns& columns) {
    const std::pair<const char*, std::uint64_t ZerocopyTotals::*> members[] = {
        {"sends", &ZerocopyTotals::sends},
        {"completions", &ZerocopyTotals::completions},
        {"copied", &ZerocopyTotals::copied},
        {"enobufs", &ZerocopyTotals::enobufs},
        {"notifications", &ZerocopyTotals::notifications},
        {"deepest_outstanding", &ZerocopyTotals::deepest_outstanding}};
    for (const auto& [name, member] : members)
        add_integer(columns, std::string("zerocopy_") + name,
                    [member = member](const Cell& cell) { return cell.sender.zerocopy.*member; });
    for (const auto& [name, member] : {members[0], members[1], members[2]})
        columns.push_back({std::string("zerocopy_kernel_") + name, [member = member](CsvRow& row, const Cell& cell) {
                               if (cell.trace)
                                   row.integer(cell.trace->of(Role::sender).zerocopy.*member);
                               else
                                   row.nothing();
                           }});
}

/// What the tracer saw of the sender; null when it did not trace.
const SubjectTrace* sender_of(const Cell& cell) { return cell.trace ? &cell.trace->of(Role::sender) : nullptr; }

/// What the tracer saw of copies after all and of notifications; nothing where it could not.
void add_zerocopy_details(Columns& columns) {
    for (CopyReason reason : all_copy_reasons)
        columns.push_back(
            {"zerocopy_copied_by_" + std::string(name_of(reason)) + "_bytes", [reason](CsvRow& row, const Cell& cell) {
                 const SubjectTrace* sender = sender_of(cell);
                 if (sender == nullptr || !sender->no_copy_sites.empty()) {
                     row.nothing();
                     return;
                 }
                 std::uint64_t bytes = 0;
                 for (const CopySite& site : sender->copied_after_all)
                     bytes += site.reason == reason ? site.bytes : 0;
                 row.integer(bytes);
             }});
    columns.push_back({"zerocopy_notifications_merged", [](CsvRow& row, const Cell& cell) {
                           if (const SubjectTrace* sender = sender_of(cell); sender && sender->notifications.latency)
                               row.integer(sender->notifications.merged);
                           else
                               row.nothing();
                       }});
    for (const auto& [name, quantile] : {std::pair{"p50", 0.5}, {"p99", 0.99}})
        columns.push_back({std::string("zerocopy_notification_latency_") + name + "_us",
                           [quantile = quantile](CsvRow& row, const Cell& cell) {
                               const SubjectTrace* sender = sender_of(cell);
                               if (sender && sender->notifications.latency && !sender->notifications.latency->empty())
                                   row.number(sender->notifications.latency->quantile(quantile) / 1e3);
                               else
                                   row.nothing();
                           }});
}

void add_counter(Columns& columns, Role role, const std::string& event) {
    const std::string prefix = std::string(name_of(role)) + "_event_" + event;
    columns.push_back({prefix, [role, event](CsvRow& row, const Cell& cell) {
                           const CounterReading* reading = reading_of(end_of(cell, role), event);
                           if (reading != nullptr && reading->available())
                               row.number(reading->scaled);
                           else
                               row.nothing();
                       }});
    columns.push_back({prefix + "_status", [role, event](CsvRow& row, const Cell& cell) {
                           const CounterReading* reading = reading_of(end_of(cell, role), event);
                           row.text(reading != nullptr ? name_of(reading->status) : "not_counted");
                       }});
}

void add_trust(Columns& columns) {
    add_integer(columns, "laws_checked", [](const Cell& cell) {
        return static_cast<std::uint64_t>(std::ranges::count(cell.laws, true, &LawCheck::checked));
    });
    for (const auto& [name, outcome] :
         {std::pair{"laws_broken", LawOutcome::broken}, {"laws_with_missed_hits", LawOutcome::missed_hits}})
        add_integer(columns, name, [outcome = outcome](const Cell& cell) {
            return static_cast<std::uint64_t>(std::ranges::count(cell.laws, outcome, &LawCheck::outcome));
        });
    const std::pair<const char*, std::uint64_t (Trace::*)() const> losses[] = {{"missed_hits", &Trace::missed_hits},
                                                                               {"lost_events", &Trace::lost_events}};
    for (const auto& [name, count] : losses)
        columns.push_back({name, [count = count](CsvRow& row, const Cell& cell) {
                               if (cell.trace)
                                   row.integer(((*cell.trace).*count)());
                               else
                                   row.nothing();
                           }});
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
    add_identity(columns);
    add_results(columns);
    add_cpu_time(columns);
    add_copies(columns);
    for (Path path : all_paths)
        add_path(columns, path);
    add_cpu_shares(columns);
    add_zerocopy(columns);
    add_zerocopy_details(columns);
    add_trust(columns);
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
            column.put(row, cell);
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
