// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/call_timing.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "base/log.h"
#include "model/probe.h"
#include "tracer/fallback.h"

namespace netio::experiment {
namespace {

/// Processes that are timed each by itself. Their figures with full histograms take 68 KiB each on every CPU.
constexpr std::uint32_t timed_processes = 48;
/// Sockets whose zero-copy sends are followed, beyond those that are there.
constexpr unsigned spare_connections = 1024;

constexpr std::uint64_t millisecond_ns = 1'000'000;
/// So many windows in a trace of known length, if they are not too close then.
constexpr double wanted_windows = 20.0;
constexpr std::uint64_t shortest_period_ns = 200 * millisecond_ns;
constexpr std::uint64_t longest_period_ns = 2000 * millisecond_ns;
constexpr std::uint64_t default_period_ns = 1000 * millisecond_ns;
constexpr std::uint64_t shortest_window_ns = 5 * millisecond_ns;
/// A window is so many times as long as it takes to attach and detach, at least.
constexpr std::uint64_t switches_in_window = 4;

std::vector<Subject> unnamed_subjects() { return std::vector<Subject>(timed_processes + 1); }

/// What is hit at each call, chunk or packet of any program on the machine is left out, unless it is asked for: of a
/// round trip of 64 B it would cost a third (docs/measurements/attach-cost.md).
void leave_out_details(tracer::Features& features) {
    const PathBits details = path_bits({Path::tcp_sendmsg, Path::copy_in, Path::linearize, Path::skb_copy});
    const PathBits copies_out = path_bits({Path::copy_out});
    const tracer::Ability left_out{false, "left out, for it costs at each call: --by call has it", {}, true};
    for (const Probe& probe : all_probes()) {
        const std::string name(probe.name);
        if (probe.kind == ProbeKind::function && (probe.serves & details) != 0)
            features.functions[name] = {left_out, left_out};
        if (probe.kind == ProbeKind::tracepoint && probe.use == ProbeUse::beside_hooks &&
            (probe.serves & copies_out) != 0)
            features.tracepoints[name] = left_out;
    }
}

Error nothing_is_timed(const tracer::ProbePlan& plan) {
    return Error{"cannot time calls here", plan.impossible.front(), {}}.or_choose({Choice::doctor});
}

} // namespace

Result<CallTiming> CallTiming::open(const AttachSpec& spec, std::size_t sockets, std::vector<std::string>& notes) {
    tracer::SessionOptions options;
    options.subjects = unnamed_subjects();
    options.connections = spare_connections + static_cast<unsigned>(sockets);
    options.zero_copy = true;
    options.foreign = true;
    NETIO_TRY(tracer::check_memory(options));
    tracer::Features features = tracer::probe_features();
    if (!spec.by_call)
        leave_out_details(features);
    const tracer::PlanRequest request{spec.backend, spec.sample_frequency};
    for (;;) {
        tracer::ProbePlan plan = tracer::make_plan(features, request);
        if (!plan.impossible.empty())
            return nothing_is_timed(plan);
        auto tried = tracer::Session::try_plan(plan, options);
        if (auto* session = std::get_if<tracer::Session>(&tried)) {
            for (const tracer::PlannedProgram& program : plan.programs)
                spdlog::debug("calls are timed by {} at {}{}", program.name, program.target,
                              program.zero_copy_only ? ", for zero-copy" : "");
            if (!plan.dropped_hits.empty())
                notes.push_back(plan.dropped_hits);
            if (!plan.no_sampling.empty())
                notes.push_back(plan.no_sampling);
            return CallTiming(spec, std::move(plan), std::move(*session));
        }
        auto& setback = std::get<tracer::Setback>(tried);
        if (!tracer::give_up(features, setback))
            return std::move(setback.error);
        notes.push_back(tracer::note_of(setback, tracer::make_plan(features, request)));
    }
}

void CallTiming::add(const tracer::FoundTask& task) {
    if (!known_.emplace(task.tid, task.tgid).second)
        return;
    // A table that is full is counted among the losses.
    [[maybe_unused]] const auto added = session_.add_task_of_process(task.tid, task.tgid);
}

bool CallTiming::knows(std::uint32_t tgid) const {
    if (known_.contains(tgid))
        return true;
    const std::vector<std::uint32_t> with_subject = session_.processes();
    return std::ranges::find(with_subject, tgid) != with_subject.end();
}

Result<void> CallTiming::begin() {
    NETIO_TRY(session_.begin(zero_copy_));
    if (in_windows_)
        plan_windows();
    begins_ns_ = monotonic_ns();
    if (!in_windows_) {
        window_begins_ns_ = begins_ns_;
        session_.start_sampling();
        return {};
    }
    session_.pause();
    plan_next(begins_ns_);
    return {};
}

/// How long windows are, and how far apart, by what was asked for and how long the programs take to attach and detach.
void CallTiming::plan_windows() {
    const std::uint64_t before = monotonic_ns();
    session_.pause();
    [[maybe_unused]] const auto resumed = session_.resume();
    switch_ns_ = monotonic_ns() - before;
    const double share = percent_ / 100.0;
    period_ns_ = duration_s_ > 0.0 ? static_cast<std::uint64_t>(duration_s_ * 1e9 / wanted_windows) : default_period_ns;
    period_ns_ = std::clamp(period_ns_, shortest_period_ns, longest_period_ns);
    window_ns_ = static_cast<std::uint64_t>(static_cast<double>(period_ns_) * share);
    const std::uint64_t least = std::max(shortest_window_ns, switches_in_window * switch_ns_);
    if (window_ns_ < least) {
        window_ns_ = least;
        period_ns_ = static_cast<std::uint64_t>(static_cast<double>(least) / share);
    }
}

/// The next window is anywhere in its period, so that what repeats is not met at the same place each time.
void CallTiming::plan_next(std::uint64_t period_begins) {
    period_begins_ns_ = period_begins;
    const std::uint64_t room = period_ns_ > window_ns_ ? period_ns_ - window_ns_ : 0;
    next_ns_ = period_begins + std::uniform_int_distribution<std::uint64_t>(0, room)(random_);
}

Result<void> CallTiming::follow_zero_copy() {
    return std::exchange(zero_copy_, true) ? Result<void>{} : session_.follow_zero_copy();
}

Result<void> CallTiming::act() {
    std::uint64_t now = monotonic_ns();
    if (now < next_ns_)
        return {};
    if (window_begins_ns_ != 0) {
        NETIO_TRY(close_window(now));
        plan_next(std::max(period_begins_ns_ + period_ns_, monotonic_ns()));
        return {};
    }
    NETIO_TRY(session_.resume());
    now = monotonic_ns();
    window_begins_ns_ = now;
    next_ns_ = now + window_ns_;
    return {};
}

Result<void> CallTiming::close_window(std::uint64_t now) {
    timed_ns_ += now - window_begins_ns_;
    window_begins_ns_ = 0;
    next_ns_ = UINT64_MAX;
    if (!in_windows_)
        return {};
    session_.pause();
    ++windows_;
    NETIO_TRY_TO(const Trace trace, session_.end(0));
    std::vector<std::vector<double>> sums;
    Sums added;
    for (const SubjectTrace& subject : trace.subjects) {
        auto& of_subject = sums.emplace_back();
        for (Path path : all_paths)
            of_subject.push_back(subject.path(path).time_ns.available() ? subject.path(path).time_ns.value : 0.0);
        auto& difference = added.values.emplace_back(of_subject);
        if (const std::size_t index = sums.size() - 1; index < before_.size())
            for (std::size_t i = 0; i < difference.size(); ++i)
                difference[i] -= before_[index][i];
    }
    before_ = std::move(sums);
    of_windows_.push_back(std::move(added));
    return {};
}

/// What was counted in windows stands for the whole trace, within an interval by how the windows differ.
void CallTiming::spread(Trace& trace, std::uint64_t whole_ns) const {
    if (timed_ns_ == 0)
        return;
    constexpr double normal_95 = 1.96;
    const double scale = static_cast<double>(whole_ns) / static_cast<double>(timed_ns_);
    const auto count = static_cast<double>(of_windows_.size());
    for (std::size_t subject = 0; subject < trace.subjects.size(); ++subject)
        for (Path path : all_paths) {
            double mean = 0.0;
            double squares = 0.0;
            for (const Sums& window : of_windows_)
                mean += window.values[subject][index_of(path)] / count;
            for (const Sums& window : of_windows_)
                squares += std::pow(window.values[subject][index_of(path)] - mean, 2);
            const double relative =
                count > 1 && mean > 0.0 ? normal_95 * std::sqrt(squares / (count - 1) / count) / mean : 1.0;
            PathFigures& figures = trace.subjects[subject].path(path);
            for (Figure* figure : {&figures.calls, &figures.bytes, &figures.time_ns, &figures.exclusive_ns,
                                   &figures.preempted_ns, &figures.skb_path_ns, &figures.sampled_time_ns}) {
                if (!figure->available())
                    continue;
                const double value = figure->value * scale;
                *figure = Figure::sampled(value, std::max(0.0, value * (1.0 - relative)), value * (1.0 + relative));
                figure->reason = "timed in windows";
            }
        }
}

Result<Trace> CallTiming::end() {
    const std::uint64_t now = monotonic_ns();
    if (window_begins_ns_ != 0)
        NETIO_TRY(close_window(now));
    processes_ = session_.processes();
    session_.pause();
    NETIO_TRY_TO(Trace trace, session_.end(0));
    if (in_windows_)
        spread(trace, now - begins_ns_);
    return trace;
}

const SubjectTrace* CallTiming::of_process(const Trace& trace, std::uint32_t tgid) const {
    const auto found = std::ranges::find(processes_, tgid);
    if (found == processes_.end())
        return nullptr;
    return &trace.subjects.at(static_cast<std::size_t>(found - processes_.begin()));
}

} // namespace netio::experiment
