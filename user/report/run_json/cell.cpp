// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <array>
#include <string>
#include <utility>

#include "analysis/copies.h"
#include "analysis/missed_hits.h"
#include "report/run_json/records.h"
#include "report/run_json/trace_parts.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

constexpr std::string_view not_traced = "not traced";

/// What stands in a file for a trace that there is not.
const Trace& no_trace() {
    static const Trace trace = [] {
        Trace none = Trace::of_both_ends();
        for (Role role : all_roles) {
            SubjectTrace& end = none.of(role);
            for (Path path : all_paths)
                end.path(path) = figures_of(Cell{}, path, role);
            CpuProfile& profile = end.cpu;
            profile.total_ns = profile.thread_ns = profile.user_space = profile.softirq = profile.tracing =
                Figure::unavailable(std::string(not_traced));
            profile.share.fill(profile.total_ns);
            end.no_copy_sites = end.notifications.reason = not_traced;
        }
        return none;
    }();
    return trace;
}

/// A figure of a path, whose parts stand in fields of the path; its reason is in "reasons" under the name of its value.
struct PathFigure {
    const char* value;
    Figure PathFigures::*figure;
    const char* quality;  ///< null: sampled when there is a value, and unavailable otherwise
    const char* interval; ///< null: there is none
    const char* bounds;   ///< null: there are none. Files of earlier versions have no field of that name
};
constexpr std::array path_figures{
    PathFigure{"calls", &PathFigures::calls, "calls_quality", nullptr, "calls_bounds"},
    PathFigure{"bytes", &PathFigures::bytes, "bytes_quality", nullptr, "bytes_bounds"},
    PathFigure{"time_ns", &PathFigures::time_ns, "time_quality", "time_interval_ns", nullptr},
    PathFigure{"exclusive_ns", &PathFigures::exclusive_ns, "exclusive_quality", "exclusive_interval_ns", nullptr},
    PathFigure{"preempted_ns", &PathFigures::preempted_ns, "preempted_quality", nullptr, nullptr},
    PathFigure{"skb_path_ns", &PathFigures::skb_path_ns, "skb_path_quality", nullptr, nullptr},
    PathFigure{"sampled_time_ns", &PathFigures::sampled_time_ns, nullptr, "sampled_time_interval_ns", nullptr},
};

Json payload_paths_to_json(const Cell& cell) {
    Json paths = Json::object();
    for (Path path : all_paths) {
        Json figures = to_json(figures_of(cell, path));
        figures["role"] = name_of(payload_role(path));
        paths[std::string(name_of(path))] = std::move(figures);
    }
    return paths;
}

/// What follows describes the objects of a cell in both directions: `io` is a Writer or a Reader, and what it is given
/// is const or not.

template <class Io>
void describe_each_role(Io& io, const char* name, auto&& describe) {
    io.object(name, [&](Io& roles) {
        for (Role role : all_roles)
            roles.object(name_of(role), [&](Io& inner) { describe(inner, role); });
    });
}

/// Zero-copy sends are the sender's.
auto* sender_of(auto* trace) { return trace != nullptr ? &trace->of(Role::sender) : nullptr; }

template <class Io>
void describe_zerocopy(Io& io, auto& workload, auto* trace, bool traced) {
    io.members(workload);
    if (trace == nullptr)
        return;
    io.object_when(traced, "kernel", [&](Io& kernel) { describe_kernel_zerocopy(kernel, *trace); });
    describe_copied_after_all(io, *trace);
}

template <class Io>
void describe_reading(Io& io, auto& reading) {
    if constexpr (Io::reads)
        io("status", reading.status);
    io.when(reading.available(), "raw", reading.raw);
    io.when(reading.available(), "scaled", reading.scaled);
    io("enabled_ns", reading.enabled_ns);
    io("running_ns", reading.running_ns);
    io("status", reading.status);
    io("reason", reading.reason, null_when_empty);
}

