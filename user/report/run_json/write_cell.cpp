// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/write_cell.h"

#include <string>

#include "report/run_json/recordings.h"
#include "report/run_json/values.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

Json latency_to_json(const Histogram& latency) {
    const auto microseconds = [&](double nanoseconds) {
        return latency.empty() ? Json(nullptr) : Json(nanoseconds / 1e3);
    };
    return {{"mean", microseconds(latency.mean())},          {"p50", microseconds(latency.quantile(0.5))},
            {"p90", microseconds(latency.quantile(0.9))},    {"p99", microseconds(latency.quantile(0.99))},
            {"p999", microseconds(latency.quantile(0.999))}, {"max", microseconds(static_cast<double>(latency.max()))}};
}

Json path_to_json(const PathFigures& figures) {
    return {{"calls", value_of(figures.calls)},
            {"bytes", value_of(figures.bytes)},
            {"time_ns", value_of(figures.time_ns)},
            {"quality", name_of(overall_quality(figures))},
            {"reason", text_or_null(overall_reason(figures))},
            {"backend", name_of(figures.backend)},
            {"calls_quality", name_of(figures.calls.quality)},
            {"bytes_quality", name_of(figures.bytes.quality)},
            {"time_quality", name_of(figures.time_ns.quality)},
            {"time_interval_ns", interval_of(figures.time_ns)},
            {"exclusive_ns", value_of(figures.exclusive_ns)},
            {"exclusive_quality", name_of(figures.exclusive_ns.quality)},
            {"exclusive_interval_ns", interval_of(figures.exclusive_ns)},
            {"preempted_ns", value_of(figures.preempted_ns)},
            {"preempted_quality", name_of(figures.preempted_ns.quality)},
            {"skb_path_ns", value_of(figures.skb_path_ns)},
            {"skb_path_quality", name_of(figures.skb_path_ns.quality)},
            {"sampled_time_ns", value_of(figures.sampled_time_ns)},
            {"sampled_time_interval_ns", interval_of(figures.sampled_time_ns)},
            {"reasons",
             {{"calls", reason_of(figures.calls)},
              {"bytes", reason_of(figures.bytes)},
              {"time_ns", reason_of(figures.time_ns)},
              {"exclusive_ns", reason_of(figures.exclusive_ns)},
              {"preempted_ns", reason_of(figures.preempted_ns)},
              {"skb_path_ns", reason_of(figures.skb_path_ns)},
              {"sampled_time_ns", reason_of(figures.sampled_time_ns)}}},
            {"sampled_bytes", figures.sampled_bytes == 0 ? Json(nullptr) : Json(figures.sampled_bytes)},
            {"histogram", figures.histogram ? histogram_to_json(*figures.histogram) : Json(nullptr)}};
}

Json payload_paths_to_json(const Cell& cell) {
    Json paths = Json::object();
    for (Path path : all_paths) {
        Json figures = path_to_json(figures_of(cell, path));
        figures["role"] = name_of(payload_role(path));
        paths[std::string(name_of(path))] = std::move(figures);
    }
    return paths;
}

Json paths_by_role_to_json(const Cell& cell) {
    Json roles = Json::object();
    for (Role role : all_roles) {
        Json paths = Json::object();
        for (Path path : all_paths)
            paths[std::string(name_of(path))] = path_to_json(figures_of(cell, path, role));
        roles[std::string(name_of(role))] = std::move(paths);
    }
    return roles;
}

Json calls_to_json(const CallTotals& calls) {
    return {{"send_calls", calls.send_calls},
            {"send_bytes", calls.send_bytes},
            {"recv_calls", calls.recv_calls},
            {"recv_bytes", calls.recv_bytes},
            {"errqueue_calls", calls.errqueue_calls}};
}

Json copy_sites_to_json(const std::vector<CopySite>& sites) {
    Json list = Json::array();
    for (const CopySite& site : sites)
        list.push_back({{"reason", name_of(site.reason)},
                        {"path", name_of(site.path)},
                        {"calls", site.calls},
                        {"bytes", site.bytes},
                        {"functions", site.functions}});
    return list;
}

