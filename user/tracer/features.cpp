// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/features.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "base/capability.h"
#include "base/unique_fd.h"
#include "model/probe.h"
#include "preemption.skel.h"
#include "tracer/kernel_symbols.h"
#include "tracer/libbpf_log.h"
#include "tracer/probe_plan.h"
#include "tracer/trivial_program.h"

namespace netio::tracer {
namespace {

constexpr const char* btf_path = "/sys/kernel/btf/vmlinux";

std::string words_of(int errno_value) { return system_error("", errno_value).why; }

Ability yes(std::string evidence) { return {true, std::move(evidence), {}}; }
Ability no(std::string evidence, std::string hint = {}) { return {false, std::move(evidence), std::move(hint)}; }

/// Of what could not be tried.
Ability unknown(std::string evidence) { return {false, std::move(evidence), {}, false}; }

Ability probe_btf() {
    if (access(btf_path, R_OK) == 0)
        return yes(std::string(btf_path) + " can be read");
    return no(std::string(btf_path) + ": " + words_of(errno), "use a kernel built with CONFIG_DEBUG_INFO_BTF=y");
}

/// What a refusal of a program means to a process without the capabilities to load any; nothing where it has these, or
/// was refused for another reason. A kernel lets CAP_SYS_ADMIN stand in for both (bpf_capable() and perfmon_capable()).
std::optional<Ability> missing_privileges(const std::string& refused, int errno_value) {
    if ((errno_value != EPERM && errno_value != EACCES) || has_capability(CAP_SYS_ADMIN))
        return std::nullopt;
    std::string lacking;
    for (const auto& [number, name] : {std::pair{CAP_BPF, "CAP_BPF"}, std::pair{CAP_PERFMON, "CAP_PERFMON"}})
        if (!has_capability(static_cast<unsigned>(number)))
            lacking += (lacking.empty() ? "" : " and ") + std::string(name);
    if (lacking.empty())
        return std::nullopt;
    return no(refused + ": " + lacking + (lacking.find(' ') == std::string::npos ? " is" : " are") + " not held",
              "run as root, or give the program these capabilities");
}

Ability explain_bpf_refusal(int errno_value) {
    const std::string refused = "BPF_PROG_LOAD failed: " + words_of(errno_value);
    if (errno_value == ENOSYS)
        return no(refused, "use a kernel built with CONFIG_BPF_SYSCALL=y");
    if (errno_value != EPERM && errno_value != EACCES)
        return no(refused);
    if (const auto lacking = missing_privileges(refused, errno_value))
        return *lacking;
    return no(refused + " although CAP_BPF and CAP_PERFMON are held: they do not count in a user namespace, and a "
                        "container's system call filter may forbid bpf(2)",
              "run outside of the container, or in a privileged one");
}

Ability probe_bpf() {
    if (load_trivial_program(BPF_PROG_TYPE_RAW_TRACEPOINT))
        return yes("loaded a program");
    return explain_bpf_refusal(errno);
}

/// The verifier looks for the helper before its arguments: EACCES is about these, for there are none; EINVAL says that
/// this kernel, or this type of program, does not have the helper.
bool has_helper(bpf_func_id helper) {
    const std::array<bpf_insn, 3> call{{
        {BPF_JMP | BPF_CALL, 0, 0, 0, helper},
        {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0},
        {BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
    }};
    const UniqueFd program(
        bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "netio_probe", "GPL", call.data(), call.size(), nullptr));
    return program.valid() || errno == EACCES;
}

/// An addition to the stack that returns what was there before.
bool has_returning_atomics() {
    const std::array<bpf_insn, 5> program{{
        {BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8, 0},
        {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, 1},
        {BPF_STX | BPF_ATOMIC | BPF_DW, BPF_REG_10, BPF_REG_1, -8, BPF_ADD | BPF_FETCH},
        {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0},
        {BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
    }};
    return UniqueFd(bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "netio_probe", "GPL", program.data(), program.size(),
                                  nullptr))
        .valid();
}

/// "[none] integrity confidentiality" in /sys/kernel/security/lockdown; empty where that cannot be read.
std::string lockdown() {
    std::ifstream file("/sys/kernel/security/lockdown");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::size_t begin = text.find('[');
    const std::size_t end = text.find(']', begin == std::string::npos ? text.size() : begin);
    return end == std::string::npos ? std::string{} : text.substr(begin + 1, end - begin - 1);
}

/// What came last into the kernel of what the tracer's programs are made of, so that a kernel without it is told by
/// name. fexit programs also use bpf_get_func_ret(), which came with bpf_loop().
void probe_needs(Features& features) {
    auto& needs = features.needed_of_bpf;
    needs["atomics"] = has_returning_atomics()
                           ? yes("loaded a program with an atomic operation that returns a value")
                           : no("BPF of this kernel has no atomic operations that return a value (Linux 5.12)",
                                "use Linux 5.17 or later");
    needs["bpf_loop"] = has_helper(BPF_FUNC_loop)
                            ? yes("the verifier accepts bpf_loop()")
                            : no("BPF of this kernel has no bpf_loop() (Linux 5.17)", "use Linux 5.17 or later");
    const std::string level = lockdown();
    needs["read_kernel"] = has_helper(BPF_FUNC_probe_read_kernel)
                               ? yes("the verifier accepts bpf_probe_read_kernel()")
                               : no("BPF programs may not read kernel memory (bpf_probe_read_kernel() is refused): " +
                                        (level.empty() ? "the kernel is locked down for confidentiality"
                                                       : "/sys/kernel/security/lockdown says " + level),
                                    "boot with lockdown=integrity, which allows it");
}

/// What the kernel answered to perf_event_open(2). Debian and Ubuntu know a level of kernel.perf_event_paranoid beyond
/// those of the kernel itself, with which CAP_PERFMON is not enough.
Ability explain_event_refusal(const std::string& step, int errno_value) {
    const std::string refused = step + " answered " + words_of(errno_value);
    if (errno_value != EPERM && errno_value != EACCES)
        return no(refused);
    if (!has_capability(CAP_PERFMON) && !has_capability(CAP_SYS_ADMIN))
        return no(refused + ": CAP_PERFMON is not held", "run as root, or with CAP_PERFMON");
    std::ifstream file("/proc/sys/kernel/perf_event_paranoid");
    int level = 0;
    if ((file >> level) && level > 2)
        return no(refused + ": kernel.perf_event_paranoid is " + std::to_string(level) +
                      ": this kernel wants CAP_SYS_ADMIN",
                  "give the program CAP_SYS_ADMIN too, or as root: sysctl -w kernel.perf_event_paranoid=2");
    return no(refused, "run as root; in a container, allow perf_event_open(2) in its system call filter");
}

/// Of a program of another type than probe_bpf() loads.
Ability explain_load_refusal(const std::string& step, int errno_value) {
    const std::string refused = step + ": " + words_of(errno_value);
    return missing_privileges(refused, errno_value).value_or(no(refused));
}

Ability explain_tracing_refusal(const std::string& step, int errno_value) {
    Ability refusal = explain_load_refusal(step, errno_value);
    if (errno_value != EPERM || !refusal.hint.empty())
        return refusal;
    const std::string level = lockdown();
    refusal.evidence +=
        level.empty() ? ": the kernel forbids tracing programs" : ": /sys/kernel/security/lockdown says " + level;
    if (level == "confidentiality")
        refusal.hint = "boot with lockdown=integrity, which allows it";
    return refusal;
}

/// Attaches a program to the entry of a function and detaches it again. The exit needs the same of the kernel.
Ability attach_fentry(const KernelTypes& types, const std::string& function) {
    const UniqueFd program = load_trivial_fentry(types, function);
    if (!program && errno == ENOENT)
        return no(function + "() is not in the kernel's BTF");
    if (!program)
        return explain_tracing_refusal("cannot load a tracing program for " + function + "()", errno);
    const UniqueFd link(bpf_raw_tracepoint_open(nullptr, program.get()));
    if (!link)
        return no("cannot attach a tracing program to " + function + "(): " + words_of(errno),
                  "on arm64 use Linux 6.4 or later");
    return yes("attached to " + function + "() and detached again");
}

/// Opens a kprobe on a function, attaches a program and detaches it again.
Ability attach_kprobe(unsigned event_type, const std::string& function) {
    perf_event_attr attributes{};
    attributes.size = sizeof(attributes);
    attributes.type = event_type;
    attributes.config1 = reinterpret_cast<std::uintptr_t>(function.c_str());
    const UniqueFd event(static_cast<int>(syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC)));
    if (!event)
        return explain_event_refusal("opening a kprobe on " + function + "()", errno);
    const UniqueFd program = load_trivial_program(BPF_PROG_TYPE_KPROBE);
    if (!program)
        return explain_load_refusal("cannot load a kprobe program", errno);
    const UniqueFd link(bpf_link_create(program.get(), event.get(), BPF_PERF_EVENT, nullptr));
    if (!link)
        return no("cannot attach a program to the kprobe on " + function + "(): " + words_of(errno));
    return yes("attached to " + function + "() and detached again");
}

/// The dynamic perf event type of kprobes; 0: the kernel has none.
unsigned kprobe_event_type() {
    std::ifstream file("/sys/bus/event_source/devices/kprobe/type");
    unsigned type = 0;
    file >> type;
    return file ? type : 0;
}

bool ftrace_is_off() {
    std::ifstream file("/proc/sys/kernel/ftrace_enabled");
    int value = 1;
    return (file >> value) && value == 0;
}

void probe_functions(Features& features) {
    const unsigned kprobe_type = kprobe_event_type();
    const KernelTypes types = KernelTypes::load();
    // Attached all the same, and the kernel's log would have a warning of it (register_ftrace_function_nolock()).
    features.fentry = ftrace_is_off() ? no("kernel.ftrace_enabled is 0: attached programs would not run",
                                           "as root: sysctl -w kernel.ftrace_enabled=1")
                                      : attach_fentry(types, "tcp_sendmsg");
    features.kprobe = kprobe_type != 0
                          ? attach_kprobe(kprobe_type, "tcp_sendmsg")
                          : no("the kernel has no kprobe event source", "use a kernel built with CONFIG_KPROBES=y");
    for (const Probe& function : all_probes()) {
        if (function.kind != ProbeKind::function)
            continue;
        const std::string name(function.name);
        features.functions[name] = {features.fentry.yes ? attach_fentry(types, name) : features.fentry,
                                    features.kprobe.yes ? attach_kprobe(kprobe_type, name) : features.kprobe};
    }
}

Ability probe_tracepoint(const std::string& name) {
    const UniqueFd program = load_trivial_program(BPF_PROG_TYPE_RAW_TRACEPOINT);
    if (!program)
        return no("cannot load a program: " + words_of(errno));
    const UniqueFd link(bpf_raw_tracepoint_open(name.c_str(), program.get()));
    if (link)
        return yes("attached and detached again");
    return errno == ENOENT ? no("this kernel has no such tracepoint") : no("cannot attach: " + words_of(errno));
}

/// The number of a trace event in a perf_event_attr; 0: there is none, or tracefs is not mounted.
unsigned trace_event_number(const std::string& name) {
    for (const char* folder : {"/sys/kernel/tracing/events/", "/sys/kernel/debug/tracing/events/"}) {
        std::ifstream file(folder + name + "/id");
        unsigned number = 0;
        if (file >> number)
            return number;
    }
    return 0;
}

Ability probe_trace_event(const std::string& name) {
    const unsigned number = trace_event_number(name);
    if (number == 0)
        return no("no trace event " + name + " under /sys/kernel/tracing",
                  "mount -t tracefs tracefs /sys/kernel/tracing");
    const UniqueFd program = load_trivial_program(BPF_PROG_TYPE_TRACEPOINT);
    if (!program)
        return no("cannot load a tracepoint program: " + words_of(errno));
    perf_event_attr attributes{};
    attributes.size = sizeof(attributes);
    attributes.type = PERF_TYPE_TRACEPOINT;
    attributes.config = number;
    const UniqueFd event(static_cast<int>(syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC)));
    if (!event)
        return no("cannot open the trace event " + name + ": " + words_of(errno));
    const UniqueFd link(bpf_link_create(program.get(), event.get(), BPF_PERF_EVENT, nullptr));
    if (!link)
        return no("cannot attach a program to the trace event " + name + ": " + words_of(errno));
    return yes("attached and detached again");
}

