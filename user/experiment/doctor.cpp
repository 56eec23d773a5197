// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/doctor.h"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/capability.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "analysis/missed_hits.h"
#include "base/capability.h"
#include "base/unique_fd.h"
#include "experiment/environment.h"
#include "experiment/tracing.h"
#include "netns/link.h"
#include "netns/namespace.h"
#include "perf/counters.h"
#include "tracer/features.h"
#include "tracer/probe_plan.h"
#include "tracer/ways.h"

namespace netio::experiment {
namespace {

Check from_answer(std::string group, std::string id, const tracer::Ability& answer) {
    return {std::move(group), std::move(id), answer.yes ? Standing::good : Standing::missing, answer.evidence,
            answer.hint};
}

/// How long messages are sent: some ticks of the sampling clock on each CPU.
constexpr double test_s = 0.1;

/// All that a run can make use of, as setcap(8) writes it.
constexpr const char* every_capability = "cap_bpf,cap_perfmon,cap_syslog,cap_net_admin,cap_sys_admin,cap_ipc_lock+ep";

std::string capability_advice() {
    std::error_code ignored;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe", ignored).string();
    return std::string("run with sudo, or once: sudo setcap ") + every_capability + " " +
           (program.empty() ? "netio-trace" : program);
}

void check_privileges(std::vector<Check>& checks) {
    struct Needed {
        unsigned number;
        const char* id;
        const char* purpose;
        Standing without;
        bool has_stand_in; ///< CAP_SYS_ADMIN does as well
    };
    constexpr std::array needed{
        Needed{CAP_BPF, "CAP_BPF", "loading BPF programs", Standing::missing, true},
        Needed{CAP_PERFMON, "CAP_PERFMON", "attaching them, reading kernel memory, sampling", Standing::missing, true},
        Needed{CAP_SYSLOG, "CAP_SYSLOG", "kernel symbols; without them no samples are taken", Standing::limited, false},
        Needed{CAP_NET_ADMIN, "CAP_NET_ADMIN",
               "devices and addresses (a user namespace does too, except for borrowed devices)", Standing::limited,
               false},
        Needed{CAP_SYS_ADMIN, "CAP_SYS_ADMIN",
               "network namespaces (a user namespace does too, except for borrowed devices)", Standing::limited, false},
        Needed{CAP_IPC_LOCK, "CAP_IPC_LOCK", "zero-copy pages beyond RLIMIT_MEMLOCK", Standing::limited, false}};
    bool advised = false; // the advice is the same for all
    for (const Needed& one : needed) {
        const bool held = has_capability(one.number);
        const bool replaced = !held && one.has_stand_in && has_capability(CAP_SYS_ADMIN);
        const std::string state = held ? "held: " : replaced ? "not held, but CAP_SYS_ADMIN is: " : "not held: ";
        const bool first_missing = !held && !replaced && !advised;
        checks.push_back({"privileges", one.id, held || replaced ? Standing::good : one.without, state + one.purpose,
                          first_missing ? capability_advice() : ""});
        advised = advised || first_missing;
    }
}

void check_tracing(const tracer::Features& features, std::vector<Check>& checks) {
    checks.push_back(from_answer("tracing", "btf", features.btf));
    checks.push_back(from_answer("tracing", "bpf", features.bpf));
    for (const auto& [ability, answer] : features.needed_of_bpf)
        checks.push_back(from_answer("tracing", ability, answer));
    checks.push_back(from_answer("tracing", "fentry", features.fentry));
    checks.push_back(from_answer("tracing", "kprobe", features.kprobe));
    checks.push_back(from_answer("tracing", "raw_tracepoint", features.raw_tracepoint));
    // Neither answer is a fault by itself; where it is a yes, trace events are what the run needs.
    const tracer::Ability& preemption = features.preemptible_tracepoints;
    checks.push_back({"tracing", "preemption", preemption.known ? Standing::good : Standing::limited,
                      (preemption.known ? "" : "not known: ") + preemption.evidence, preemption.hint});
    checks.push_back(from_answer("tracing", "cpu_clock_sampling", features.cpu_clock_sampling));
    checks.push_back(from_answer("tracing", "kernel_symbols", features.kernel_symbols));
    for (const auto& [name, answer] : features.tracepoints)
        checks.push_back(from_answer("tracepoints", name, answer));
    for (const auto& [name, answer] : features.trace_events)
        checks.push_back(from_answer("trace events", name, answer));
}

Check check_zerocopy() {
    const std::string group = "zero-copy";
    const std::string id = "MSG_ZEROCOPY";
    const UniqueFd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int on = 1;
    if (socket && setsockopt(socket.get(), SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on) == 0)
        return {group, id, Standing::good, "setsockopt(SO_ZEROCOPY) on a TCP socket succeeded", ""};
    return {group, id, Standing::missing, system_error("setsockopt(SO_ZEROCOPY)", errno).message(),
            "use Linux 4.14 or later, or variants without zero-copy"};
}

/// Each zero-copy send holds a notification until it is read; its memory counts against optmem_max (sock_omalloc).
/// Since 6.9 each network namespace has its own, and a new one does not take over that of the machine: then no sysctl
/// that is set beforehand reaches a run.
Check check_optmem(const Environment& environment, bool is_of_machine) {
    Check check{"zero-copy", "optmem_max", Standing::limited, "cannot read net.core.optmem_max", ""};
    const auto setting = environment.settings.find("net.core.optmem_max");
    if (setting == environment.settings.end())
        return check;
    const std::string& optmem = setting->second;
    const bool small = std::strtoull(optmem.c_str(), nullptr, 10) < 65'536;
    check.standing = small ? Standing::limited : Standing::good;
    check.evidence = "net.core.optmem_max is " + optmem + " bytes in a run: room for a socket's unread completions";
    if (small)
        check.hint = std::string("zero-copy sends may fail with ENOBUFS under load") +
                     (is_of_machine ? ": sysctl -w net.core.optmem_max=131072" : "");
    return check;
}

Check check_memory_lock() {
    rlimit limit{};
    getrlimit(RLIMIT_MEMLOCK, &limit);
    const bool unlimited = limit.rlim_cur == RLIM_INFINITY || exempt_from_memory_lock_limit();
    Check check{"zero-copy", "RLIMIT_MEMLOCK", unlimited ? Standing::good : Standing::limited, "", ""};
    check.evidence = unlimited ? "no limit for this process (unlimited, or CAP_IPC_LOCK is held)"
                               : "this user may pin " + std::to_string(limit.rlim_cur) + " bytes";
    if (!unlimited)
        check.hint = "large zero-copy sends may fail with ENOBUFS: raise ulimit -l";
    return check;
}

Check link_check(const char* id, const LinkSpec& spec, bool in_user_namespace, const Result<netns::Link>& link) {
    Check check{"network", id, Standing::good, "", ""};
    if (link) {
        check.evidence = "created namespaces and a " + to_string(spec) + " link" +
                         (in_user_namespace ? ", in a user namespace" : "");
        return check;
    }
    const Error& error = link.error();
    check.standing = Standing::missing;
    check.evidence = error.what + (error.why.empty() ? "" : ": " + error.why);
    check.hint = error.hint;
    return check;
}

Result<netns::Link> make_link(const LinkSpec& spec, const Result<void>& privileges) {
    if (!privileges)
        return privileges.error();
    return netns::Link::create(spec, {});
}

/// Which program ran how often, or, where the kernel does not count that for us, which path was seen.
void check_programs(const SelfTest& test, std::vector<Check>& checks) {
    bool counted = false;
    for (const tracer::ProgramRuns& program : test.runs) {
        if (!program.runs)
            continue;
        counted = true;
        const std::string evidence = "attached to " + program.target;
        checks.push_back(
            *program.runs != 0
                ? Check{"what fired", program.program, Standing::good,
                        evidence + ", fired " + std::to_string(*program.runs) + " times", ""}
                : Check{"what fired", program.program, Standing::limited, evidence + ", not hit in the test", ""});
    }
    if (counted)
        return;
    for (Path path : all_paths) {
        double calls = 0;
        for (Role role : all_roles)
            if (const Figure& figure = test.cell.trace->of(role).path(path).calls; figure.available())
                calls += figure.value;
        const auto times = static_cast<std::uint64_t>(calls);
        checks.push_back({"what fired", std::string(name_of(path)), times != 0 ? Standing::good : Standing::limited,
                          times != 0 ? "seen " + std::to_string(times) + " times" : "not seen in the test", ""});
    }
}

Check check_laws(const SelfTest& test, const std::string& over) {
    const Cell& cell = test.cell;
    Check check{"what fired", "messages", Standing::good, "", ""};
    check.evidence = "sent " + std::to_string(cell.receiver.messages) + " messages of " +
                     std::to_string(cell.field_size * fields_per_message) + " bytes" +
                     (uses_zero_copy(cell.variant) ? " with MSG_ZEROCOPY" : "") + " over " + over;
    std::string open;
    for (const LawCheck& law : cell.laws) {
        if (law.outcome() != LawOutcome::broken && law.outcome() != LawOutcome::missed_hits)
            continue;
        open += (open.empty() ? "" : "; ") + law.statement;
        if (law.outcome() == LawOutcome::missed_hits)
            open += " (" + analysis::missed_in_words(law.missed) + ")";
    }
    check.evidence += open.empty() ? "; all checked laws hold" : "; not shown: ";
    if (open.empty())
        return check;
    check.standing = Standing::limited;
    check.evidence += open;
    return check;
}

Check check_calibration(const tracer::Session& session) {
    Check check{"what fired", "calibration", Standing::limited, "", ""};
    if (const auto& bracket = session.bracket_ns()) {
        check.standing = Standing::good;
        check.evidence =
            std::to_string(static_cast<std::uint64_t>(*bracket)) + " ns of each bracketed time are the tracer's own";
    } else {
        check.evidence = bracket.error().message();
    }
    return check;
}

void describe(const Tracing& tracing, const std::string& tested_over, Diagnosis& diagnosis) {
    Environment& environment = diagnosis.environment;
    environment.backends = tracing.session ? tracing.plan.backends : "none";
    environment.plan.assign(tracing.plan.paths.begin(), tracing.plan.paths.end());
    environment.notes.insert(environment.notes.end(), tracing.notes.begin(), tracing.notes.end());
    if (!tracing.plan.no_sampling.empty())
        environment.notes.push_back(tracing.plan.no_sampling);
    if (tracing.refusal)
        environment.notes.push_back(tracing.refusal->message());
    if (!tracing.test)
        return;
    diagnosis.checks.push_back(check_laws(*tracing.test, tested_over));
    if (tracing.plan.copy_in_hooked)
        diagnosis.checks.push_back(check_calibration(*tracing.session));
    check_programs(*tracing.test, diagnosis.checks);
}

/// Opens what a run with default options would open.
Tracing try_tracing(const tracer::Features& features, bool stay_attached, const netns::Link* link,
                    const SignalReceiver& signals) {
    TracingRequest request = tracing_request({});
    request.session.stay_attached = stay_attached;
    request.test_s = test_s;
    auto opened = open_tracing(features, request, link, signals);
    if (opened)
        return std::move(opened).value();
    Tracing none;
    none.plan = tracer::make_plan(features, request.plan);
    none.refusal = std::move(opened).error();
    return none;
}

/// Once more from inside the user namespace, where a run is when it traces.
void confirm(Tracing& tracing, const netns::Link& link, const SignalReceiver& signals) {
    const TracingRequest request = tracing_request({});
    auto test = test_session(*tracing.session, request.test_variant, test_s, &link, signals);
    if (test) {
        keep_to_what_was_seen(*test->cell.trace, tracing.plan.paths);
        tracing.test.emplace(std::move(test).value());
        return;
    }
    tracing.refusal = std::move(test).error().within("cannot trace from inside a user namespace");
    tracing.session.reset();
    tracing.test.reset();
}

/// The ways of bytes that an attached trace counts here.
void check_ways(std::vector<Check>& checks) {
    const std::string group = "attached traces";
    const tracer::WaysPlan plan = tracer::plan_ways(true);
    if (!plan.impossible.empty()) {
        checks.push_back({group, "attach", Standing::missing, plan.impossible, ""});
        return;
    }
    const std::string counted = plan.backend == Backend::fentry ? "bytes are counted by tracepoints and by hooks"
                                                                : "bytes are counted by tracepoints";
    for (Path path : tracer::counted_ways()) {
        const std::string& unseen = plan.unseen[index_of(path)];
        const bool doubtful = path == Path::pin && !plan.doubt.empty();
        checks.push_back({group, std::string(name_of(path)),
                          unseen.empty() && !doubtful ? Standing::good : Standing::limited,
                          !unseen.empty() ? unseen
                          : doubtful      ? plan.doubt
                                          : counted,
                          ""});
    }
}

} // namespace

Result<Diagnosis> diagnose() {
    NETIO_TRY_TO(auto signals, SignalReceiver::create());
    Diagnosis diagnosis;
    check_privileges(diagnosis.checks);
    const tracer::Features features = tracer::probe_features();
    check_tracing(features, diagnosis.checks);
    check_ways(diagnosis.checks);

    // In the order of a run, which keeps what it opened before it enters a user namespace.
    std::optional<Tracing> tracing;
    const bool enters_user_namespace = !netns::has_network_privileges();
    if (enters_user_namespace)
        tracing.emplace(try_tracing(features, true, nullptr, signals));
    const auto gained = netns::gain_network_privileges();
    describe_machine(diagnosis.environment);
    const LinkSpec loopback_spec{LinkKind::loopback, "", ""};
    const LinkSpec veth_spec{LinkKind::veth, "", ""};
    const auto loopback = make_link(loopback_spec, gained);
    const auto veth = make_link(veth_spec, gained);
    // What cannot be read is left out, as it is from a run.
    if (loopback)
        (void)add_network_settings(diagnosis.environment, loopback->server_namespace());
    else
        add_network_settings(diagnosis.environment);
    const bool has_own_optmem = loopback && has_setting(loopback->server_namespace(), optmem_path);
    // Over veth, as a run is, for what can be known of a figure may depend on the link.
    const netns::Link* link = veth ? &*veth : loopback ? &*loopback : nullptr;
    if (!enters_user_namespace)
        tracing.emplace(try_tracing(features, false, link, signals));
    else if (link != nullptr && tracing->session)
        confirm(*tracing, *link, signals);
    describe(*tracing, to_string(veth ? veth_spec : loopback_spec), diagnosis);
    diagnosis.checks.push_back(check_zerocopy());
    diagnosis.checks.push_back(check_optmem(diagnosis.environment, !has_own_optmem));
    diagnosis.checks.push_back(check_memory_lock());
    diagnosis.checks.push_back(link_check("loopback", loopback_spec, enters_user_namespace, loopback));
    diagnosis.checks.push_back(link_check("veth", veth_spec, enters_user_namespace, veth));
    diagnosis.counters = perf::probe_events(perf::default_events());
    diagnosis.can_benchmark = loopback.ok() || veth.ok();
    diagnosis.can_trace = diagnosis.can_benchmark && tracing->session.has_value();
    return diagnosis;
}

} // namespace netio::experiment
