// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/merge.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "analysis/reasons.h"

namespace netio::analysis {
namespace {

constexpr std::size_t hottest_count = 10;

/// That of the worse of the two, or of both.
std::string reason_of(const Figure& one, const Figure& other, ReasonsOf what) {
    if (one.quality != other.quality)
        return one.quality > other.quality ? one.reason : other.reason;
    return merged_reasons(one.reason, other.reason, what);
}

/// weight x one + other_weight x other.
Figure combine(const Figure& one, double weight, const Figure& other, double other_weight,
               ReasonsOf what = ReasonsOf::parts) {
    if (!one.available() || !other.available()) {
        Figure missing = Figure::unavailable(reason_of(one, other, what));
        if (const auto mine = one.range(), others = other.range(); mine && others)
            missing.bounds = Bounds{weight * mine->low + other_weight * others->low,
                                    weight * mine->high + other_weight * others->high};
        return missing;
    }
    Figure result;
    result.value = weight * one.value + other_weight * other.value;
    result.quality = std::max(one.quality, other.quality);
    result.low = result.value - std::hypot(weight * (one.value - one.low), other_weight * (other.value - other.low));
    result.high = result.value + std::hypot(weight * (one.high - one.value), other_weight * (other.high - other.value));
    result.reason = reason_of(one, other, what);
    return result;
}

/// Of two repeats.
Figure total_of(const Figure& one, const Figure& other) { return combine(one, 1.0, other, 1.0, ReasonsOf::repeats); }

Figure mean_of(const Figure& one, double weight, const Figure& other, double other_weight, ReasonsOf what) {
    if (other_weight <= 0.0)
        return one;
    if (weight <= 0.0)
        return other;
    const double all = weight + other_weight;
    return combine(one, weight / all, other, other_weight / all, what);
}

void add(PathFigures& sum, const PathFigures& other) {
    if (sum.backend == Backend::none)
        sum.backend = other.backend;
    sum.calls = total_of(sum.calls, other.calls);
    sum.bytes = total_of(sum.bytes, other.bytes);
    sum.time_ns = total_of(sum.time_ns, other.time_ns);
    sum.exclusive_ns = total_of(sum.exclusive_ns, other.exclusive_ns);
    sum.preempted_ns = total_of(sum.preempted_ns, other.preempted_ns);
    sum.skb_path_ns = total_of(sum.skb_path_ns, other.skb_path_ns);
    sum.sampled_time_ns = total_of(sum.sampled_time_ns, other.sampled_time_ns);
    sum.sampled_bytes += other.sampled_bytes;
    if (sum.histogram && other.histogram)
        sum.histogram->merge(*other.histogram);
    else
        sum.histogram.reset();
}

/// The statuses are listed from best to worst, but for `counted` and `multiplexed` none has a number.
void add(std::vector<CounterReading>& sum, const std::vector<CounterReading>& other) {
    for (const CounterReading& reading : other) {
        const auto same = std::find_if(sum.begin(), sum.end(),
                                       [&](const CounterReading& known) { return known.event == reading.event; });
        if (same == sum.end()) {
            sum.push_back(reading);
            continue;
        }
        same->raw += reading.raw;
        same->scaled += reading.scaled;
        same->enabled_ns += reading.enabled_ns;
        same->running_ns += reading.running_ns;
        if (reading.status > same->status) {
            same->status = reading.status;
            same->reason = reading.reason;
        }
    }
}

void add_copy_sites(std::vector<CopySite>& sum, const std::vector<CopySite>& other) {
    for (const CopySite& site : other) {
        const auto same = std::find_if(sum.begin(), sum.end(), [&](const CopySite& known) {
            return known.reason == site.reason && known.path == site.path;
        });
        if (same == sum.end()) {
            sum.push_back(site);
            continue;
        }
        same->calls += site.calls;
        same->bytes += site.bytes;
    }
    std::ranges::stable_sort(sum, std::ranges::greater{}, &CopySite::bytes);
}

void add(CopyEvidence& sum, const CopyEvidence& other) {
    for (const CopyEvidence::Site& site : other.sites) {
        const auto same = std::ranges::find_if(sum.sites, [&](const CopyEvidence::Site& known) {
            return known.reason == site.reason && known.path == site.path;
        });
        if (same == sum.sites.end())
            sum.sites.push_back(site);
        else
            same->samples += site.samples;
    }
    std::ranges::stable_sort(sum.sites, std::ranges::greater{}, &CopyEvidence::Site::samples);
    sum.uncounted += other.uncounted;
    sum.uncounted_ns = sum_of(sum.uncounted_ns, other.uncounted_ns);
    if (sum.expected_for.empty())
        sum.expected_for = other.expected_for;
}

void add(Notifications& sum, const Notifications& other) {
    if (sum.reason.empty())
        sum.reason = other.reason;
    sum.read += other.read;
    sum.merged += other.merged;
    sum.merged_sends += other.merged_sends;
    if (sum.latency && other.latency)
        sum.latency->merge(*other.latency);
    else
        sum.latency.reset();
}

void add_symbols(std::vector<std::pair<std::string, std::uint64_t>>& sum,
                 const std::vector<std::pair<std::string, std::uint64_t>>& other) {
    for (const auto& [symbol, samples] : other) {
        const auto same = std::find_if(sum.begin(), sum.end(),
                                       [&wanted = symbol](const auto& known) { return known.first == wanted; });
        if (same == sum.end())
            sum.emplace_back(symbol, samples);
        else
            same->second += samples;
    }
    std::stable_sort(sum.begin(), sum.end(),
                     [](const auto& one, const auto& another) { return one.second > another.second; });
    sum.resize(std::min(sum.size(), hottest_count));
}

} // namespace

Figure sum_of(const Figure& one, const Figure& other) { return combine(one, 1.0, other, 1.0); }

Figure difference_of(const Figure& one, const Figure& other) {
    Figure negative = other;
    negative.value = -other.value;
    negative.low = -other.high;
    negative.high = -other.low;
    negative.bounds.reset();
    return sum_of(one, negative);
}

Figure scaled(Figure figure, double factor) {
    figure.value *= factor;
    figure.low *= factor;
    figure.high *= factor;
    if (figure.bounds)
        figure.bounds = Bounds{figure.bounds->low * factor, figure.bounds->high * factor};
    return figure;
}

Figure weighted_mean(const Figure& one, double weight, const Figure& other, double other_weight) {
    return mean_of(one, weight, other, other_weight, ReasonsOf::parts);
}

void add(EndResult& sum, const EndResult& other) {
    sum.add_work(other);
    sum.duration_s += other.duration_s;
    add(sum.counters, other.counters);
}

void add(CpuProfile& sum, const CpuProfile& other) {
    const auto weight = static_cast<double>(sum.samples);
    const auto other_weight = static_cast<double>(other.samples);
    for (std::size_t i = 0; i < cpu_class_count; ++i)
        sum.share[i] = mean_of(sum.share[i], weight, other.share[i], other_weight, ReasonsOf::repeats);
    sum.user_space = mean_of(sum.user_space, weight, other.user_space, other_weight, ReasonsOf::repeats);
    sum.softirq = mean_of(sum.softirq, weight, other.softirq, other_weight, ReasonsOf::repeats);
    sum.tracing = mean_of(sum.tracing, weight, other.tracing, other_weight, ReasonsOf::repeats);
    sum.total_ns = total_of(sum.total_ns, other.total_ns);
    sum.thread_ns = total_of(sum.thread_ns, other.thread_ns);
    sum.samples += other.samples;
    add_symbols(sum.hottest_symbols, other.hottest_symbols);
}

void add(SubjectTrace& sum, const SubjectTrace& other) {
    for (Path path : attach_paths)
        add(sum.path(path), other.path(path));
    analysis::add(sum.cpu, other.cpu);
    sum.calls.add(other.calls);
    sum.zerocopy.add(other.zerocopy);
    add_copy_sites(sum.copied_after_all, other.copied_after_all);
    if (sum.no_copy_sites.empty())
        sum.no_copy_sites = other.no_copy_sites;
    add(sum.notifications, other.notifications);
}

void add(Trace& sum, const Trace& other) {
    for (std::size_t i = 0; i < sum.subjects.size(); ++i)
        add(sum.subjects[i], other.subjects.at(i));
    add_losses(sum.losses, other.losses);
    if (sum.samples && other.samples)
        sum.samples->add(*other.samples);
    else
        sum.samples.reset();
    if (sum.copy_evidence && other.copy_evidence)
        add(*sum.copy_evidence, *other.copy_evidence);
    else
        sum.copy_evidence.reset();
    sum.timeline.reset();
    sum.stacks.reset();
}

} // namespace netio::analysis
