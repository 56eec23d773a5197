// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "analysis/sample.h"
#include "model/trace.h"
#include "report/run_json/records.h"

/// What cells of a run and subjects of an attached trace have in common, described in both directions: `io` is a Writer
/// or a Reader, and what it is given is const or not.
namespace netio::report {

/// `reason` is why the lowest percentile that is missing is.
inline Json latency_to_json(const Histogram& latency, std::string_view thing) {
    const auto microseconds = [&](double nanoseconds) {
        return latency.empty() ? Json(nullptr) : Json(nanoseconds / 1e3);
    };
    std::string reason;
    const auto percentile = [&](double quantile) {
        const Figure figure = analysis::percentile(latency, quantile, thing);
        if (reason.empty())
            reason = figure.reason;
        return figure.available() ? Json(figure.value / 1e3) : Json(nullptr);
    };
    Json json{{"mean", microseconds(latency.mean())},
              {"p50", percentile(0.5)},
              {"p90", percentile(0.9)},
              {"p99", percentile(0.99)},
              {"p999", percentile(0.999)}};
    json["max"] = microseconds(static_cast<double>(latency.max()));
    json["reason"] = text_or_null(reason);
    return json;
}

template <class Io>
void describe_profile(Io& io, auto& profile) {
    io("total_ns", profile.total_ns);
    io("thread_ns", profile.thread_ns, missing_before);
    io("samples", profile.samples);
    io.object("shares", [&](Io& shares) {
        for (CpuClass cpu_class : all_cpu_classes)
            shares(name_of(cpu_class), profile.share[index_of(cpu_class)]);
    });
    io("user_space", profile.user_space);
    io("softirq", profile.softirq);
    io("tracing", profile.tracing);
    io.list("hottest_symbols", profile.hottest_symbols, [](Io& inner, auto& hottest) {
        inner("symbol", hottest.first);
        inner("samples", hottest.second);
    });
}

/// A path of which a file says nothing.
[[nodiscard]] PathFigures untold_path();

template <class Io>
void describe_paths(Io& io, auto& subject, const auto& paths) {
    for (Path path : paths) {
        if constexpr (Io::reads)
            subject.path(path) = untold_path();
        io(name_of(path), subject.path(path), missing_before);
    }
}

template <class Io>
void describe_notifications(Io& io, auto& notifications) {
    io("read", notifications.read);
    io("merged", notifications.merged);
    io("merged_sends", notifications.merged_sends);
    io.derived("latency_us", [&] { return latency_to_json(*notifications.latency, "notification"); });
    io("histogram", *notifications.latency);
}

/// What the kernel did with zero-copy sends.
template <class Io>
void describe_kernel_zerocopy(Io& io, auto& subject) {
    io("sends", subject.zerocopy.sends);
    io("completions", subject.zerocopy.completions);
    io("copied", subject.zerocopy.copied);
    io("notifications", subject.zerocopy.notifications);
}

/// Where zero-copy sends were copied after all, and how long their notifications waited.
template <class Io>
void describe_copied_after_all(Io& io, auto& subject) {
    // Whether these are there is known by what comes after them.
    if constexpr (Io::reads) {
        io("copied_after_all_reason", subject.no_copy_sites, null_when_empty);
        if (io.has("notification_latency"))
            subject.notifications.latency.emplace();
    }
    io.when(subject.no_copy_sites.empty(), "copied_after_all", subject.copied_after_all);
    io("copied_after_all_reason", subject.no_copy_sites, null_when_empty);
    io.object_when(subject.notifications.latency.has_value(), "notification_latency",
                   [&](Io& inner) { describe_notifications(inner, subject.notifications); });
    io("notification_latency_reason", subject.notifications.reason, null_when_empty);
}

template <class Io>
void describe_law(Io& io, auto& law) {
    if constexpr (Io::reads) {
        io("checked", law.checked);
        io.when(law.checked, "missed", law.missed, missing_before);
    }
    io("name", law.name);
    io("statement", law.statement);
    io.when(law.checked, "expected", law.expected);
    io.when(law.checked, "observed", law.observed);
    io("checked", law.checked);
    io.when(law.checked && law.missed.empty(), "holds", law.holds);
    io.derived("missed", [&] { return to_json(law.missed); });
    io("reason", law.reason, null_when_empty);
}

template <class Io>
void describe_loss(Io& io, auto& loss) {
    io("name", loss.name);
    io("count", loss.count);
    // Files of earlier versions say in words alone what a loss touches: the rest is what is known of its kind.
    if constexpr (Io::reads)
        loss = loss_of(std::move(loss.name), loss.count);
    io("touches", loss.touches);
    io("effect", loss.effect, missing_before);
    io("touches_counts", loss.figures.counts, missing_before);
    io("touches_times", loss.figures.times, missing_before);
    io("touches_own_times", loss.figures.own_times, missing_before);
}

} // namespace netio::report
