// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/probe_plan.h"

#include <algorithm>

#include "model/probe.h"

namespace netio::tracer {
namespace {

using Functions = std::vector<const Probe*>;

bool serves(const Probe& probe, Path path) { return (probe.serves & path_bits({path})) != 0; }

/// The functions that a path cannot be hooked without.
Functions functions_of(Path path) {
    Functions functions;
    for (const Probe& probe : all_probes())
        if (probe.kind == ProbeKind::function && serves(probe, path))
            functions.push_back(&probe);
    return functions;
}

Functions functions_for(ProbeAid aid) {
    Functions functions;
    for (const Probe& probe : all_probes())
        if (probe.kind == ProbeKind::function && probe.aid == aid)
            functions.push_back(&probe);
    return functions;
}

/// What hooks of functions make of a path.
struct HookedPath {
    Path path;
    Path hooked_with; ///< the path whose functions are hooked, all or none
    Quality bytes;
    Quality time;
    std::string_view unseen{};        ///< what no tracepoint shows: without hooks samples alone tell of the path
    bool ProbePlan::*noted = nullptr; ///< set where it is hooked
};

/// A path that is only counted has the time Quality::unavailable.
constexpr std::array hooked_paths{
    HookedPath{Path::tcp_sendmsg, Path::tcp_sendmsg, Quality::unavailable, Quality::exact, "calls of tcp_sendmsg()"},
    HookedPath{Path::copy_in, Path::copy_in, Quality::exact, Quality::bracketed, {}, &ProbePlan::copy_in_hooked},
    HookedPath{Path::pin, Path::copy_in, Quality::exact, Quality::exact},
    HookedPath{
        Path::deferred_copy, Path::deferred_copy, Quality::exact, Quality::exact, {}, &ProbePlan::deferred_copy_hooked},
    HookedPath{Path::linearize, Path::linearize, Quality::exact, Quality::exact,
               "calls and bytes of __pskb_pull_tail()"},
    HookedPath{Path::skb_copy, Path::skb_copy, Quality::exact, Quality::exact, "calls and bytes of skb_copy() and kin"},
    HookedPath{
        Path::zc_complete, Path::zc_complete, Quality::unavailable, Quality::exact, {}, &ProbePlan::completion_hooked},
};

class Planner {
  public:
    Planner(const Features& features, const PlanRequest& request) : features_(features), request_(request) {}

    ProbePlan make() {
        for (Path path : all_paths)
            plan_.paths[index_of(path)].path = path;
        find_obstacles();
        if (!plan_.impossible.empty()) {
            for (PathPlan& path : plan_.paths)
                path.reason = plan_.impossible.front();
            plan_.backends = "none";
            return std::move(plan_);
        }
        plan_sampler();
        plan_paths();
        plan_hooks();
        plan_copy_out();
        plan_notifications();
        choose_programs();
        name_backends();
        return std::move(plan_);
    }

  private:
    void find_obstacles() {
        if (!features_.btf.yes)
            plan_.impossible.push_back("no BTF: " + features_.btf.evidence);
        if (!features_.bpf.yes)
            plan_.impossible.push_back("cannot load BPF programs: " + features_.bpf.evidence);
        else if (!features_.raw_tracepoint.yes)
            plan_.impossible.push_back("cannot attach BPF programs: " + features_.raw_tracepoint.evidence);
        for (const auto& [ability, answer] : features_.needed_of_bpf)
            if (features_.bpf.yes && !answer.yes)
                plan_.impossible.push_back(answer.evidence);
        if (request_.backend == Backend::fentry && !features_.fentry.yes)
            plan_.impossible.push_back("fentry does not work here: " + features_.fentry.evidence);
        if (request_.backend == Backend::kprobe && !features_.kprobe.yes)
            plan_.impossible.push_back("kprobes do not work here: " + features_.kprobe.evidence);
    }

    void plan_sampler() {
        if (request_.sample_frequency == 0)
            no_sampling_ = "sampling was switched off";
        else if (!features_.cpu_clock_sampling.yes)
            plan_.no_sampling = no_sampling_ = "no sampling: " + features_.cpu_clock_sampling.evidence;
        else if (!features_.kernel_symbols.yes)
            plan_.no_sampling = no_sampling_ = "no sampling: " + features_.kernel_symbols.evidence;
        else
            plan_.sample_frequency = request_.sample_frequency;
    }