void probe_tracepoints(Features& features) {
    for (const Probe& tracepoint : all_probes()) {
        if (tracepoint.kind != ProbeKind::tracepoint)
            continue;
        const std::string name(tracepoint.name);
        features.tracepoints[name] = probe_tracepoint(name);
        if (!tracepoint.event_group.empty() && features.preemptible_tracepoints.yes)
            features.trace_events[name] = probe_trace_event(std::string(tracepoint.event_group) + "/" + name);
    }
}

/// Whether programs of raw tracepoints can be preempted; see preemption.bpf.c.
Ability probe_preemption() {
    const std::unique_ptr<preemption, decltype(&preemption::destroy)> programs(preemption::open_and_load(),
                                                                               &preemption::destroy);
    if (!programs)
        return unknown("cannot load the programs that read the preemption count: " + system_error("", errno).why);
    if (const int error = preemption::attach(programs.get()); error != 0)
        return unknown("cannot attach the programs that read the preemption count: " + system_error("", -error).why);
    // One system call, and one switch to another task.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const auto& seen = *programs->bss;
    if (seen.calls_seen == 0)
        return unknown("the kernel does not show its preemption count");
    if (seen.switches_counted == 0)
        return no("this kernel has no preemption count: it preempts no thread in the kernel");
    if (seen.calls_preemptible == 0)
        return no("a program at sys_enter ran with preemption disabled");
    return yes("a program at sys_enter ran with preemption enabled");
}

