// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "fixed_recordings.h"

#include <cmath>
#include <string>
#include <utility>

#include "made_up_histograms.h"

namespace netio::fixed_recordings {
namespace {

Environment environment_of(std::string command_line) {
    Environment environment;
    environment.tool_version = "1.1.0";
    environment.started_at = "2026-11-30T12:00:00Z";
    environment.command_line = std::move(command_line);
    environment.kernel_release = "6.12.0";
    environment.architecture = "x86_64";
    environment.cpu_model = "Example CPU @ 2.00GHz";
    environment.cpus = 4;
    environment.memory_bytes = std::uint64_t{8} << 30;
    environment.clock_source = "tsc";
    environment.congestion_control = "cubic";
    environment.backends = "fentry + tracepoint + sampler";
    environment.settings = {{"net.core.optmem_max", "131072"}};
    return environment;
}

Figure counted(std::uint64_t count) { return Figure::exact(static_cast<double>(count)); }

/// A way of bytes that is counted and not timed.
void count_way(SubjectTrace& figures, Path path, std::uint64_t calls, std::uint64_t bytes) {
    PathFigures& way = figures.path(path);
    way.backend = Backend::tracepoint;
    way.calls = counted(calls);
    way.bytes = counted(bytes);
}

/// A path whose calls were timed each, or a part of them.
void time_path(SubjectTrace& figures, Path path, std::uint64_t calls, std::uint64_t bytes, std::uint64_t middle_ns) {
    PathFigures& timed = figures.path(path);
    count_way(figures, path, calls, bytes);
    timed.backend = Backend::fentry;
    timed.histogram = fixed_runs::durations(calls, middle_ns);
    const auto sum = static_cast<double>(timed.histogram->sum());
    timed.time_ns = timed.exclusive_ns = Figure::exact(sum);
    timed.preempted_ns = Figure::exact(0.0);
}

/// A process that has done nothing, with every way counted.
AttachedSubject process(std::uint32_t pid, const std::string& comm, const std::string& cgroup = "/system.slice") {
    AttachedSubject subject;
    subject.pid = pid;
    subject.comm = comm;
    subject.cgroup = cgroup;
    SubjectTrace& figures = subject.figures;
    figures.subject.name = comm + " " + std::to_string(pid);
    for (Path path : attach_paths) {
        PathFigures& none = figures.path(path);
        none.backend = Backend::tracepoint;
        none.calls = none.bytes = counted(0);
        none.time_ns = none.exclusive_ns = none.preempted_ns = Figure::unavailable("this path is counted, not timed");
        none.skb_path_ns = none.sampled_time_ns = Figure::unavailable("no stack shows this path");
        if (!moves_bytes(path))
            none.bytes = Figure::unavailable("no bytes go this way");
    }
    for (Path call : paths_where<is_call>)
        time_path(figures, call, 0, 0, 1);
    figures.cpu.total_ns = figures.cpu.thread_ns = figures.cpu.user_space = figures.cpu.softirq = figures.cpu.tracing =
        Figure::unavailable("no sample was taken of it");
    figures.cpu.share.fill(figures.cpu.total_ns);
    figures.notifications.latency.emplace();
    return subject;
}

void sample(AttachedSubject& subject, std::uint64_t samples) {
    CpuProfile& cpu = subject.figures.cpu;
    constexpr double period_ns = 1e9 / 97.0;
    const double total = static_cast<double>(samples) * period_ns;
    cpu.samples = samples;
    cpu.total_ns = cpu.thread_ns = Figure::sampled(total, total * 0.75, total * 1.25);
    constexpr std::array shares{0.28, 0.2, 0.12, 0.08, 0.06, 0.04, 0.06, 0.04};
    for (std::size_t i = 0; i < cpu_class_count; ++i)
        cpu.share[i] = Figure::sampled(shares[i], shares[i] * 0.75, shares[i] * 1.25);
    cpu.user_space = Figure::sampled(0.12, 0.09, 0.15);
    cpu.softirq = Figure::sampled(0.25, 0.2, 0.3);
    cpu.tracing = Figure::sampled(0.03, 0.02, 0.04);
    cpu.hottest_symbols = {{"copy_user_generic", samples / 3}, {"tcp_write_xmit", samples / 10}};
}

LawCheck law(std::string name, std::string statement, std::uint64_t expected, std::uint64_t observed) {
    return {std::move(name),
            std::move(statement),
            static_cast<double>(expected),
            static_cast<double>(observed),
            true,
            expected == observed,
            {}};
}

/// The totals, the calls' own rows and the laws that follow from what the ways moved.
void finish(AttachedSubject& subject, std::uint64_t sockets, std::uint64_t adopted = 0) {
    CallTotals& totals = subject.figures.calls;
    for (const CallFigures& call : subject.calls) {
        (call.direction == Direction::sent ? totals.send_calls : totals.recv_calls) += call.calls;
        (call.direction == Direction::sent ? totals.send_bytes : totals.recv_bytes) += call.bytes;
    }
    subject.sockets = {sockets, adopted, totals.send_bytes, totals.recv_bytes, 0};
    subject.laws = {law("socket_sequence.sent", "bytes by the sockets' sequence numbers = bytes by the hooks",
                        subject.sockets.bytes_sent, totals.send_bytes),
                    law("socket_sequence.received", "bytes by the sockets' sequence numbers = bytes by the hooks",
                        subject.sockets.bytes_received, totals.recv_bytes)};
}

std::vector<Loss> no_losses() {
    return {loss_of(recursion_misses_of("tp_sys_exit"), 0), loss_of(recursion_misses_of("tp_sys_enter"), 0)};
}

void send(AttachedSubject& subject, const char* call, std::uint64_t calls, std::uint64_t bytes, Path way,
          std::uint64_t middle_ns) {
    subject.calls.push_back({call, Direction::sent, calls, bytes});
    count_way(subject.figures, way, calls, bytes);
    time_path(subject.figures, Path::send_syscall, calls, bytes, middle_ns);
}

void receive(AttachedSubject& subject, const char* call, std::uint64_t calls, std::uint64_t bytes, Path way,
             std::uint64_t middle_ns) {
    subject.calls.push_back({call, Direction::received, calls, bytes});
    count_way(subject.figures, way, calls, bytes);
    time_path(subject.figures, Path::recv_syscall, calls, bytes, middle_ns);
}

} // namespace

Recording web_server() {
    Recording recording;
    recording.environment = environment_of("netio-trace attach --comm nginx --duration 10");
    recording.spec.comm = "nginx";
    recording.spec.duration_s = 10.0;
    recording.duration_s = recording.timed_s = 10.0;
    for (std::uint32_t i = 0; i < 4; ++i) {
        const std::uint64_t requests = 1000 >> i;
        AttachedSubject worker = process(812 + i, i == 3 ? "ng\x1b[2Jinx" : "nginx", "/system.slice/nginx.service");
        receive(worker, "recvfrom", requests, requests * 80, Path::copy_out, 2'500);
        worker.calls.push_back({"writev", Direction::sent, requests, requests * 238});
        count_way(worker.figures, Path::copy_in, requests, requests * 238);
        send(worker, "sendfile", requests, requests * 1'048'576, Path::splice_in, 410'000);
        sample(worker, requests);
        finish(worker, 16, i == 0 ? 4 : 0);
        recording.subjects.push_back(std::move(worker));
    }
    recording.losses = no_losses();
    recording.samples = SampleCounts{4000, 2125, 7, 2};
    return recording;
}

Recording ping_pong() {
    Recording recording;
    recording.environment = environment_of("netio-trace attach -- ./ping-pong 64");
    recording.spec.command = {"./ping-pong", "64"};
    recording.duration_s = recording.timed_s = 2.5;
    recording.command_exit = 0;
    constexpr std::uint64_t rounds = 20'000;
    for (const bool server : {true, false}) {
        AttachedSubject end = process(server ? 2001 : 2002, "ping-pong");
        send(end, server ? "write" : "sendto", rounds, rounds * 64, Path::copy_in, 6'100);
        receive(end, server ? "read" : "recvfrom", rounds + 1, rounds * 64, Path::copy_out, server ? 14'000 : 15'500);
        time_path(end.figures, Path::wait_recv, rounds, 0, 11'000);
        finish(end, 1);
        recording.subjects.push_back(std::move(end));
    }
    recording.losses = no_losses();
    return recording;
}

Recording everything_in_windows() {
    Recording recording;
    recording.environment = environment_of("netio-trace attach --all --duration 120");
    recording.environment.backends = "tracepoint + sampler";
    recording.spec.all = true;
    recording.spec.timing = Timing::windows;
    recording.spec.duration_s = 120.0;
    recording.duration_s = 120.0;
    recording.timed_s = 6.0;
    recording.windows = 12;
    constexpr std::array names{"iperf3", "postgres", "redis-server", "containerd-shim-runc", "sshd", "curl", "cron"};
    for (std::uint32_t i = 0; i < names.size(); ++i) {
        AttachedSubject subject = process(3000 + i, names[i]);
        const std::uint64_t calls = i == 6 ? 0 : 100'000 >> (2 * i);
        if (calls != 0) {
            send(subject, "write", calls, calls * 8192, Path::copy_in, 21'000);
            receive(subject, "read", calls / 2, calls * 1024, Path::copy_out, 9'000);
            // Of calls only those in windows were timed.
            for (Path path : {Path::send_syscall, Path::recv_syscall}) {
                PathFigures& timed = subject.figures.path(path);
                timed.histogram = fixed_runs::durations(calls / 20, path == Path::send_syscall ? 21'000 : 9'000);
                const double sum = static_cast<double>(timed.histogram->sum()) * 20;
                timed.time_ns = timed.exclusive_ns = Figure::sampled(sum, sum * 0.875, sum * 1.125);
            }
        }
        subject.figures.path(Path::linearize).bytes = subject.figures.path(Path::linearize).calls =
            Figure::at_least(0.0, "copies before a device are seen by hooks of functions alone");
        finish(subject, 4, 2);
        subject.sockets.uncertain_bytes = i == 1 ? 4096 : 0;
        recording.subjects.push_back(std::move(subject));
    }
    AttachedSubject others = process(0, "others");
    others.pid.reset();
    others.comm.clear();
    others.cgroup.clear();
    others.members = 12;
    others.figures.subject.name = "others";
    send(others, "sendto", 50, 5000, Path::copy_in, 21'000);
    finish(others, 12);
    recording.subjects.push_back(std::move(others));
    recording.losses = no_losses();
    recording.notes = {"12 processes found no room among 1,024 subjects and are summed as others"};
    return recording;
}

Recording zero_copy() {
    Recording recording;
    recording.environment = environment_of("netio-trace attach --pid 41,42 --duration 2");
    recording.spec.pids = {41, 42};
    recording.spec.duration_s = 2.0;
    recording.duration_s = recording.timed_s = 2.0;
    constexpr std::uint64_t sends = 2832;
    constexpr std::uint64_t bytes = sends * 524'288;
    AttachedSubject sender = process(41, "sender");
    send(sender, "sendmsg", sends, bytes, Path::pin, 240'000);
    count_way(sender.figures, Path::deferred_copy, sends * 9, bytes);
    time_path(sender.figures, Path::zc_complete, sends, 0, 430'000);
    sender.figures.zerocopy = {sends, sends, sends, 0, 2, 0};
    sender.figures.copied_after_all = {{CopyReason::local_delivery,
                                        Path::deferred_copy,
                                        sends * 9,
                                        bytes,
                                        {"skb_copy_ubufs", "__netif_receive_skb_core", "process_backlog"}}};
    sample(sender, 120);
    finish(sender, 1);
    sender.laws.front().observed -= 524'288;
    sender.laws.front().holds = false;
    recording.subjects.push_back(std::move(sender));
    AttachedSubject receiver = process(42, "receiver");
    receive(receiver, "recvfrom", sends * 16, bytes, Path::copy_out, 60'000);
    count_way(receiver.figures, Path::peeked, sends, sends * 64);
    sample(receiver, 90);
    finish(receiver, 1);
    recording.subjects.push_back(std::move(receiver));
    recording.losses = {loss_of(recursion_misses_of("tp_sys_exit"), 5)};
    return recording;
}

Recording nothing_moved() {
    Recording recording;
    recording.environment = environment_of("netio-trace attach -- false");
    recording.spec.command = {"false"};
    recording.network.emplace().counters = {{"Tcp.ActiveOpens", 1}};
    recording.duration_s = recording.timed_s = 0.004;
    recording.command_exit = 1;
    recording.subjects.push_back(process(77, "false"));
    finish(recording.subjects.back(), 0);
    recording.losses = no_losses();
    return recording;
}

} // namespace netio::fixed_recordings