auto& end_of(auto& cell, Role role) { return role == Role::sender ? cell.sender : cell.receiver; }

/// What a cell has without a trace. The sender's share of what both ends know is the receiver's.
template <class Io>
void describe_results(Io& io, auto& cell) {
    auto& receiver = cell.receiver;
    const auto when_measured = [&](const char* name, double (Cell::*rate)() const) {
        io.derived(name, [&] { return measured(cell) ? number((cell.*rate)()) : Json(nullptr); });
    };
    constexpr double largest_field = 1ULL << 40U;
    io("variant", cell.variant);
    io("field_size", cell.field_size, {.least = 1, .most = largest_field});
    io("threads", cell.threads, {.least = 1});
    io("repeat", cell.repeat);
    io.derived("message_size", [&] { return cell.message_size(); });
    io("messages", receiver.messages);
    io("messages_per_thread", receiver.messages_per_thread);
    when_measured("published_latency_us", &Cell::published_latency_us);
    io("payload_bytes", receiver.payload_bytes);
    io("total_payload_bytes", cell.sender.total_payload_bytes);
    io("duration_s", receiver.duration_s);
    when_measured("throughput_gbps", &Cell::throughput_gbps);
    when_measured("messages_per_second", &Cell::messages_per_second);
    io.derived("reason",
               [&] { return measured(cell) ? Json(nullptr) : Json("no message was finished in the measured part"); });
    io.derived("latency_us", [&] { return latency_to_json(receiver.latency, "message"); });
    io("latency_histogram", receiver.latency);
    when_measured("cpu_ns_per_byte", &Cell::cpu_ns_per_byte);
    describe_each_role(io, "cpu_s", [&](Io& inner, Role role) {
        inner("user", end_of(cell, role).cpu_user_s);
        inner("system", end_of(cell, role).cpu_system_s);
    });
    const auto put_each_role = [&](const char* name, auto EndResult::*member) {
        io.object(
            name,
            [&](Io& roles) {
                for (Role role : all_roles)
                    roles(name_of(role), end_of(cell, role).*member);
            },
            missing_before);
    };
    put_each_role("runnable_s", &EndResult::runnable_s);
    put_each_role("connections", &EndResult::connections);
    io("namespaces", cell.namespaces, missing_before);
    io("machine", cell.machine, missing_before);
}

/// `trace` is null for a Reader of a cell without one.
template <class Io>
void describe_figures(Io& io, auto& cell, auto* trace, bool traced) {
    io.derived("copies_per_byte", [&] { return to_json(analysis::copies_per_byte(cell)); });
    io.derived("paths", [&] { return payload_paths_to_json(cell); });
    if (trace != nullptr) {
        describe_each_role(io, "paths_by_role",
                           [&](Io& inner, Role role) { describe_paths(inner, trace->of(role), all_paths); });
        describe_each_role(io, "cpu_classes",
                           [&](Io& inner, Role role) { describe_profile(inner, trace->of(role).cpu); });
    }
    io.object("zerocopy", [&](Io& inner) { describe_zerocopy(inner, cell.sender.zerocopy, sender_of(trace), traced); });
    describe_each_role(io, "calls", [&](Io& inner, Role role) {
        inner("workload", end_of(cell, role).calls);
        inner.object_when(traced, "kernel", [&](Io& kernel) { kernel.members(trace->of(role).calls); });
    });
    describe_each_role(io, "counters", [&](Io& inner, Role role) {
        inner.entries(end_of(cell, role).counters, &CounterReading::event,
                      [](Io& event, auto& reading) { describe_reading(event, reading); });
    });
    io.object("bytes_verified", [&](Io& inner) {
        for (Role role : all_roles)
            inner(name_of(role), end_of(cell, role).bytes_verified);
    });
    io.list("laws", cell.laws, [](Io& inner, auto& law) { describe_law(inner, law); });
    if (trace != nullptr) {
        io.derived("lost", [&] { return traced ? Json(trace->lost_events()) : Json(nullptr); });
        io.list("losses", trace->losses, [](Io& inner, auto& loss) { describe_loss(inner, loss); });
        io("samples", trace->samples, missing_before);
        io("copy_evidence", trace->copy_evidence, missing_before);
        io("timeline", trace->timeline);
        io("stacks", trace->stacks);
    }
}