Json notifications_to_json(const Notifications& notifications) {
    return {{"read", notifications.read},
            {"merged", notifications.merged},
            {"merged_sends", notifications.merged_sends},
            {"latency_us", latency_to_json(*notifications.latency)},
            {"histogram", histogram_to_json(*notifications.latency)}};
}

Json zerocopy_to_json(const Cell& cell) {
    const ZerocopyTotals& workload = cell.sender.zerocopy;
    Json json{{"sends", workload.sends},
              {"completions", workload.completions},
              {"copied", workload.copied},
              {"enobufs", workload.enobufs},
              {"notifications", workload.notifications},
              {"deepest_outstanding", workload.deepest_outstanding},
              {"kernel", nullptr},
              {"copied_after_all", nullptr},
              {"copied_after_all_reason", cell.trace ? text_or_null(cell.trace->no_copy_sites) : Json("not traced")},
              {"notification_latency", nullptr},
              {"notification_latency_reason",
               cell.trace ? text_or_null(cell.trace->notifications.reason) : Json("not traced")}};
    if (cell.trace) {
        const ZerocopyTotals& kernel = cell.trace->zerocopy;
        json["kernel"] = {{"sends", kernel.sends},
                          {"completions", kernel.completions},
                          {"copied", kernel.copied},
                          {"notifications", kernel.notifications}};
        if (cell.trace->no_copy_sites.empty())
            json["copied_after_all"] = copy_sites_to_json(cell.trace->copied_after_all);
        if (cell.trace->notifications.latency)
            json["notification_latency"] = notifications_to_json(cell.trace->notifications);
    }
    return json;
}

Json counters_to_json(const EndResult& end) {
    Json events = Json::object();
    for (const CounterReading& reading : end.counters) {
        const bool known = reading.available();
        events[reading.event] = {{"raw", known ? Json(reading.raw) : Json(nullptr)},
                                 {"scaled", known ? number(reading.scaled) : Json(nullptr)},
                                 {"enabled_ns", reading.enabled_ns},
                                 {"running_ns", reading.running_ns},
                                 {"status", name_of(reading.status)},
                                 {"reason", text_or_null(reading.reason)}};
    }
    return events;
}

Json profile_to_json(const CpuProfile& profile) {
    Json classes = Json::object();
    for (CpuClass cpu_class : all_cpu_classes)
        classes[std::string(name_of(cpu_class))] = figure_to_json(profile.share[index_of(cpu_class)]);
    Json symbols = Json::array();
    for (const auto& [symbol, samples] : profile.hottest_symbols)
        symbols.push_back({{"symbol", symbol}, {"samples", samples}});
    return {{"total_ns", figure_to_json(profile.total_ns)},
            {"samples", profile.samples},
            {"shares", std::move(classes)},
            {"user_space", figure_to_json(profile.user_space)},
            {"softirq", figure_to_json(profile.softirq)},
            {"tracing", figure_to_json(profile.tracing)},
            {"hottest_symbols", std::move(symbols)}};
}

CpuProfile untraced_profile() {
    CpuProfile profile;
    const Figure none = Figure::unavailable("not traced");
    profile.total_ns = profile.user_space = profile.softirq = profile.tracing = none;
    profile.share.fill(none);
    return profile;
}

Json laws_to_json(const std::vector<LawCheck>& laws) {
    Json list = Json::array();
    for (const LawCheck& law : laws)
        list.push_back({{"name", law.name},
                        {"statement", law.statement},
                        {"expected", law.checked ? number(law.expected) : Json(nullptr)},
                        {"observed", law.checked ? number(law.observed) : Json(nullptr)},
                        {"checked", law.checked},
                        {"holds", law.checked && law.missed.empty() ? Json(law.holds) : Json(nullptr)},
                        {"missed", missed_hits_to_json(law.missed)},
                        {"reason", text_or_null(law.reason)}});
    return list;
}

Json names_to_json(const PathSet& paths) {
    Json list = Json::array();
    for (Path path : all_paths)
        if (paths[index_of(path)])
            list.push_back(name_of(path));
    return list;
}

