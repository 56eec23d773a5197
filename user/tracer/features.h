// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <map>
#include <string>

#include "base/result.h"

namespace netio::tracer {

/// The answer to one question that was put to the kernel by trying it.
struct Ability {
    bool yes = false;
    std::string evidence; ///< what was tried and what the kernel said
    std::string hint;     ///< what the user can do about a no; may be empty
    bool known = true;    ///< false: it could not be tried, and a no is assumed
};

/// Whether each of the exact backends can hook a function.
struct FunctionAbilities {
    Ability fentry;
    Ability kprobe;
};

/// What this kernel and this process's privileges allow; every member was probed, none inferred from a version.
struct Features {
    Ability btf;    ///< /sys/kernel/btf/vmlinux can be read
    Ability bpf;    ///< a BPF program can be loaded
    Ability fentry; ///< BPF_PROG_TYPE_TRACING loads and attaches
    Ability kprobe; ///< a BPF program can be attached to a kprobe
    Ability raw_tracepoint;
    Ability
        preemptible_tracepoints; ///< programs of raw tracepoints can be preempted, and then drop other threads' hits
    Ability cpu_clock_sampling;
    /// What each of the tracer's programs needs of BPF, by a short name; asked only where a program can be loaded.
    std::map<std::string, Ability> needed_of_bpf;
    Ability kernel_symbols;                     ///< /proc/kallsyms shows addresses
    std::map<std::string, Ability> tracepoints; ///< each that a plan may use, by name ("sys_enter")
    /// Trace events for perf of those tracepoints that have a program for it, by the same names; asked only where raw
    /// tracepoints are preemptible.
    std::map<std::string, Ability> trace_events;
    std::map<std::string, FunctionAbilities>
        functions; ///< each that a plan may hook; asked only where the backend works
};

[[nodiscard]] Features probe_features();

} // namespace netio::tracer