    /// Empty when the tracepoint is there, else the reason.
    std::string missing(std::string_view tracepoint) const {
        const auto found = features_.tracepoints.find(std::string(tracepoint));
        if (found == features_.tracepoints.end())
            return "tracepoint " + std::string(tracepoint) + " was not probed";
        return found->second.yes ? "" : "tracepoint " + std::string(tracepoint) + ": " + found->second.evidence;
    }

    /// The same for all tracepoints that a path needs: without hooks, or beside them.
    std::string missing_of(Path path, bool beside_hooks = false) const {
        for (const Probe& probe : all_probes())
            if (probe.kind == ProbeKind::tracepoint && serves(probe, path) &&
                (probe.use == ProbeUse::beside_hooks) == beside_hooks)
                if (std::string reason = missing(probe.name); !reason.empty())
                    return reason;
        return {};
    }

    /// An exact backend is there and may be used.
    bool may_hook() const {
        return (may_use(Backend::fentry) && features_.fentry.yes) || (may_use(Backend::kprobe) && features_.kprobe.yes);
    }

    bool may_use(Backend backend) const { return !request_.backend || *request_.backend == backend; }

    /// What a function can be hooked with; Backend::none and the reason when it cannot.
    Backend backend_for(std::string_view function, std::string& why) const {
        const auto found = features_.functions.find(std::string(function));
        if (found == features_.functions.end()) {
            why = std::string(function) + "() was not probed";
            return Backend::none;
        }
        if (may_use(Backend::fentry) && found->second.fentry.yes)
            return Backend::fentry;
        if (may_use(Backend::kprobe) && found->second.kprobe.yes)
            return Backend::kprobe;
        if (!may_use(Backend::fentry) && !may_use(Backend::kprobe))
            why = "the backend " + std::string(name_of(*request_.backend)) + " was asked for";
        else if (may_use(Backend::fentry))
            why =
                found->second.fentry.evidence + (may_use(Backend::kprobe) ? "; " + found->second.kprobe.evidence : "");
        else
            why = found->second.kprobe.evidence;
        return Backend::none;
    }

    /// The weakest backend of those that the functions get; Backend::none, and the reason, when one cannot be hooked.
    Backend can_hook(const Functions& functions, std::string& why) const {
        Backend weakest = Backend::fentry;
        for (const Probe* function : functions) {
            const Backend backend = backend_for(function->name, why);
            if (backend == Backend::none)
                return backend;
            weakest = std::max(weakest, backend);
        }
        return weakest;
    }

    /// Adds the programs of functions that can be hooked.
    void hook(const Functions& functions) { hook(functions, plan_.programs); }

    void hook(const Functions& functions, std::vector<PlannedProgram>& programs) {
        for (const Probe* function : functions) {
            std::string why;
            const Backend backend = backend_for(function->name, why);
            const auto add = [&](std::string program) {
                PlannedProgram planned{std::move(program), std::string(function->name) + "()",
                                       function->zero_copy_only};
                if (std::ranges::find(programs, planned) == programs.end())
                    programs.push_back(std::move(planned));
            };
            if (function->entry)
                add(entry_program(backend, function->name));
            if (function->exit && !(function->name == "tcp_sendmsg" && ends_at_tracepoint()))
                add(exit_program(backend, function->name));
        }
    }

    /// tcp_sendmsg() returns to where a tracepoint is, which costs less than a hook of its exit.
    bool ends_at_tracepoint() const { return missing("sock_send_length").empty(); }

    /// Replaces what tracepoints and sampling give a path by what hooks give.
    void hooked(Path path, Backend backend, Quality bytes, Quality time) {
        PathPlan& plan = of(path);
        plan = {path, backend, Quality::exact, bytes, time, {}};
        if (time == Quality::bracketed)
            plan.reason = "the copy itself has no hook: timed between the functions called before and after it";
    }

    /// What keeps paths inside system calls from being traced; empty: nothing.
    std::string calls_missing() const { return missing_of(Path::send_syscall); }

