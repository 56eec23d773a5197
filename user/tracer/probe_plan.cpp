// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/probe_plan.h"

#include <algorithm>
#include <initializer_list>
#include <span>

#include "tracer/hooks.h"

namespace netio::tracer {
namespace {

constexpr std::array<TracepointProgram, 13> programs_of_backend{{
    {"tp_sys_enter", "sys_enter", false, "btf_sys_enter", "raw_syscalls"},
    {"tp_sys_exit", "sys_exit", false, {}, "raw_syscalls"},
    {"tp_sched_switch", "sched_switch", false, "btf_sched_switch"},
    {"tp_task_newtask", "task_newtask", false},
    {"tp_sched_process_free", "sched_process_free", false},
    {"tp_tcp_destroy_sock", "tcp_destroy_sock", false},
    {"tp_skb_copy_datagram_iovec", "skb_copy_datagram_iovec", false, {}, "skb"},
    {"tp_tcp_rcv_space_adjust", "tcp_rcv_space_adjust", false},
    {"tp_sock_send_length", "sock_send_length", false, {}, "sock"},
    {"tp_netif_receive_skb", "netif_receive_skb", false},
    {"tp_inet_sk_error_report", "inet_sk_error_report", true},
    {"tp_consume_skb", "consume_skb", true},
    {"tp_tcp_retransmit_skb", "tcp_retransmit_skb", true},
}};

constexpr std::array<std::string_view, 1> send_functions{"tcp_sendmsg"};
constexpr std::array<std::string_view, 8> copy_in_functions{
    "tcp_sendmsg",          "tcp_wmem_schedule",         "sk_page_frag_refill",
    "tcp_stream_alloc_skb", "__tcp_push_pending_frames", "tcp_push_one",
    "__sk_flush_backlog",   "skb_zerocopy_iter_stream"};
/// Of use where a kernel has it to be hooked: the end of a call's last copy, whether or not that is sent at once.
constexpr std::array<std::string_view, 1> push_functions{"tcp_push"};
constexpr std::array<std::string_view, 1> splice_functions{"skb_splice_from_iter"};
constexpr std::array<std::string_view, 1> deferred_copy_functions{"skb_copy_ubufs"};
/// Each of the two needs the other, to tell what is whose.
constexpr std::array<std::string_view, 2> skb_copy_functions{"__pskb_pull_tail", "skb_copy_bits"};
constexpr std::array<std::string_view, 1> completion_functions{"__msg_zerocopy_callback"};
constexpr std::array<std::string_view, 2> calibration_functions{"bpf_fentry_test1", "bpf_fentry_test2"};
constexpr std::array<std::string_view, 1> notification_functions{"sock_dequeue_err_skb"};

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
        plan_functions();
        plan_copies();
        plan_skb_paths();
        plan_zero_copy();
        choose_programs();
        name_backends();
        return std::move(plan_);
    }

