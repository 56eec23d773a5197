// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/renderers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

namespace netio::report {
namespace {

constexpr double ticks_per_half_distance = 5.0;
/// Buckets in an octave, which is as many as there are of width 1.
constexpr unsigned sub_buckets = 32;
constexpr unsigned octaves = static_cast<unsigned>(Histogram::bucket_count) / sub_buckets;

template <class... Values>
std::string formatted(const char* format, Values... values) {
    std::array<char, 160> line{};
    std::snprintf(line.data(), line.size(), format, values...);
    return line.data();
}

double microseconds(double nanoseconds) { return nanoseconds / 1e3; }

double middle_of(const Histogram& histogram, std::size_t bucket) {
    const double middle =
        static_cast<double>(Histogram::lower_bound(bucket) + Histogram::upper_bound(bucket) - 1) / 2.0;
    return std::clamp(middle, static_cast<double>(histogram.min()), static_cast<double>(histogram.max()));
}

/// The next percentile to be listed. HdrHistogram halves the distance between ticks whenever half of what was left to
/// 100 % is done.
double next_level(double level) {
    const double halvings = std::floor(std::log2(100.0 / (100.0 - level))) + 1.0;
    return level + 100.0 / (ticks_per_half_distance * std::exp2(halvings));
}

std::string row(double value_ns, double percentile, std::uint64_t count) {
    const std::string columns = formatted("%12.3f %2.12f %10llu", microseconds(value_ns), percentile / 100.0,
                                          static_cast<unsigned long long>(count));
    return percentile < 100.0 ? columns + formatted(" %14.2f\n", 100.0 / (100.0 - percentile)) : columns + '\n';
}

std::string rows_of(const Histogram& histogram) {
    std::string text;
    std::uint64_t seen = 0;
    double level = 0.0;
    for (std::size_t bucket = 0; bucket < Histogram::bucket_count && seen < histogram.count(); ++bucket) {
        if (histogram.bucket(bucket) == 0)
            continue;
        seen += histogram.bucket(bucket);
        const double reached = 100.0 * static_cast<double>(seen) / static_cast<double>(histogram.count());
        // All levels that this bucket reaches; but of the last one, which reaches every level, only the first.
        while (level <= reached) {
            text += row(histogram.quantile(level / 100.0), level, seen);
            if (seen == histogram.count())
                break;
            level = next_level(level);
        }
    }
    return text + row(static_cast<double>(histogram.max()), 100.0, histogram.count());
}

double deviation_ns(const Histogram& histogram) {
    double squares = 0.0;
    for (std::size_t bucket = 0; bucket < Histogram::bucket_count; ++bucket)
        if (histogram.bucket(bucket) != 0) {
            const double distance = middle_of(histogram, bucket) - histogram.mean();
            squares += distance * distance * static_cast<double>(histogram.bucket(bucket));
        }
    return std::sqrt(squares / static_cast<double>(histogram.count()));
}

std::string distribution_of(const Histogram& histogram) {
    return formatted("%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)") +
           rows_of(histogram) +
           formatted("#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", microseconds(histogram.mean()),
                     microseconds(deviation_ns(histogram))) +
           formatted("#[Max     = %12.3f, Total count    = %12llu]\n",
                     microseconds(static_cast<double>(histogram.max())),
                     static_cast<unsigned long long>(histogram.count())) +
           formatted("#[Buckets = %12u, SubBuckets     = %12u]\n", octaves, sub_buckets);
}

/// The cells that differ in their repeat only.
struct Group {
    Variant variant{};
    std::uint64_t field_size = 0;
    unsigned threads = 0;
    Histogram latency;

    [[nodiscard]] bool holds(const Cell& cell) const {
        return cell.variant == variant && cell.field_size == field_size && cell.threads == threads;
    }
    [[nodiscard]] std::string file_name() const {
        return std::string(name_of(variant)) + "-field" + std::to_string(field_size) + "-threads" +
               std::to_string(threads) + ".hgrm";
    }
};

std::vector<Group> groups_of(const Run& run) {
    std::vector<Group> groups;
    for (const Cell& cell : run.cells) {
        auto group = std::ranges::find_if(groups, [&](const Group& known) { return known.holds(cell); });
        if (group == groups.end())
            group = groups.insert(groups.end(), Group{cell.variant, cell.field_size, cell.threads, {}});
        group->latency.merge(cell.receiver.latency);
    }
    return groups;
}

} // namespace

RenderedFiles export_hgrm(const Run& run, const RenderOptions& /*options*/) {
    std::vector<RenderedFile> files;
    for (const Group& group : groups_of(run))
        if (!group.latency.empty())
            files.push_back({group.file_name(), distribution_of(group.latency)});
    if (files.empty())
        return input_error("the run has no latencies to export", "no message was finished in its measured part")
            .or_choose({Choice::longer_cells});
    return files;
}

} // namespace netio::report
