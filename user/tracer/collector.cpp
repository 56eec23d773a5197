// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/collector.h"

#include <algorithm>
#include <string>

namespace netio::tracer {
namespace {

constexpr const char* no_bytes = "this path moves no bytes";

Figure figure_of(std::uint64_t value, Quality quality, const std::string& reason) {
    if (quality == Quality::unavailable)
        return Figure::unavailable(reason);
    Figure figure = Figure::exact(static_cast<double>(value));
    figure.quality = quality;
    if (quality != Quality::exact)
        figure.reason = reason;
    return figure;
}

bool is_hooked(const PathPlan& plan) { return plan.backend == Backend::fentry || plan.backend == Backend::kprobe; }

/// Durations that were measured at both edges.
void fill_timed(PathFigures& figures, const PathPlan& plan, const TimedSum& sum) {
    figures.calls = figure_of(sum.calls(), plan.calls, plan.reason);
    figures.bytes = figure_of(sum.bytes, plan.bytes, plan.bytes == Quality::unavailable ? no_bytes : plan.reason);
    figures.time_ns = figure_of(sum.inclusive_ns, plan.time, plan.reason);
    figures.exclusive_ns = figure_of(sum.exclusive_ns, plan.time, plan.reason);
    figures.preempted_ns = figure_of(sum.preempted_ns, plan.time, plan.reason);
    figures.skb_path_ns = Figure::unavailable("counted for system calls only");
    if (figures.time_ns.available())
        figures.histogram = sum.histogram;
}

/// Time of skb paths inside of system calls: known where at least one of them is hooked.
void fill_skb_path_time(PathFigures& figures, const ProbePlan& plan, Path path, const TimedSum& sum) {
    if (!is_call(path) || !figures.time_ns.available())
        return;
    std::string missing;
    bool any = false;
    for (Path inside : paths_where<copies_skb>) {
        if (is_hooked(plan.paths[index_of(inside)]))
            any = true;
        else
            missing += (missing.empty() ? "without " : ", ") + std::string(name_of(inside));
    }
    figures.skb_path_ns = any ? Figure::exact(static_cast<double>(sum.skb_path_ns))
                              : Figure::unavailable("deferred_copy, linearize and skb_copy are not timed here");
    if (any)
        figures.skb_path_ns.reason = missing;
}

/// Events that were counted; their time, if any, is sampled.
void fill_counted(PathFigures& figures, const PathPlan& plan, const netio_count& count) {
    figures.calls = figure_of(count.calls, plan.calls, plan.reason);
    figures.bytes = figure_of(count.bytes, plan.bytes, plan.reason);
}

/// What samples of a path are known to show wrongly (docs/measurements/sampling-error.md). skb_copy_ubufs()
/// allocates pages, which turns interrupts off and on again, and a tick that was held back meanwhile falls on what
/// follows.
std::string known_bias(Path path) {
    return path == Path::deferred_copy ? "up to 40 % too high: ticks that are delayed while the copy's pages are "
                                         "allocated fall on it"
                                       : "";
}

void fill_sampled_time(PathFigures& figures, const PathPlan& plan, const std::optional<SampleStatistics>& samples,
                       std::size_t subject, Path path, std::uint64_t measured_bytes) {
    if (plan.time != Quality::sampled || !samples) {
        figures.time_ns = Figure::unavailable(plan.time == Quality::sampled ? "sampling was off" : plan.reason);
        figures.exclusive_ns = figures.time_ns;
        figures.preempted_ns = figures.time_ns;
        figures.skb_path_ns = figures.time_ns;
        figures.sampled_time_ns = figures.time_ns;
        return;
    }
    const SampledPath& sampled = samples->subjects[subject].paths[index_of(path)];
    figures.time_ns = sampled.inclusive_ns;
    figures.exclusive_ns = sampled.exclusive_ns;
    figures.time_ns.reason = figures.exclusive_ns.reason = known_bias(path);
    figures.preempted_ns = Figure::unavailable("samples are taken of running threads only");
    figures.skb_path_ns = Figure::unavailable("samples do not tell which call they interrupt");
    figures.sampled_time_ns = Figure::unavailable("time_ns comes from samples already");
    figures.sampled_bytes = measured_bytes;
}

/// The samples of a path whose edges were timed, to compare the two.
void fill_second_opinion(PathFigures& figures, const std::optional<SampleStatistics>& samples, std::size_t subject,
                         Path path, std::uint64_t measured_bytes) {
    if (!samples || !takes_cpu_time(path)) {
        figures.sampled_time_ns = Figure::unavailable(samples ? "in no sampled stack" : "sampling was off");
        return;
    }
    figures.sampled_time_ns = samples->subjects[subject].paths[index_of(path)].inclusive_ns;
    figures.sampled_bytes = measured_bytes;
}

/// The count of a path that is counted, not timed; nothing for the others.
std::optional<netio_count> count_of(const RawSubject& raw, const PathPlan& plan, Path path) {
    if (plan.time == Quality::exact || plan.time == Quality::bracketed)
        return std::nullopt;
    switch (path) {
    case Path::copy_in:
        return raw.timed[NETIO_PATH_SEND_SYSCALL].copied;
    case Path::pin:
        return raw.timed[NETIO_PATH_SEND_SYSCALL].pinned;
    case Path::copy_out:
        return raw.timed[NETIO_PATH_RECV_SYSCALL].copied;
    default:
        break;
    }
    if (const netio_count_kind kind = entry_of(path).counted_as; kind != NETIO_COUNT_KINDS)
        return raw.counts.kind[kind];
    return std::nullopt;
}

/// Zero-copy sends in a trace in which nobody looked for their fate: not known, rather than none.
void check_zero_copy_watched(PathTable& paths, std::uint64_t sends, bool watched) {
    if (watched || sends == 0)
        return;
    const Figure unknown = Figure::unavailable("unexpected zero-copy sends in a variant without zero-copy");
    PathFigures& deferred = paths[index_of(Path::deferred_copy)];
    deferred.calls = deferred.bytes = unknown;
    PathFigures& complete = paths[index_of(Path::zc_complete)];
    complete.calls = complete.time_ns = complete.exclusive_ns = unknown;
    complete.histogram.reset();
}

/// Completions that said that the send was copied after all.
std::uint64_t copied_sends(const RawSubject& raw) {
    return raw.counts.kind[NETIO_COUNT_ZC_COPIED].calls + raw.counts.kind[NETIO_COUNT_ZC_COPIED_MERGED].calls;
}

/// Without a hook, deferred copies are seen where a packet is delivered on this machine: at least those are made, but
/// for a packet that a bridge on the way shows twice. They are none where no completion says that its send was copied.
void bound_deferred_copy(PathFigures& deferred, const RawSubject& raw, const ProbePlan& plan) {
    if (plan.deferred_copy_hooked || !deferred.bytes.available())
        return;
    const TimedSum& sends = raw.timed[NETIO_PATH_SEND_SYSCALL];
    const bool fates_known = plan.paths[index_of(Path::zc_complete)].calls != Quality::unavailable;
    const bool copied = copied_sends(raw) != 0 || (!fates_known && sends.zero_copy_sends != 0);
    const auto pinned = static_cast<double>(sends.pinned.bytes);
    const std::uint64_t again = raw.counts.kind[NETIO_COUNT_RETRANSMISSIONS].calls;
    if (!copied && deferred.bytes.value == 0.0) {
        deferred.calls = deferred.bytes = Figure::exact(0.0);
        return;
    }
    std::string reason = deferred.bytes.reason;
    if (again != 0)
        reason += "; segments were retransmitted, and may have been copied again";
    const double once = deferred.bytes.value > pinned ? pinned / deferred.bytes.value : 1.0;
    deferred.calls = Figure::at_least(deferred.calls.value * once, reason);
    deferred.bytes = Figure::at_least(deferred.bytes.value * once, reason);
}

CallTotals calls_of(const TimedSums& timed) {
    CallTotals totals;
    totals.send_calls = timed[NETIO_PATH_SEND_SYSCALL].calls();
    totals.send_bytes = timed[NETIO_PATH_SEND_SYSCALL].bytes;
    totals.recv_calls = timed[NETIO_PATH_RECV_SYSCALL].calls();
    totals.recv_bytes = timed[NETIO_PATH_RECV_SYSCALL].bytes;
    totals.errqueue_calls = timed[NETIO_PATH_ERRQUEUE_SYSCALL].calls();
    return totals;
}

TimedSum completions_of(const TimedSums& timed) {
    TimedSum sum = timed[NETIO_PATH_ZC_COMPLETE];
    const TimedSum& merged = timed[NETIO_FIGURE_ZC_MERGED];
    sum.inclusive_ns += merged.inclusive_ns;
    sum.exclusive_ns += merged.exclusive_ns;
    sum.histogram.merge(merged.histogram);
    return sum;
}

ZerocopyTotals zero_copy_of(const RawSubject& raw) {
    const TimedSum& reads = raw.timed[NETIO_PATH_ERRQUEUE_SYSCALL];
    ZerocopyTotals totals;
    totals.sends = raw.timed[NETIO_PATH_SEND_SYSCALL].zero_copy_sends;
    totals.enobufs = raw.timed[NETIO_PATH_SEND_SYSCALL].failures;
    totals.notifications = reads.calls() - reads.failures;
    totals.completions = completions_of(raw.timed).calls();
    totals.copied = copied_sends(raw);
    return totals;
}

Notifications notifications_of(const RawSubject& raw, const ProbePlan& plan) {
    Notifications result;
    result.reason = plan.no_notifications;
    if (!result.reason.empty())
        return result;
    const auto& kind = raw.counts.kind;
    result.read = kind[NETIO_COUNT_ZC_RANGES].calls;
    result.merged = kind[NETIO_COUNT_ZC_RANGES_MERGED].calls;
    result.merged_sends = kind[NETIO_COUNT_ZC_RANGES_MERGED].bytes;
    result.latency = raw.timed[NETIO_FIGURE_ZC_NOTIFIED].histogram;
    return result;
}

CpuProfile profile_of(const std::optional<SampleStatistics>& samples, std::size_t subject) {
    if (samples)
        return samples->subjects[subject].cpu;
    CpuProfile profile;
    const Figure none = Figure::unavailable("sampling was off");
    profile.total_ns = profile.thread_ns = profile.user_space = profile.softirq = profile.tracing = none;
    profile.share.fill(none);
    return profile;
}

/// Whether the bytes of copies at a place are counted by a probe.
bool is_counted(const CopyEvidence::Site& site, const ProbePlan& plan) {
    const bool counted = plan.paths[index_of(site.path)].bytes != Quality::unavailable;
    const bool elsewhere = site.path == Path::deferred_copy && site.reason != CopyReason::local_delivery;
    return counted && (plan.deferred_copy_hooked || !elsewhere);
}

CopyEvidence evidence_of(const std::optional<SampleStatistics>& samples, const ProbePlan& plan) {
    CopyEvidence evidence;
    evidence.uncounted_ns = Figure::unavailable("sampling was off");
    if (!samples)
        return evidence;
    evidence.sites = samples->copy_sites;
    for (const CopyEvidence::Site& site : evidence.sites)
        evidence.uncounted += is_counted(site, plan) ? 0 : site.samples;
    evidence.uncounted_ns = time_of_samples(evidence.uncounted, samples->period_ns);
    return evidence;
}

PathFigures path_of(const RawCounts& raw, std::size_t subject, const ProbePlan& plan, Path path,
                    std::uint64_t measured_bytes) {
    const RawSubject& counts = raw.subjects[subject];
    const PathPlan& path_plan = plan.paths[index_of(path)];
    PathFigures figures;
    figures.backend = path_plan.backend;
    if (const auto count = count_of(counts, path_plan, path)) {
        fill_counted(figures, path_plan, *count);
        fill_sampled_time(figures, path_plan, raw.samples, subject, path, measured_bytes);
    } else if (path_plan.time == Quality::sampled || path_plan.backend == Backend::none) {
        figures.calls = figures.bytes = Figure::unavailable(path_plan.reason);
        fill_sampled_time(figures, path_plan, raw.samples, subject, path, measured_bytes);
    } else {
        const TimedSum& timed = counts.timed[index_of(path)];
        fill_timed(figures, path_plan, path == Path::zc_complete ? completions_of(counts.timed) : timed);
        fill_skb_path_time(figures, plan, path, timed);
        fill_second_opinion(figures, raw.samples, subject, path, measured_bytes);
    }
    return figures;
}

SubjectTrace trace_of(const RawCounts& raw, std::size_t subject, const ProbePlan& plan, std::uint64_t measured_bytes) {
    const RawSubject& counts = raw.subjects[subject];
    const TimedSum& sends = counts.timed[NETIO_PATH_SEND_SYSCALL];
    SubjectTrace trace;
    trace.subject = counts.subject;
    for (Path path : all_paths)
        trace.path(path) = path_of(raw, subject, plan, path, measured_bytes);
    check_zero_copy_watched(trace.paths, sends.zero_copy_sends, raw.zero_copy_watched);
    bound_deferred_copy(trace.path(Path::deferred_copy), counts, plan);
    trace.cpu = profile_of(raw.samples, subject);
    trace.calls = calls_of(counts.timed);
    trace.zerocopy = zero_copy_of(counts);
    trace.copied_after_all = counts.copied_after_all;
    trace.no_copy_sites = raw.no_copy_sites;
    trace.notifications = notifications_of(counts, plan);
    return trace;
}

} // namespace

namespace {

/// Whether a bucket that the programs count in 32 bits has begun again at 0: the durations add up to more than all that
/// is in the buckets can have taken. A bucket of a CPU is full after an hour of a million calls a second. What is asked
/// of the programs for that would be asked at each call.
bool has_wrapped(const Histogram& of_cpu) {
    constexpr double half_a_bucket_ns = 0x1p31; // at least, where its calls take a nanosecond each
    double most_ns = 0.0;
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i) {
        const std::uint64_t longest =
            i + 1 == Histogram::bucket_count ? of_cpu.max() : std::min(Histogram::upper_bound(i) - 1, of_cpu.max());
        most_ns += static_cast<double>(of_cpu.bucket(i)) * static_cast<double>(longest);
    }
    return static_cast<double>(of_cpu.sum()) > most_ns + half_a_bucket_ns;
}

} // namespace