/// Earlier versions did not say which laws rest on what was lost.
bool weighs_losses(const JsonField& laws) {
    const std::vector<JsonField> list = laws.elements();
    return list.empty() || list.front().find("missed");
}

} // namespace

PathFigures untold_path() {
    PathFigures figures;
    for (const PathFigure& part : path_figures)
        figures.*part.figure = Figure::unavailable("the version that wrote the file did not know this path");
    return figures;
}

Json to_json(const PathFigures& figures) {
    // These three come first, with what is said of the path as a whole.
    Json json{{"calls", nullptr},
              {"bytes", nullptr},
              {"time_ns", nullptr},
              {"quality", name_of(overall_quality(figures))},
              {"reason", text_or_null(overall_reason(figures))},
              {"backend", name_of(figures.backend)}};
    Json reasons = Json::object();
    for (const PathFigure& part : path_figures) {
        const Figure& figure = figures.*part.figure;
        json[part.value] = value_of(figure);
        if (part.quality != nullptr)
            json[part.quality] = name_of(figure.quality);
        if (part.interval != nullptr)
            json[part.interval] = interval_of(figure);
        if (part.bounds != nullptr)
            json[part.bounds] = bounds_of(figure);
        reasons[part.value] = reason_of(figure);
    }
    json["reasons"] = std::move(reasons);
    json["sampled_bytes"] = figures.sampled_bytes == 0 ? Json(nullptr) : Json(figures.sampled_bytes);
    json["histogram"] = to_json(figures.histogram);
    return json;
}

void read(const JsonField& json, PathFigures& figures, const FieldRule&) {
    const JsonField reasons = json["reasons"];
    for (const PathFigure& part : path_figures) {
        const JsonField value = json[part.value];
        const Quality quality = part.quality != nullptr ? json[part.quality].one_of(values_of<Quality>)
                                : value.is_null()       ? Quality::unavailable
                                                        : Quality::sampled;
        const JsonField interval = part.interval != nullptr ? json[part.interval] : value;
        figures.*part.figure =
            figure_from(value, quality, part.interval != nullptr ? &interval : nullptr, reasons[part.value],
                        part.bounds != nullptr ? json.find(part.bounds) : std::nullopt);
    }
    read(json["backend"], figures.backend);
    read(json["sampled_bytes"], figures.sampled_bytes, null_when_empty);
    read(json["histogram"], figures.histogram);
}

Json to_json(const Cell& cell) {
    Json json = Json::object();
    Writer writer(json);
    describe_results(writer, cell);
    json["traced"] = cell.trace.has_value();
    describe_figures(writer, cell, cell.trace ? &*cell.trace : &no_trace(), cell.trace.has_value());
    return json;
}

void read(const JsonField& json, Cell& cell, const FieldRule&) {
    Reader reader(json);
    describe_results(reader, cell);
    cell.sender.role = Role::sender;
    cell.sender.messages = cell.receiver.messages;
    cell.sender.payload_bytes = cell.receiver.payload_bytes;
    cell.receiver.role = Role::receiver;
    cell.receiver.total_payload_bytes = cell.sender.total_payload_bytes;
    if (json["traced"].truth())
        cell.trace = Trace::of_both_ends();
    describe_figures(reader, cell, cell.trace ? &*cell.trace : nullptr, cell.trace.has_value());
    if (!weighs_losses(json["laws"]))
        analysis::weigh_losses(cell);
}

} // namespace netio::report