    void plan_hooks() {
        for (const HookedPath& row : hooked_paths) {
            std::string why = calls_missing();
            const Functions functions = functions_of(row.hooked_with);
            const Backend backend = why.empty() ? can_hook(functions, why) : Backend::none;
            if (backend == Backend::none) {
                if (!row.unseen.empty())
                    sampled_only(row.path, std::string(row.unseen) + " are not seen: " + why);
                continue;
            }
            hook(functions);
            for (const Probe& probe : all_probes())
                if (probe.kind == ProbeKind::function && (probe.helps & path_bits({row.path})) != 0 &&
                    can_hook({&probe}, why) != Backend::none)
                    hook({&probe});
            if (const Functions aids = functions_for(ProbeAid::calibration);
                row.time == Quality::bracketed && can_hook(aids, why) != Backend::none)
                hook(aids, plan_.calibration);
            hooked(row.path, backend, row.bytes, row.time);
            if (row.noted != nullptr)
                plan_.*row.noted = true;
        }
    }

    /// Where only tracepoints are used they are as few as can be, for they are not cheap there; copy_out is sampled.
    void plan_copy_out() {
        if (!calls_missing().empty() || !may_hook() || !missing_of(Path::copy_out, true).empty())
            return;
        hooked(Path::copy_out, Backend::tracepoint, Quality::exact, Quality::bracketed);
        plan_.copy_out_timed = true;
    }

    void plan_notifications() {
        plan_.no_notifications = calls_missing();
        if (!plan_.no_notifications.empty())
            return;
        const Functions functions = functions_for(ProbeAid::notifications);
        if (can_hook(functions_of(Path::zc_complete), plan_.no_notifications) != Backend::none &&
            can_hook(functions, plan_.no_notifications) != Backend::none)
            hook(functions);
    }

    PathPlan& of(Path path) { return plan_.paths[index_of(path)]; }

    /// A path whose entry and exit are both seen.
    void timed(Path path, Quality bytes) {
        PathPlan& plan = of(path);
        plan.reason = missing_of(path);
        if (!plan.reason.empty())
            return;
        plan.backend = Backend::tracepoint;
        plan.calls = plan.time = Quality::exact;
        plan.bytes = bytes;
    }

    /// A path whose bytes are counted at a tracepoint, and whose time only samples can show.
    void counted(Path path) {
        PathPlan& plan = of(path);
        plan.reason = missing_of(path);
        if (plan.reason.empty()) {
            plan.backend = Backend::tracepoint;
            plan.calls = plan.bytes = Quality::exact;
        }
        if (plan_.sample_frequency != 0) {
            plan.time = Quality::sampled;
            if (plan.backend == Backend::none)
                plan.backend = Backend::sampler;
        } else {
            plan.reason += (plan.reason.empty() ? "" : "; ") + ("time: " + no_sampling_);
        }
    }

    /// A path that is a function without a tracepoint.
    void sampled_only(Path path, const std::string& why) {
        PathPlan& plan = of(path);
        plan.reason = why;
        if (plan_.sample_frequency == 0) {
            plan.reason += "; time: " + no_sampling_;
            return;
        }
        plan.backend = Backend::sampler;
        plan.time = Quality::sampled;
    }

    void plan_paths() {
        timed(Path::send_syscall, Quality::exact);
        timed(Path::recv_syscall, Quality::exact);
        timed(Path::errqueue_syscall, Quality::exact);
        timed(Path::wait_send, Quality::unavailable);
        timed(Path::wait_recv, Quality::unavailable);
        timed(Path::zc_complete, Quality::unavailable);
        if (PathPlan& complete = of(Path::zc_complete);
            complete.calls == Quality::exact && !features_.kernel_symbols.yes) {
            complete = {
                Path::zc_complete,    Backend::none,
                Quality::unavailable, Quality::unavailable,
                Quality::unavailable, "merged completions cannot be told apart: " + features_.kernel_symbols.evidence};
        }
        counted(Path::copy_in);
        counted(Path::pin);
        counted(Path::copy_out);
        counted(Path::deferred_copy);
        if (PathPlan& deferred = of(Path::deferred_copy); deferred.bytes == Quality::exact) {
            deferred.calls = deferred.bytes = Quality::estimated;
            deferred.reason +=
                (deferred.reason.empty() ? "" : "; ") +
                std::string("only copies for a receiver on this machine are seen: others, as for a packet "
                            "tap, need fentry or kprobes");
        }
    }

