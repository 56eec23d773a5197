// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "tracer/features.h"
#include "tracer/hooks.h"
#include "tracer/probe_plan.h"

namespace netio::tracer {

/// A kernel that refuses nothing.
inline Features everything() {
    const Answer yes{true, "tried", {}};
    Features features;
    features.btf = features.bpf = features.raw_tracepoint = features.cpu_clock_sampling = features.kernel_symbols = yes;
    features.fentry = features.kprobe = yes;
    for (const TracepointProgram& program : tracepoint_programs())
        features.tracepoints[std::string(program.tracepoint)] = yes;
    for (const HookedFunction& function : hooked_functions())
        features.functions[std::string(function.name)] = {yes, yes};
    return features;
}

inline Features without_fentry(Features features) {
    features.fentry = {false, "attaching answered Operation not supported [EOPNOTSUPP]", {}};
    for (auto& [name, answers] : features.functions)
        answers.fentry = features.fentry;
    return features;
}

/// A kernel before 6.5, in which the end of tcp_sendmsg() has no tracepoint.
inline Features without_sock_send_length(Features features) {
    features.tracepoints["sock_send_length"] = {false, "there is no such tracepoint", {}};
    return features;
}

/// A kernel since 7.2, in which a thread is preempted inside a program of a raw tracepoint.
inline Features with_preemptible_tracepoints(Features features) {
    features.preemptible_tracepoints = {true, "a program at sys_enter ran with preemption enabled", {}};
    for (const TracepointProgram& program : tracepoint_programs())
        if (!program.event_group.empty())
            features.trace_events[std::string(program.tracepoint)] = {true, "tried", {}};
    return features;
}

inline Features without_kprobes(Features features) {
    features.kprobe = {false, "the kernel has no kprobe event source", {}};
    for (auto& [name, answers] : features.functions)
        answers.kprobe = features.kprobe;
    return features;
}

inline Features only_tracepoints() { return without_kprobes(without_fentry(everything())); }

} // namespace netio::tracer