void TimedSum::add(const netio_timed_figures& figures) {
    Histogram of_cpu;
    for (std::size_t i = 0; i < NETIO_HISTOGRAM_BUCKETS; ++i)
        if (figures.buckets[i] != 0)
            of_cpu.add_bucket(i, figures.buckets[i]);
    if (!of_cpu.empty()) {
        of_cpu.add_exact(figures.inclusive_ns, figures.min_ns, figures.max_ns);
        histogram.merge(of_cpu);
        wrapped += has_wrapped(of_cpu) ? 1 : 0;
    }
    const std::uint64_t all_ns = figures.inclusive_ns + figures.restarted_ns;
    const std::uint64_t moving_calls = of_cpu.count() - std::min<std::uint64_t>(of_cpu.count(), figures.idle_calls);
    const std::uint64_t moved = figures.bytes + figures.surplus;
    bytes += figures.bytes;
    inclusive_ns += all_ns;
    exclusive_ns += all_ns - figures.nested_ns - figures.preempted_ns;
    preempted_ns += figures.preempted_ns;
    skb_path_ns += figures.skb_path_ns;
    failures += figures.failures;
    copied.calls += moving_calls - std::min<std::uint64_t>(moving_calls, figures.pin_calls);
    copied.bytes += moved - figures.pin_bytes;
    pinned.calls += figures.pin_calls;
    pinned.bytes += figures.pin_bytes;
    zero_copy_sends += figures.zero_copy_sends;
}