  private:
    void find_obstacles() {
        if (!features_.btf.yes)
            plan_.impossible.push_back("the kernel's types (BTF) are not known: " + features_.btf.evidence);
        if (!features_.bpf.yes)
            plan_.impossible.push_back("no BPF program can be loaded: " + features_.bpf.evidence);
        else if (!features_.raw_tracepoint.yes)
            plan_.impossible.push_back("no BPF program can be attached: " + features_.raw_tracepoint.evidence);
        for (const auto& [ability, answer] : features_.needed_of_bpf)
            if (features_.bpf.yes && !answer.yes)
                plan_.impossible.push_back(answer.evidence);
        if (request_.backend == Backend::fentry && !features_.fentry.yes)
            plan_.impossible.push_back("the backend fentry does not work here: " + features_.fentry.evidence);
        if (request_.backend == Backend::kprobe && !features_.kprobe.yes)
            plan_.impossible.push_back("the backend kprobe does not work here: " + features_.kprobe.evidence);
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

    /// Empty when all of them are there, else the reason.
    std::string missing(std::initializer_list<std::string_view> tracepoints) const {
        for (std::string_view tracepoint : tracepoints) {
            const auto found = features_.tracepoints.find(std::string(tracepoint));
            if (found == features_.tracepoints.end())
                return "tracepoint " + std::string(tracepoint) + " was not looked for";
            if (!found->second.yes)
                return "tracepoint " + std::string(tracepoint) + ": " + found->second.evidence;
        }
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
            why = std::string(function) + "() was not looked for";
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
    Backend can_hook(std::span<const std::string_view> functions, std::string& why) const {
        Backend weakest = Backend::fentry;
        for (std::string_view function : functions) {
            const Backend backend = backend_for(function, why);
            if (backend == Backend::none)
                return backend;
            weakest = std::max(weakest, backend);
        }
        return weakest;
    }

    /// Adds the programs of functions that can be hooked.
    void hook(std::span<const std::string_view> functions) { hook(functions, plan_.programs); }

    void hook(std::span<const std::string_view> functions, std::vector<PlannedProgram>& programs) {
        for (std::string_view name : functions) {
            std::string why;
            const Backend backend = backend_for(name, why);
            const HookedFunction* function = find_hooked_function(name);
            const auto add = [&](std::string program) {
                PlannedProgram planned{std::move(program), std::string(name) + "()", function->zero_copy_only};
                if (std::ranges::find(programs, planned) == programs.end())
                    programs.push_back(std::move(planned));
            };
            if (function->entry)
                add(entry_program(backend, name));
            if (function->exit && !(name == "tcp_sendmsg" && ends_at_tracepoint()))
                add(exit_program(backend, name));
        }
    }

    /// tcp_sendmsg() returns to where a tracepoint is, which costs less than a hook of its exit.
    bool ends_at_tracepoint() const { return missing({"sock_send_length"}).empty(); }

    /// Replaces what tracepoints and sampling give a path by what hooks give.
    void hooked(Path path, Backend backend, Quality bytes, Quality time) {
        PathPlan& plan = of(path);
        plan = {path, backend, Quality::exact, bytes, time, {}};
        if (time == Quality::bracketed)
            plan.reason = "the copy itself cannot be hooked: timed between the functions called before and after it";
    }

    /// What keeps paths inside system calls from being traced; empty: nothing.
    std::string calls_missing() const { return missing({"sys_enter", "sys_exit"}); }

    void plan_functions() {
        if (!calls_missing().empty())
            return;
        std::string why;
        if (const Backend backend = can_hook(send_functions, why); backend != Backend::none) {
            hook(send_functions);
            hooked(Path::tcp_sendmsg, backend, Quality::unavailable, Quality::exact);
        } else {
            sampled_only(Path::tcp_sendmsg, "calls of tcp_sendmsg() are not seen: " + why);
        }
    }

    void plan_copies() {
        if (!calls_missing().empty())
            return;
        std::string why;
        if (const Backend backend = can_hook(copy_in_functions, why); backend != Backend::none) {
            hook(copy_in_functions);
            if (can_hook(push_functions, why) != Backend::none)
                hook(push_functions);
            // Only kernels that splice with it have it.
            if (can_hook(splice_functions, why) != Backend::none)
                hook(splice_functions);
            if (can_hook(calibration_functions, why) != Backend::none)
                hook(calibration_functions, plan_.calibration);
            hooked(Path::copy_in, backend, Quality::exact, Quality::bracketed);
            hooked(Path::pin, backend, Quality::exact, Quality::exact);
            plan_.copy_in_hooked = true;
        }
        plan_copy_out();
    }

    /// Where only tracepoints are used they are as few as can be, for they are not cheap there; copy_out is sampled.
    void plan_copy_out() {
        if (!may_hook() || !missing({"skb_copy_datagram_iovec", "tcp_rcv_space_adjust"}).empty())
            return;
        hooked(Path::copy_out, Backend::tracepoint, Quality::exact, Quality::bracketed);
        plan_.copy_out_timed = true;
    }

    void plan_skb_paths() {
        if (!calls_missing().empty())
            return;
        std::string why;
        if (const Backend backend = can_hook(deferred_copy_functions, why); backend != Backend::none) {
            hook(deferred_copy_functions);
            hooked(Path::deferred_copy, backend, Quality::exact, Quality::exact);
            plan_.deferred_copy_hooked = true;
        }
        if (const Backend backend = can_hook(skb_copy_functions, why); backend != Backend::none) {
            hook(skb_copy_functions);
            hooked(Path::linearize, backend, Quality::exact, Quality::exact);
            hooked(Path::skb_copy, backend, Quality::exact, Quality::exact);
        } else {
            sampled_only(Path::linearize, "calls and bytes of __pskb_pull_tail() are not seen: " + why);
            sampled_only(Path::skb_copy, "calls and bytes of skb_copy() and kin are not seen: " + why);
        }
    }

    void plan_zero_copy() {
        plan_.no_notifications = calls_missing();
        if (!plan_.no_notifications.empty())
            return;
        if (const Backend backend = can_hook(completion_functions, plan_.no_notifications); backend != Backend::none) {
            hook(completion_functions);
            hooked(Path::zc_complete, backend, Quality::unavailable, Quality::exact);
            plan_.completion_hooked = true;
        }
        if (can_hook(notification_functions, plan_.no_notifications) != Backend::none)
            hook(notification_functions);
    }

    PathPlan& of(Path path) { return plan_.paths[index_of(path)]; }

    /// A path whose entry and exit are both seen.
    void timed(Path path, std::initializer_list<std::string_view> needs, Quality bytes) {
        PathPlan& plan = of(path);
        plan.reason = missing(needs);
        if (!plan.reason.empty())
            return;
        plan.backend = Backend::tracepoint;
        plan.calls = plan.time = Quality::exact;
        plan.bytes = bytes;
    }

    /// A path whose bytes are counted at a tracepoint, and whose time only samples can show.
    void counted(Path path, std::initializer_list<std::string_view> needs) {
        PathPlan& plan = of(path);
        plan.reason = missing(needs);
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
        timed(Path::send_syscall, {"sys_enter", "sys_exit"}, Quality::exact);
        timed(Path::recv_syscall, {"sys_enter", "sys_exit"}, Quality::exact);
        timed(Path::errqueue_syscall, {"sys_enter", "sys_exit"}, Quality::exact);
        timed(Path::wait_send, {"sys_enter", "sys_exit", "sched_switch"}, Quality::unavailable);
        timed(Path::wait_recv, {"sys_enter", "sys_exit", "sched_switch"}, Quality::unavailable);
        timed(Path::zc_complete, {"sys_enter", "sys_exit", "inet_sk_error_report", "consume_skb"},
              Quality::unavailable);
        if (PathPlan& complete = of(Path::zc_complete);
            complete.calls == Quality::exact && !features_.kernel_symbols.yes) {
            complete = {
                Path::zc_complete,    Backend::none,
                Quality::unavailable, Quality::unavailable,
                Quality::unavailable, "merged completions cannot be told apart: " + features_.kernel_symbols.evidence};
        }
        counted(Path::copy_in, {"sys_enter", "sys_exit"});
        counted(Path::pin, {"sys_enter", "sys_exit"});
        counted(Path::copy_out, {"sys_enter", "sys_exit"});
        counted(Path::deferred_copy, {"sys_enter", "sys_exit", "netif_receive_skb", "tcp_retransmit_skb"});
        sampled_only(Path::tcp_sendmsg,
                     "calls of tcp_sendmsg() need fentry or kprobes: no tracepoint is at its entry or exit");
        sampled_only(Path::linearize,
                     "calls and bytes of __pskb_pull_tail() need fentry or kprobes: it has no tracepoint");
        sampled_only(Path::skb_copy,
                     "calls and bytes of skb_copy() and kin need fentry or kprobes: they have no tracepoint");
    }

    /// Whether a tracepoint is of use beside what is hooked.
    bool is_of_use(const TracepointProgram& program) {
        if (program.tracepoint == "skb_copy_datagram_iovec" || program.tracepoint == "tcp_rcv_space_adjust")
            return plan_.copy_out_timed;
        if (program.tracepoint == "sock_send_length")
            return is_hooked(Path::tcp_sendmsg);
        if (program.tracepoint == "netif_receive_skb")
            return !plan_.deferred_copy_hooked || plan_.sample_frequency != 0;
        if (program.tracepoint == "inet_sk_error_report" || program.tracepoint == "consume_skb")
            return !plan_.completion_hooked;
        if (program.tracepoint == "tcp_retransmit_skb")
            return !plan_.deferred_copy_hooked;
        return true;
    }

    /// Without samples a packet is looked at for zero-copy fragments only.
    bool is_for_zero_copy_only(const TracepointProgram& program) const {
        return program.zero_copy_only || (program.tracepoint == "netif_receive_skb" && plan_.sample_frequency == 0);
    }

    /// fentry programs are of the same type as those of typed tracepoints.
    bool is_typed(const TracepointProgram& program) const {
        return !program.typed_program.empty() && may_use(Backend::fentry) && features_.fentry.yes;
    }

    /// Programs in a thread's own context are preempted where the kernel allows it. What it drops then is more than
    /// what a trace event costs. (Those in softirq, or in the scheduler, are never preempted.)
    bool is_event(const TracepointProgram& program) const {
        const auto event = features_.trace_events.find(std::string(program.tracepoint));
        return features_.preemptible_tracepoints.yes && event != features_.trace_events.end() && event->second.yes;
    }

    std::string name_of_program(const TracepointProgram& program) const {
        if (is_event(program))
            return "event_" + std::string(program.tracepoint);
        return std::string(is_typed(program) ? program.typed_program : program.program);
    }

    bool is_hooked(Path path) { return of(path).backend == Backend::fentry || of(path).backend == Backend::kprobe; }

    void choose_programs() {
        for (const TracepointProgram& program : programs_of_backend) {
            if (!is_of_use(program) || !missing({program.tracepoint}).empty())
                continue;
            plan_.programs.push_back(
                {name_of_program(program), std::string(program.tracepoint), is_for_zero_copy_only(program)});
            if (plan_.dropped_hits.empty())
                plan_.dropped_hits = why_hits_are_dropped(program);
        }
    }

    /// Empty where they are not.
    std::string why_hits_are_dropped(const TracepointProgram& program) const {
        const auto event = features_.trace_events.find(std::string(program.tracepoint));
        if (!features_.preemptible_tracepoints.yes || event == features_.trace_events.end() || event->second.yes)
            return {};
        const Answer& refusal = event->second;
        return "a thread can be preempted inside the program at " + std::string(program.tracepoint) +
               ", and until it goes on the kernel drops the hits of others there: " + refusal.evidence +
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

std::span<const TracepointProgram> tracepoint_programs() { return programs_of_backend; }

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
