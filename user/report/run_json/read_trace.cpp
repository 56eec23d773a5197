// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/reader_parts.h"
#include "report/run_json/recordings.h"

namespace netio::report {
namespace {

PathFigures read_path(const JsonField& json) {
    const JsonField reasons = json["reasons"];
    const auto figure = [&](const char* name, const char* quality, const char* interval = nullptr) {
        const JsonField bounds = interval != nullptr ? json[interval] : json;
        return read_figure(json[name], json[quality].one_of(all_qualities), interval != nullptr ? &bounds : nullptr,
                           reasons[name]);
    };
    PathFigures figures;
    figures.backend = json["backend"].one_of(all_backends);
    figures.calls = figure("calls", "calls_quality");
    figures.bytes = figure("bytes", "bytes_quality");
    figures.time_ns = figure("time_ns", "time_quality", "time_interval_ns");
    figures.exclusive_ns = figure("exclusive_ns", "exclusive_quality", "exclusive_interval_ns");
    figures.preempted_ns = figure("preempted_ns", "preempted_quality");
    figures.skb_path_ns = figure("skb_path_ns", "skb_path_quality");
    const JsonField second_opinion = json["sampled_time_ns"];
    const JsonField its_interval = json["sampled_time_interval_ns"];
    figures.sampled_time_ns =
        read_figure(second_opinion, second_opinion.is_null() ? Quality::unavailable : Quality::sampled, &its_interval,
                    reasons["sampled_time_ns"]);
    figures.sampled_bytes = json["sampled_bytes"].integer_or(0);
    if (const JsonField histogram = json["histogram"]; !histogram.is_null())
        figures.histogram = read_histogram(histogram);
    return figures;
}

CpuProfile read_profile(const JsonField& json) {
    CpuProfile profile;
    profile.total_ns = read_figure(json["total_ns"]);
    profile.samples = json["samples"].integer();
    const JsonField shares = json["shares"];
    for (CpuClass cpu_class : all_cpu_classes)
        profile.share[index_of(cpu_class)] = read_figure(shares[name_of(cpu_class)]);
    profile.user_space = read_figure(json["user_space"]);
    profile.softirq = read_figure(json["softirq"]);
    profile.tracing = read_figure(json["tracing"]);
    for (const JsonField& symbol : json["hottest_symbols"].elements())
        profile.hottest_symbols.emplace_back(symbol["symbol"].text(), symbol["samples"].integer());
    return profile;
}

void read_copy_sites(TraceResult& trace, const JsonField& zerocopy) {
    trace.no_copy_sites = zerocopy["copied_after_all_reason"].text_or_empty();
    if (!trace.no_copy_sites.empty())
        return;
    for (const JsonField& site : zerocopy["copied_after_all"].elements())
        trace.copied_after_all.push_back({site["reason"].one_of(all_copy_reasons), site["path"].one_of(all_paths),
                                          site["calls"].integer(), site["bytes"].integer(), site["functions"].texts()});
}

Notifications read_notifications(const JsonField& zerocopy) {
    Notifications notifications;
    notifications.reason = zerocopy["notification_latency_reason"].text_or_empty();
    if (const JsonField seen = zerocopy["notification_latency"]; !seen.is_null()) {
        notifications.read = seen["read"].integer();
        notifications.merged = seen["merged"].integer();
        notifications.merged_sends = seen["merged_sends"].integer();
        notifications.latency = read_histogram(seen["histogram"]);
    }
    return notifications;
}

PathSet read_paths(const JsonField& json) {
    PathSet paths;
    for (const JsonField& path : json.elements())
        paths.set(index_of(path.one_of(all_paths)));
    return paths;
}

/// Files of earlier versions say in words alone what a loss touches: the rest is what is known of its kind.
Loss read_loss(const JsonField& json) {
    Loss loss = loss_of(json["name"].text(), json["count"].integer());
    loss.touches = json["touches"].text();
    if (const auto effect = json.find("effect")) {
        loss.effect = effect->one_of(all_loss_effects);
        loss.figures = {read_paths(json["touches_counts"]), read_paths(json["touches_times"]),
                        read_paths(json["touches_own_times"])};
    }
    return loss;
}

} // namespace

TraceResult read_trace(const JsonField& cell) {
    TraceResult trace;
    for (Role role : all_roles) {
        const std::size_t index = index_of(role);
        const JsonField paths = cell["paths_by_role"][name_of(role)];
        for (Path path : all_paths)
            trace.paths[index][index_of(path)] = read_path(paths[name_of(path)]);
        trace.cpu[index] = read_profile(cell["cpu_classes"][name_of(role)]);
        trace.calls[index] = read_calls(cell["calls"][name_of(role)]["kernel"]);
    }
    const JsonField zerocopy = cell["zerocopy"];
    const JsonField kernel = zerocopy["kernel"];
    trace.zerocopy.sends = kernel["sends"].integer();
    trace.zerocopy.completions = kernel["completions"].integer();
    trace.zerocopy.copied = kernel["copied"].integer();
    trace.zerocopy.notifications = kernel["notifications"].integer();
    read_copy_sites(trace, zerocopy);
    trace.notifications = read_notifications(zerocopy);
    if (const JsonField timeline = cell["timeline"]; !timeline.is_null())
        trace.timeline = read_timeline(timeline);
    if (const JsonField stacks = cell["stacks"]; !stacks.is_null())
        trace.stacks = read_stacks(stacks);
    for (const JsonField& loss : cell["losses"].elements())
        trace.lost.push_back(read_loss(loss));
    return trace;
}

} // namespace netio::report