Trace collect(const RawCounts& raw, const ProbePlan& plan, std::uint64_t measured_bytes) {
    Trace trace;
    for (std::size_t subject = 0; subject < raw.subjects.size(); ++subject)
        trace.subjects.push_back(trace_of(raw, subject, plan, measured_bytes));
    trace.timeline = raw.timeline;
    trace.copy_evidence = evidence_of(raw.samples, plan);
    if (raw.samples) {
        trace.samples = raw.samples->counts;
        trace.stacks = raw.samples->stacks;
    }
    LossCounts losses = raw.losses;
    ZerocopyTotals zerocopy;
    for (const SubjectTrace& each : trace.subjects)
        zerocopy.add(each.zerocopy);
    if (plan.paths[index_of(Path::zc_complete)].calls == Quality::unavailable)
        losses.forget_completions(); // none is followed: the path says so, and none is lost
    else if (raw.zero_copy_watched && zerocopy.sends > zerocopy.completions)
        losses.completions_missing = zerocopy.sends - zerocopy.completions;
    losses.deferred_copy_hooked = plan.deferred_copy_hooked;
    for (const RawSubject& subject : raw.subjects)
        for (const TimedSum& sum : subject.timed)
            losses.wrapped_counts += sum.wrapped;
    trace.losses = list_losses(losses);
    return trace;
}

} // namespace netio::tracer
