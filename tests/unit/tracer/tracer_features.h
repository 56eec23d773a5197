// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "model/probe.h"
#include "tracer/features.h"
#include "tracer/probe_plan.h"

namespace netio::tracer {

inline std::vector<Probe> probes_of(ProbeKind kind) {
    std::vector<Probe> probes;
    for (const Probe& probe : all_probes())
        if (probe.kind == kind)
            probes.push_back(probe);
    return probes;
}

/// A kernel that refuses nothing.
inline Features everything() {
    const Ability yes{true, "tried", {}};
    Features features;
    features.btf = features.bpf = features.raw_tracepoint = features.cpu_clock_sampling = features.kernel_symbols = yes;
    features.fentry = features.kprobe = yes;
    for (const Probe& tracepoint : probes_of(ProbeKind::tracepoint))
        features.tracepoints[std::string(tracepoint.name)] = yes;
    for (const Probe& function : probes_of(ProbeKind::function))
        features.functions[std::string(function.name)] = {yes, yes};
    return features;
}

inline Features without_fentry(Features features) {
    features.fentry = {false, "cannot attach: Operation not supported [EOPNOTSUPP]", {}};
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
    for (const Probe& tracepoint : probes_of(ProbeKind::tracepoint))
        if (!tracepoint.event_group.empty())
            features.trace_events[std::string(tracepoint.name)] = {true, "tried", {}};
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