    /// Whether a tracepoint is of use beside what is hooked.
    bool is_of_use(const Probe& tracepoint) {
        const auto any_served = [&](auto&& is_so) {
            return std::ranges::any_of(all_paths, [&](Path path) { return serves(tracepoint, path) && is_so(path); });
        };
        switch (tracepoint.use) {
        case ProbeUse::beside_hooks:
            return any_served(
                [&](Path path) { return of(path).time == Quality::exact || of(path).time == Quality::bracketed; });
        case ProbeUse::without_hooks:
            return any_served([&](Path path) { return !is_hooked(path); }) ||
                   (tracepoint.attributes_samples && plan_.sample_frequency != 0);
        case ProbeUse::always:
            break;
        }
        return true;
    }

    /// Without samples a packet is looked at for zero-copy fragments only.
    bool is_for_zero_copy_only(const Probe& tracepoint) const {
        return tracepoint.zero_copy_only || (tracepoint.attributes_samples && plan_.sample_frequency == 0);
    }

    /// fentry programs are of the same type as those of typed tracepoints.
    bool is_typed(const Probe& tracepoint) const {
        return tracepoint.typed && may_use(Backend::fentry) && features_.fentry.yes;
    }

    /// Programs in a thread's own context are preempted where the kernel allows it. What it drops then is more than
    /// what a trace event costs. (Those in softirq, or in the scheduler, are never preempted.)
    bool is_event(const Probe& tracepoint) const {
        const auto event = features_.trace_events.find(std::string(tracepoint.name));
        return features_.preemptible_tracepoints.yes && event != features_.trace_events.end() && event->second.yes;
    }

    std::string name_of_program(const Probe& tracepoint) const {
        if (is_event(tracepoint))
            return event_program(tracepoint);
        return is_typed(tracepoint) ? typed_program(tracepoint) : raw_program(tracepoint);
    }

    bool is_hooked(Path path) { return of(path).backend == Backend::fentry || of(path).backend == Backend::kprobe; }

    void choose_programs() {
        for (const Probe& probe : all_probes()) {
            if (probe.kind != ProbeKind::tracepoint || !is_of_use(probe) || !missing(probe.name).empty())
                continue;
            const PlannedProgram program{name_of_program(probe), std::string(probe.name), is_for_zero_copy_only(probe)};
            plan_.programs.push_back(program);
            if (probe.twice)
                plan_.programs.push_back({second_program(probe), program.target, program.zero_copy_only});
            if (plan_.dropped_hits.empty())
                plan_.dropped_hits = why_hits_are_dropped(probe);
        }
    }

    /// Empty where they are not.
    std::string why_hits_are_dropped(const Probe& tracepoint) const {
        const auto event = features_.trace_events.find(std::string(tracepoint.name));
        if (!features_.preemptible_tracepoints.yes || event == features_.trace_events.end() || event->second.yes)
            return {};
        const Ability& refusal = event->second;
        return "the program at " + std::string(tracepoint.name) +
               " can be preempted, and meanwhile the kernel drops the hits of other threads: " + refusal.evidence +
               (refusal.hint.empty() ? "" : " (" + refusal.hint + ")");
    }

    void name_backends() {
        const auto add = [this](std::string_view name) {
            plan_.backends += (plan_.backends.empty() ? "" : " + ") + std::string(name);
        };
        for (Backend backend : {Backend::fentry, Backend::kprobe, Backend::tracepoint})
            if (std::ranges::find(plan_.paths, backend, &PathPlan::backend) != plan_.paths.end())
                add(name_of(backend));
        if (plan_.sample_frequency != 0)
            add(name_of(Backend::sampler));
        if (plan_.backends.empty())
            plan_.backends = "none";
    }

    const Features& features_;
    const PlanRequest& request_;
    ProbePlan plan_;
    std::string no_sampling_;
};

} // namespace

bool ProbePlan::has(std::string_view program) const {
    return std::ranges::find(programs, program, &PlannedProgram::name) != programs.end();
}

std::string ProbePlan::target_of(std::string_view program) const {
    for (const auto* planned : {&programs, &calibration})
        if (const auto found = std::ranges::find(*planned, program, &PlannedProgram::name); found != planned->end())
            return found->target;
    return {};
}

ProbePlan make_plan(const Features& features, const PlanRequest& request) { return Planner(features, request).make(); }

} // namespace netio::tracer