Json losses_to_json(const TraceResult& trace) {
    Json list = Json::array();
    for (const Loss& loss : trace.lost)
        list.push_back({{"name", loss.name},
                        {"count", loss.count},
                        {"touches", loss.touches},
                        {"effect", name_of(loss.effect)},
                        {"touches_counts", names_to_json(loss.figures.counts)},
                        {"touches_times", names_to_json(loss.figures.times)},
                        {"touches_own_times", names_to_json(loss.figures.own_times)}});
    return list;
}

Json each_role(const Cell& cell, Json (*make)(const Cell&, const EndResult&, Role)) {
    return {{"sender", make(cell, cell.sender, Role::sender)}, {"receiver", make(cell, cell.receiver, Role::receiver)}};
}

} // namespace

Json histogram_to_json(const Histogram& histogram) {
    Json buckets = Json::array();
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i)
        if (histogram.bucket(i) != 0)
            buckets.push_back({Histogram::lower_bound(i), Histogram::upper_bound(i), histogram.bucket(i)});
    return {{"count", histogram.count()},
            {"sum_ns", histogram.sum()},
            {"min_ns", histogram.empty() ? Json(nullptr) : Json(histogram.min())},
            {"max_ns", histogram.empty() ? Json(nullptr) : Json(histogram.max())},
            {"buckets", std::move(buckets)}};
}

Json cell_to_json(const Cell& cell) {
    const auto when_measured = [&](double value) { return measured(cell) ? number(value) : Json(nullptr); };
    Json json{
        {"variant", name_of(cell.variant)},
        {"field_size", cell.field_size},
        {"threads", cell.threads},
        {"repeat", cell.repeat},
        {"message_size", cell.message_size()},
        {"messages", cell.messages()},
        {"messages_per_thread", cell.receiver.messages_per_thread},
        {"published_latency_us", when_measured(cell.published_latency_us())},
        {"payload_bytes", cell.payload_bytes()},
        {"total_payload_bytes", cell.sender.total_payload_bytes},
        {"duration_s", number(cell.duration_s())},
        {"throughput_gbps", when_measured(cell.throughput_gbps())},
        {"messages_per_second", when_measured(cell.messages_per_second())},
        {"reason", measured(cell) ? Json(nullptr) : Json("no message was finished in the measured part")},
        {"latency_us", latency_to_json(cell.receiver.latency)},
        {"latency_histogram", histogram_to_json(cell.receiver.latency)},
        {"cpu_ns_per_byte", when_measured(cell.cpu_ns_per_byte())},
        {"cpu_s", each_role(cell,
                            [](const Cell&, const EndResult& end, Role) {
                                return Json{{"user", number(end.cpu_user_s)}, {"system", number(end.cpu_system_s)}};
                            })},
        {"traced", cell.trace.has_value()},
        {"copies_per_byte", figure_to_json(cell.copies_per_byte())},
        {"paths", payload_paths_to_json(cell)},
        {"paths_by_role", paths_by_role_to_json(cell)},
        {"cpu_classes", each_role(cell,
                                  [](const Cell& of, const EndResult&, Role role) {
                                      return profile_to_json(of.trace ? of.trace->cpu[index_of(role)]
                                                                      : untraced_profile());
                                  })},
        {"zerocopy", zerocopy_to_json(cell)},
        {"calls", each_role(cell,
                            [](const Cell& of, const EndResult& end, Role role) {
                                return Json{{"workload", calls_to_json(end.calls)},
                                            {"kernel", of.trace ? calls_to_json(of.trace->calls[index_of(role)])
                                                                : Json(nullptr)}};
                            })},
        {"counters", each_role(cell, [](const Cell&, const EndResult& end, Role) { return counters_to_json(end); })},
        {"bytes_verified",
         each_role(cell, [](const Cell&, const EndResult& end, Role) { return Json(end.bytes_verified); })},
        {"laws", laws_to_json(cell.laws)},
        {"lost", cell.trace ? Json(cell.trace->lost_events()) : Json(nullptr)},
        {"losses", cell.trace ? losses_to_json(*cell.trace) : Json::array()},
        {"timeline", cell.trace && cell.trace->timeline ? timeline_to_json(*cell.trace->timeline) : Json(nullptr)},
        {"stacks", cell.trace && cell.trace->stacks ? stacks_to_json(*cell.trace->stacks) : Json(nullptr)}};
    return json;
}

} // namespace netio::report