Ability probe_sampling() {
    const UniqueFd program = load_trivial_program(BPF_PROG_TYPE_PERF_EVENT);
    if (!program)
        return explain_load_refusal("cannot load a perf_event program", errno);
    perf_event_attr attributes{};
    attributes.size = sizeof(attributes);
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.config = PERF_COUNT_SW_CPU_CLOCK;
    attributes.sample_period = 1'000'000;
    attributes.disabled = 1;
    const UniqueFd event(static_cast<int>(syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC)));
    if (!event)
        return explain_event_refusal("opening cpu-clock on CPU 0", errno);
    const UniqueFd link(bpf_link_create(program.get(), event.get(), BPF_PERF_EVENT, nullptr));
    if (!link)
        return no("cannot attach a program to cpu-clock: " + words_of(errno));
    return yes("attached a program to cpu-clock on CPU 0");
}

Ability probe_symbols() {
    auto symbols = KernelSymbols::load();
    if (!symbols)
        return no(symbols.error().what + ": " + symbols.error().why, symbols.error().hint);
    return yes(std::to_string(symbols->size()) + " functions in /proc/kallsyms");
}

} // namespace

Features probe_features() {
    send_libbpf_messages_to_log();
    Features features;
    features.btf = probe_btf();
    features.bpf = probe_bpf();
    if (features.bpf.yes)
        probe_needs(features);
    probe_functions(features);
    features.raw_tracepoint = probe_tracepoint("sys_enter");
    features.cpu_clock_sampling = probe_sampling();
    features.kernel_symbols = probe_symbols();
    features.preemptible_tracepoints = probe_preemption();
    probe_tracepoints(features);
    return features;
}

} // namespace netio::tracer
