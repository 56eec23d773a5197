// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "model/path.h"

namespace netio::analysis {

/// What is compared: latency of messages, throughput, or what one path costs (in the direction of the payload).
struct Metric {
    enum class Kind { latency, throughput, path };
    Kind kind = Kind::latency;
    Path path = Path::copy_in; ///< Kind::path only

    bool operator==(const Metric& other) const {
        return kind == other.kind && (kind != Kind::path || path == other.path);
    }
};

/// "latency", "throughput" or the path's name.
[[nodiscard]] std::string_view name_of(const Metric& metric);
[[nodiscard]] std::optional<Metric> metric_from(std::string_view name);

/// A number that says something of a metric over repeats. Those of a histogram are of all repeats' values together.
enum class Statistic {
    throughput,  ///< payload bits per nanosecond (Gbit/s), all bytes by all time
    ns_per_byte, ///< nanoseconds on a path for each payload byte, whether or not that byte took the path
    mean,        ///< nanoseconds, exact
    p50,         ///< nanoseconds, as the next three
    p90,
    p99,
    p999,
    max ///< nanoseconds, exact
};
inline constexpr std::array all_statistics{Statistic::throughput, Statistic::ns_per_byte, Statistic::mean,
                                           Statistic::p50,        Statistic::p90,         Statistic::p99,
                                           Statistic::p999,       Statistic::max};
inline constexpr std::size_t statistic_count = all_statistics.size();
constexpr std::size_t index_of(Statistic statistic) { return static_cast<std::size_t>(statistic); }

/// "throughput", "ns_per_byte", "mean", "p50", "p90", "p99", "p999", "max".
[[nodiscard]] std::string_view name_of(Statistic statistic);
/// Also takes "p99.9".
[[nodiscard]] std::optional<Statistic> statistic_from(std::string_view name);
/// The share of values that a percentile leaves below it; nothing for what is no percentile.
[[nodiscard]] std::optional<double> quantile_of(Statistic statistic);
/// Whether a metric has the statistic where all that it needs was measured.
[[nodiscard]] bool has(const Metric& metric, Statistic statistic);

} // namespace netio::analysis
