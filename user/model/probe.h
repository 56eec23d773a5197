// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/loss.h"
#include "model/path.h"

namespace netio {

/// What the programs of a probe are attached to.
enum class ProbeKind { tracepoint, function, clock };

/// When a tracepoint is of use.
enum class ProbeUse {
    always,
    beside_hooks, ///< where the paths that it serves are timed at their edges
    without_hooks ///< where they are not hooked, or, for a probe that attributes samples, where samples are taken
};

/// What functions are hooked for that serve no path.
enum class ProbeAid { none, notifications, calibration };

/// A place in the kernel that programs of the tracer are attached to. A program is named after it, with a prefix that
/// says how: tp_, btf_, event_ for a tracepoint; fentry_, fexit_, kprobe_, kretprobe_ for a function.
struct Probe {
    std::string_view name;
    ProbeKind kind = ProbeKind::function;
    bool entry = false;                ///< of a function: its entry is hooked
    bool exit = false;                 ///< of a function: its exit is hooked
    bool typed = false;                ///< of a tracepoint: has a program btf_NAME, which reads its arguments for less
    std::string_view event_group = {}; ///< of a tracepoint: of its trace event, for which there is a program event_NAME
    bool twice = false; ///< of a tracepoint: has a program again_NAME, which does the same: only what both miss is lost
    ProbeUse use = ProbeUse::always;
    ProbeAid aid = ProbeAid::none;
    PathBits serves = 0;             ///< paths that are counted or timed by it, and not without it
    PathBits helps = 0;              ///< paths that use it where a kernel has it, and do without
    bool zero_copy_only = false;     ///< of use only to cells whose sender uses MSG_ZEROCOPY
    bool attributes_samples = false; ///< tells whose the samples in softirq are
    bool has_second_look = false;    ///< another probe looks for the same: only what both miss is lost
    LossKind missed = {};            ///< what missed hits take away
};

/// All probes. Those that one path needs are attached in this order.
[[nodiscard]] std::span<const Probe> all_probes();

/// The probe of a tracepoint or function; null when there is none.
[[nodiscard]] const Probe* find_probe(std::string_view name);
/// The probe that a program is named after; null when there is none.
[[nodiscard]] const Probe* probe_of_program(std::string_view program);

/// The names of its programs.
[[nodiscard]] std::string raw_program(const Probe& tracepoint);
[[nodiscard]] std::string typed_program(const Probe& tracepoint);
[[nodiscard]] std::string event_program(const Probe& tracepoint);
[[nodiscard]] std::string second_program(const Probe& tracepoint);
/// `backend` is fentry or kprobe.
[[nodiscard]] std::string entry_program(Backend backend, std::string_view function);
[[nodiscard]] std::string exit_program(Backend backend, std::string_view function);

/// What a kernel must allow for a program: programs of typed tracepoints are of the type that fentry programs have.
[[nodiscard]] Backend backend_of_program(std::string_view program);

/// The sampler's program.
inline constexpr std::string_view sampler_program = "on_sample";

} // namespace netio
