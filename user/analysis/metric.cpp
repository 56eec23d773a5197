// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/metric.h"

namespace netio::analysis {
namespace {

constexpr std::array<std::string_view, statistic_count> statistic_names{"throughput", "ns_per_byte", "mean", "p50",
                                                                        "p90",        "p99",         "p999", "max"};

} // namespace

std::string_view name_of(const Metric& metric) {
    switch (metric.kind) {
    case Metric::Kind::latency:
        return "latency";
    case Metric::Kind::throughput:
        return "throughput";
    case Metric::Kind::path:
        return name_of(metric.path);
    }
    return {};
}

std::optional<Metric> metric_from(std::string_view name) {
    if (name == "latency")
        return Metric{Metric::Kind::latency};
    if (name == "throughput")
        return Metric{Metric::Kind::throughput};
    if (const auto path = path_from(name))
        return Metric{Metric::Kind::path, *path};
    return std::nullopt;
}

std::string_view name_of(Statistic statistic) { return statistic_names[index_of(statistic)]; }

std::optional<Statistic> statistic_from(std::string_view name) {
    if (name == "p99.9")
        return Statistic::p999;
    for (Statistic statistic : all_statistics)
        if (name_of(statistic) == name)
            return statistic;
    return std::nullopt;
}

std::optional<double> quantile_of(Statistic statistic) {
    switch (statistic) {
    case Statistic::p50:
        return 0.5;
    case Statistic::p90:
        return 0.9;
    case Statistic::p99:
        return 0.99;
    case Statistic::p999:
        return 0.999;
    default:
        return std::nullopt;
    }
}

bool has(const Metric& metric, Statistic statistic) {
    switch (statistic) {
    case Statistic::throughput:
        return metric.kind == Metric::Kind::throughput;
    case Statistic::ns_per_byte:
        return metric.kind == Metric::Kind::path;
    default:
        return metric.kind != Metric::Kind::throughput;
    }
}

} // namespace netio::analysis
