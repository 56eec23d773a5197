// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/doctor.h"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/capability.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/capability.h"
#include "base/unique_fd.h"
#include "experiment/environment.h"
#include "experiment/worker_process.h"
#include "netns/link.h"
#include "netns/namespace.h"
#include "perf/counters.h"
#include "tracer/features.h"
#include "tracer/probe_plan.h"

namespace netio::experiment {
namespace {

Check from_answer(std::string group, std::string id, const tracer::Answer& answer) {
    return {std::move(group), std::move(id), answer.yes ? Standing::good : Standing::missing, answer.evidence,
            answer.way_out};
}

void check_privileges(std::vector<Check>& checks) {
    struct Needed {
        unsigned number;
        const char* id;
        const char* purpose;
        Standing without;
    };
    constexpr std::array needed{
        Needed{CAP_BPF, "CAP_BPF", "loading BPF programs", Standing::missing},
        Needed{CAP_PERFMON, "CAP_PERFMON", "attaching them, reading kernel memory, sampling", Standing::missing},
        Needed{CAP_NET_ADMIN, "CAP_NET_ADMIN", "devices and addresses (a user namespace can stand in)",
               Standing::limited},
        Needed{CAP_SYS_ADMIN, "CAP_SYS_ADMIN", "network namespaces (a user namespace can stand in)", Standing::limited},
        Needed{CAP_IPC_LOCK, "CAP_IPC_LOCK", "zero-copy pages beyond RLIMIT_MEMLOCK", Standing::limited}};
    for (const Needed& one : needed) {
        const bool there = has_capability(one.number);
        checks.push_back({"privileges", one.id, there ? Standing::good : one.without,
                          std::string(there ? "held: " : "not held: ") + one.purpose,
                          there ? "" : "run with sudo, or give the capability to the program"});
    }
}

void check_tracing(const tracer::Features& features, std::vector<Check>& checks) {
    checks.push_back(from_answer("tracing", "btf", features.btf));
    checks.push_back(from_answer("tracing", "bpf", features.bpf));
    checks.push_back(from_answer("tracing", "fentry", features.fentry));
    checks.push_back(from_answer("tracing", "kprobe", features.kprobe));
    checks.push_back(from_answer("tracing", "raw_tracepoint", features.raw_tracepoint));
    checks.push_back(from_answer("tracing", "cpu_clock_sampling", features.cpu_clock_sampling));
    checks.push_back(from_answer("tracing", "kernel_symbols", features.kernel_symbols));
    for (const auto& [name, answer] : features.tracepoints)
        checks.push_back(from_answer("tracepoints", name, answer));
}

Check check_zerocopy() {
    const std::string group = "zero-copy";
    const std::string id = "MSG_ZEROCOPY";
    const UniqueFd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int on = 1;
    if (socket && setsockopt(socket.get(), SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on) == 0)
        return {group, id, Standing::good, "setsockopt(SO_ZEROCOPY) on a TCP socket succeeded", ""};
    return {group, id, Standing::missing, system_error("setsockopt(SO_ZEROCOPY)", errno).message(),
            "needs Linux 4.14 or later; A3 cannot run, A1 and A2 can"};
}

/// Each zero-copy send holds a notification until it is read; its memory counts against optmem_max (sock_omalloc).
Check check_optmem() {
    const std::string optmem = read_setting("/proc/sys/net/core/optmem_max");
    Check check{"zero-copy", "optmem_max", Standing::missing, "net.core.optmem_max could not be read", ""};
    if (optmem.empty())
        return check;
    const bool small = std::strtoull(optmem.c_str(), nullptr, 10) < 65'536;
    check.standing = small ? Standing::limited : Standing::good;
    check.evidence = "net.core.optmem_max is " + optmem + " bytes, the room for unread completions of one socket";
    if (small)
        check.way_out = "sends may meet ENOBUFS under load: sysctl net.core.optmem_max=131072";
    return check;
}

Check check_memory_lock() {
    rlimit limit{};
    getrlimit(RLIMIT_MEMLOCK, &limit);
    const bool unlimited = limit.rlim_cur == RLIM_INFINITY || exempt_from_memory_lock_limit();
    Check check{"zero-copy", "RLIMIT_MEMLOCK", unlimited ? Standing::good : Standing::limited, "", ""};
    check.evidence = unlimited ? "does not bind this process (unlimited, or CAP_IPC_LOCK is held)"
                               : std::to_string(limit.rlim_cur) + " bytes of user pages may be pinned by this user";
    if (!unlimited)
        check.way_out = "large zero-copy sends may meet ENOBUFS: raise ulimit -l";
    return check;
}

/// Tries a whole link in a child process, so that this one stays where it is.
Check check_link(const char* id, const LinkSpec& spec) {
    Check check{"network", id, Standing::missing, "", ""};
    auto child = WorkerProcess::start("netio-doctor", [&spec](const ControlChannel& channel) {
        ControlMessage message;
        message.kind = ControlMessage::Kind::error;
        auto gained = netns::gain_network_privileges();
        if (!gained) {
            message.error = std::move(gained).error();
        } else if (auto link = netns::Link::create(spec, {}); !link) {
            message.error = std::move(link).error();
        } else {
            message.kind = ControlMessage::Kind::listening;
        }
        (void)channel.send(message);
    });
    if (!child) {
        check.evidence = child.error().message();
        return check;
    }
    auto answer = child->channel().receive();
    const std::string end = child->wait();
    if (answer && answer->has_value() && !(*answer)->error) {
        check.standing = Standing::good;
        check.evidence = std::string("namespaces and a ") + to_string(spec) + " link were made" +
                         (geteuid() == 0 ? "" : ", in a user namespace");
    } else if (answer && answer->has_value()) {
        const Error& error = *(*answer)->error;
        check.evidence = error.what + (error.why.empty() ? "" : ": " + error.why);
        check.way_out = error.way_out;
    } else {
        check.evidence = "the trial " + (end.empty() ? std::string("said nothing") : end);
    }
    return check;
}

} // namespace

Diagnosis diagnose() {
    Diagnosis diagnosis;
    diagnosis.environment = describe_machine();
    add_network_settings(diagnosis.environment);
    check_privileges(diagnosis.checks);
    const tracer::Features features = tracer::probe_features();
    check_tracing(features, diagnosis.checks);
    const tracer::ProbePlan plan = tracer::make_plan(features, {});
    diagnosis.environment.backends = plan.backends;
    diagnosis.environment.plan.assign(plan.paths.begin(), plan.paths.end());
    diagnosis.checks.push_back(check_zerocopy());
    diagnosis.checks.push_back(check_optmem());
    diagnosis.checks.push_back(check_memory_lock());
    const Check loopback = check_link("loopback", {LinkKind::loopback, "", ""});
    const Check veth = check_link("veth", {LinkKind::veth, "", ""});
    diagnosis.can_benchmark = loopback.standing == Standing::good || veth.standing == Standing::good;
    diagnosis.checks.push_back(loopback);
    diagnosis.checks.push_back(veth);
    diagnosis.counters = perf::probe_events(perf::default_events());
    for (const std::string& reason : plan.impossible)
        diagnosis.environment.notes.push_back(reason);
    diagnosis.can_trace = diagnosis.can_benchmark && plan.impossible.empty();
    return diagnosis;
}

} // namespace netio::experiment
