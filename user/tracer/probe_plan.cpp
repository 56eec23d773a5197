// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/probe_plan.h"

#include <algorithm>
#include <initializer_list>

namespace netio::tracer {
namespace {

constexpr std::array<TracepointProgram, 8> programs_of_backend{{
    {"tp_sys_enter", "sys_enter", false},
    {"tp_sys_exit", "sys_exit", false},
    {"tp_sched_switch", "sched_switch", false},
    {"tp_tcp_destroy_sock", "tcp_destroy_sock", false},
    {"tp_netif_receive_skb", "netif_receive_skb", false},
    {"tp_inet_sk_error_report", "inet_sk_error_report", true},
    {"tp_consume_skb", "consume_skb", true},
    {"tp_tcp_retransmit_skb", "tcp_retransmit_skb", true},
}};

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
    }

    void plan_sampler() {
        if (request_.sample_frequency == 0)
            no_sampling_ = "sampling was switched off";
        else if (!features_.cpu_clock_sampling.yes)
            no_sampling_ = "no sampling: " + features_.cpu_clock_sampling.evidence;
        else if (!features_.kernel_symbols.yes)
            no_sampling_ = "no sampling: " + features_.kernel_symbols.evidence;
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

    void choose_programs() {
        for (const TracepointProgram& program : programs_of_backend)
            if (missing({program.tracepoint}).empty())
                plan_.programs.emplace_back(program.program);
        if (plan_.sample_frequency != 0)
            plan_.programs.emplace_back(sampler_program);
    }

    void name_backends() {
        const bool tracepoints = plan_.programs.size() > (plan_.sample_frequency != 0 ? 1 : 0);
        plan_.backends = tracepoints ? "tracepoint" : "";
        if (plan_.sample_frequency != 0)
            plan_.backends += tracepoints ? " + sampler" : "sampler";
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

bool ProbePlan::has(std::string_view program) const { return std::ranges::find(programs, program) != programs.end(); }

ProbePlan make_plan(const Features& features, const PlanRequest& request) { return Planner(features, request).make(); }

} // namespace netio::tracer
