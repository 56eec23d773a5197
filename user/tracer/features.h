// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace netio::tracer {

/// The answer to one question that was put to the kernel by trying it.
struct Answer {
    bool yes = false;
    std::string evidence; ///< what was tried and what the kernel said
    std::string way_out;  ///< what the user can do about a no; may be empty
};

/// What this kernel and this process's privileges allow; every member was probed, none inferred from a version.
struct Features {
    Answer btf;    ///< /sys/kernel/btf/vmlinux can be read
    Answer bpf;    ///< a BPF program can be loaded
    Answer fentry; ///< BPF_PROG_TYPE_TRACING loads and attaches
    Answer kprobe; ///< a kprobe can be opened
    Answer raw_tracepoint;
    Answer cpu_clock_sampling;
    Answer kernel_symbols;                     ///< /proc/kallsyms shows addresses
    std::map<std::string, Answer> tracepoints; ///< each that a plan may use, by name ("tcp_sendmsg_locked")
};

[[nodiscard]] Features probe_features();

} // namespace netio::tracer
