// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "fixed_runs.h"

#include <cmath>
#include <string>
#include <utility>

#include "analysis/laws.h"
#include "analysis/missed_hits.h"
#include "exact_trace.h"
#include "made_up_histograms.h"

namespace netio::fixed_runs {
namespace {

/// What differs between the variants of the made-up runs.
struct Shape {
    Variant variant;
    std::uint64_t messages;
    std::uint64_t latency_ns;
    std::uint64_t tail_ns;
    std::uint64_t send_calls_per_message;
    double cpu_sender_s;
    double cpu_receiver_s;
};

CounterReading counted(std::string event, std::uint64_t raw) {
    return {std::move(event), CounterStatus::counted, raw, static_cast<double>(raw), 2'000'000'000, 2'000'000'000, {}};
}

CounterReading missing(std::string event, CounterStatus status, std::string reason) {
    return {std::move(event), status, 0, 0.0, 0, 0, std::move(reason)};
}

std::vector<CounterReading> counters(std::uint64_t messages, std::uint64_t salt) {
    std::vector<CounterReading> readings;
    readings.push_back(missing("cycles", CounterStatus::not_supported, "the machine has no hardware counters"));
    readings.push_back({"instructions",
                        CounterStatus::multiplexed,
                        messages * 20'000,
                        static_cast<double>(messages) * 80'000,
                        2'000'000'000,
                        500'000'000,
                        {}});
    readings.push_back(missing("cache-misses", CounterStatus::not_supported, "the machine has no hardware counters"));
    readings.push_back(missing("LLC-load-misses", CounterStatus::not_permitted,
                               "perf_event_paranoid is 3: EACCES (Permission denied)"));
    readings.push_back(counted("context-switches", messages + salt));
    readings.push_back(counted("page-faults", 0));
    readings.push_back(counted("task-clock", messages * 50'000));
    return readings;
}

PathFigures exact_path(std::uint64_t calls, std::uint64_t bytes, Figure time) {
    PathFigures figures;
    figures.backend = Backend::tracepoint;
    figures.calls = Figure::exact(static_cast<double>(calls));
    figures.bytes = Figure::exact(static_cast<double>(bytes));
    figures.time_ns = figures.exclusive_ns = std::move(time);
    figures.preempted_ns = figures.skb_path_ns = Figure::unavailable("the sampler sees innermost paths only");
    figures.sampled_time_ns = Figure::unavailable("time_ns is the sampler's own");
    return figures;
}

PathFigures timed_path(std::uint64_t calls, std::uint64_t bytes, std::uint64_t middle_ns) {
    PathFigures figures = exact_path(calls, bytes, {});
    figures.histogram = durations(calls, middle_ns);
    figures.time_ns = Figure::exact(static_cast<double>(figures.histogram->sum()));
    figures.exclusive_ns =
        Figure{std::floor(figures.time_ns.value * 0.75), Quality::bracketed, std::floor(figures.time_ns.value * 0.75),
               std::floor(figures.time_ns.value * 0.75), "up to 40 ns of bookkeeping a call"};
    figures.preempted_ns = Figure::exact(std::floor(figures.time_ns.value * 0.0625));
    figures.sampled_time_ns = Figure::unavailable("no stack shows this path");
    return figures;
}

PathFigures absent_path(const std::string& reason) {
    PathFigures figures;
    figures.calls = figures.bytes = figures.time_ns = figures.exclusive_ns = figures.preempted_ns =
        figures.skb_path_ns = figures.sampled_time_ns = Figure::unavailable(reason);
    return figures;
}

PathFigures unused_path() { return exact_path(0, 0, Figure::exact(0)); }

Figure sampled(double value, double relative) {
    return Figure::sampled(value, value * (1 - relative), value * (1 + relative));
}

CpuProfile profile(double total_ns, double data_copy, double user) {
    CpuProfile cpu;
    cpu.total_ns = cpu.thread_ns = sampled(total_ns, 0.02);
    cpu.samples = static_cast<std::uint64_t>(total_ns / 1e6);
    const double rest = 1.0 - data_copy - user;
    const double parts[cpu_class_count] = {data_copy,    rest * 0.3,  rest * 0.2,   rest * 0.125,
                                           rest * 0.125, rest * 0.05, rest * 0.125, rest * 0.075};
    for (std::size_t i = 0; i < cpu_class_count; ++i)
        cpu.share[i] = sampled(parts[i], 0.08);
    cpu.user_space = sampled(user, 0.1);
    cpu.softirq = sampled(0.25, 0.1);
    cpu.tracing = sampled(0.03125, 0.25);
    cpu.hottest_symbols = {{"copy_user_generic", cpu.samples / 3}, {"tcp_write_xmit", cpu.samples / 10}};
    return cpu;
}

Trace trace_of(const Cell& cell, const Shape& shape) {
    Trace trace = Trace::of_both_ends();
    const std::uint64_t payload = cell.sender.total_payload_bytes;
    const std::uint64_t all_messages = payload / cell.message_size();
    const bool zerocopy = shape.variant == Variant::A3;
    const auto measured = static_cast<double>(cell.payload_bytes());
    trace.of(Role::sender).calls = cell.sender.calls;
    trace.of(Role::receiver).calls = cell.receiver.calls;
    trace.of(Role::sender).zerocopy = cell.sender.zerocopy;
    trace.of(Role::sender).zerocopy.enobufs = trace.of(Role::sender).zerocopy.deepest_outstanding = 0;

    PathTable& sender = trace.of(Role::sender).paths;
    sender[index_of(Path::send_syscall)] = timed_path(cell.sender.calls.send_calls, payload, 9'000);
    sender[index_of(Path::recv_syscall)] = timed_path(all_messages, all_messages * cell.message_size(), 30'000);
    sender[index_of(Path::errqueue_syscall)] =
        zerocopy ? timed_path(cell.sender.calls.errqueue_calls, 0, 1'200) : unused_path();
    sender[index_of(Path::tcp_sendmsg)] = absent_path("fentry is refused: EPERM (lockdown: integrity)");
    const std::uint64_t chunks = cell.sender.calls.send_calls;
    sender[index_of(Path::copy_in)] =
        zerocopy ? unused_path() : exact_path(chunks, payload, sampled(measured * 0.21, 0.09));
    sender[index_of(Path::pin)] = zerocopy ? exact_path(chunks, payload, sampled(measured * 0.04, 0.2)) : unused_path();
    sender[index_of(Path::deferred_copy)] = unused_path();
    if (zerocopy) {
        PathFigures& deferred = sender[index_of(Path::deferred_copy)];
        deferred = exact_path(0, payload, sampled(measured * 0.27, 0.08));
        deferred.calls =
            Figure::at_least(static_cast<double>(chunks), "copies elsewhere than on delivery are not seen");
        deferred.bytes =
            Figure::at_least(static_cast<double>(payload), "copies elsewhere than on delivery are not seen");
    }
    for (Path path : {Path::copy_in, Path::pin, Path::deferred_copy})
        sender[index_of(path)].sampled_bytes = cell.payload_bytes();
    for (Path path : {Path::linearize, Path::skb_copy}) {
        PathFigures& uncounted = sender[index_of(path)];
        uncounted = absent_path("no tracepoint fires here");
        uncounted.backend = Backend::sampler;
        uncounted.time_ns = uncounted.exclusive_ns = Figure::sampled(0.0, 0.0, 3.7e6);
        uncounted.sampled_bytes = cell.payload_bytes();
    }
    sender[index_of(Path::copy_out)] = exact_path(all_messages, all_messages * cell.message_size(), sampled(1e6, 0.5));
    sender[index_of(Path::zc_complete)] = zerocopy ? timed_path(chunks, payload, 55'000) : unused_path();
    sender[index_of(Path::wait_send)] = timed_path(7, 0, 100'000);
    sender[index_of(Path::wait_recv)] = timed_path(all_messages, 0, 25'000);

    PathTable& receiver = trace.of(Role::receiver).paths;
    receiver.fill(unused_path());
    receiver[index_of(Path::send_syscall)] = timed_path(all_messages, payload, 8'000);
    receiver[index_of(Path::recv_syscall)] = timed_path(all_messages * 8, payload, 6'000);
    receiver[index_of(Path::tcp_sendmsg)] = absent_path("fentry is refused: EPERM (lockdown: integrity)");
    receiver[index_of(Path::copy_out)] = exact_path(all_messages * 9, payload, sampled(measured * 0.19, 0.1));
    receiver[index_of(Path::copy_out)].sampled_bytes = cell.payload_bytes();
    receiver[index_of(Path::wait_recv)] =
        timed_path(all_messages, 0, cell.receiver.latency.sum() / all_messages * 2 / 5);

    trace.of(Role::sender).cpu = profile(shape.cpu_sender_s * 1e9, zerocopy ? 0.35 : 0.25, 0.1);
    trace.of(Role::receiver).cpu = profile(shape.cpu_receiver_s * 1e9, 0.3, 0.15);
    trace.samples = SampleCounts{20'000, 5'000, 7, 2};
    trace.copy_evidence = CopyEvidence{{}, 0, Figure::sampled(0.0, 0.0, 3.7e6), {}};
    if (zerocopy)
        trace.copy_evidence->sites = {{CopyReason::local_delivery,
                                       Path::deferred_copy,
                                       5'000,
                                       {"skb_copy_ubufs", "__netif_receive_skb_core", "process_backlog"}}};
    trace.of(Role::sender).no_copy_sites = "skb_copy_ubufs() cannot be hooked here";
    trace.of(Role::sender).notifications.reason = "sock_dequeue_err_skb() cannot be hooked here";
    trace.losses = {{"recursion_misses", zerocopy ? 3U : 0U, "bytes and calls of every path"},
                    {"map_full", 0, "sockets that were not followed"}};
    return trace;
}

Cell cell_of(const Shape& shape, std::uint64_t field_size, unsigned threads, unsigned repeat, bool traced) {
    Cell cell;
    cell.variant = shape.variant;
    cell.field_size = field_size;
    cell.threads = threads;
    cell.repeat = repeat;
    const std::uint64_t messages = shape.messages + repeat * (shape.messages / 50);
    const std::uint64_t warmup = 32ULL * threads;

    EndResult& receiver = cell.receiver;
    receiver.role = Role::receiver;
    receiver.messages = messages;
    receiver.payload_bytes = messages * cell.message_size();
    receiver.total_payload_bytes = (messages + warmup) * cell.message_size();
    for (unsigned thread = 0; thread < threads; ++thread)
        receiver.messages_per_thread.push_back(messages / threads + (thread < messages % threads ? 1 : 0));
    receiver.duration_s = 2.0 + 0.125 * repeat;
    receiver.latency = latencies(messages, shape.latency_ns, shape.tail_ns);
    receiver.cpu_user_s = shape.cpu_receiver_s * 0.25;
    receiver.cpu_system_s = shape.cpu_receiver_s * 0.75;
    receiver.counters = counters(messages, 17);
    receiver.calls = {messages + warmup, receiver.total_payload_bytes, (messages + warmup) * 8,
                      receiver.total_payload_bytes, 0};
    receiver.bytes_verified = receiver.total_payload_bytes;

    EndResult& sender = cell.sender;
    sender.role = Role::sender;
    sender.messages = messages;
    sender.payload_bytes = receiver.payload_bytes;
    sender.total_payload_bytes = receiver.total_payload_bytes;
    sender.cpu_user_s = shape.cpu_sender_s * 0.125;
    sender.cpu_system_s = shape.cpu_sender_s * 0.875;
    sender.counters = counters(messages, 5);
    const std::uint64_t sends = (messages + warmup) * shape.send_calls_per_message;
    sender.calls = {sends, sender.total_payload_bytes, messages + warmup, sender.total_payload_bytes, 0};
    sender.bytes_verified = sender.total_payload_bytes;
    if (shape.variant == Variant::A3) {
        sender.zerocopy = {sends, sends, sends, sends - sends / 8, 2, 11};
        sender.calls.errqueue_calls = sender.zerocopy.notifications;
    }
    if (traced) {
        cell.trace = trace_of(cell, shape);
        const auto bytes = static_cast<double>(sender.calls.send_bytes);
        const auto received = static_cast<double>(receiver.calls.recv_bytes);
        cell.laws = {
            {"send_bytes", "copy_in + pin bytes = bytes that the send calls returned", bytes, bytes, true, true, {}},
            {"receive_bytes",
             "copy_out bytes = bytes that the receive calls returned",
             received,
             received,
             true,
             true,
             {}},
            {"exclusive_times", "exclusive times add up to the outermost path's time", 0, 0, false, false,
             "the sampler does not time single calls"}};
    }
    return cell;
}

ConnectionFigures connections_of(const Cell& cell, std::uint64_t segments) {
    ConnectionFigures figures;
    figures.congestion_control = "cubic";
    for (unsigned connection = 0; connection < cell.threads; ++connection) {
        figures.rtt_us.push_back(25 + 7 * connection);
        figures.rtt_variance_us.push_back(4 + connection);
        figures.congestion_window.push_back(10);
    }
    figures.delivered = segments;
    figures.busy_us = 250'000;
    figures.receive_window_limited_us = 60'000;
    figures.send_buffer_limited_us = 0;
    return figures;
}

/// What explains the figures of a cell, on a machine that does little else.
void record_surroundings(Cell& cell, std::map<std::string, std::uint64_t> counters) {
    const std::uint64_t segments = cell.messages() * 12;
    cell.sender.runnable_s = 0.125;
    cell.receiver.runnable_s = 0.0625;
    cell.sender.connections = connections_of(cell, segments);
    cell.receiver.connections = connections_of(cell, cell.messages());
    cell.receiver.connections->delivered.reset();
    cell.namespaces = {{{Role::sender}, {{"Tcp.OutSegs", segments}}, 0}, {{Role::receiver}, std::move(counters), 0}};
    cell.machine = MachineLoad{.cpus = 2,
                               .wall_s = 4.0,
                               .user_s = 1.5,
                               .system_s = 1.5,
                               .interrupts_s = 0.25,
                               .idle_s = 0.5,
                               .steal_s = 0.125,
                               .load_average = 1.25};
}

Environment environment() {
    Environment environment;
    environment.tool_version = "1.0.0";
    environment.started_at = "2026-01-02T03:04:05Z";
    environment.command_line = "netio-trace run --field-sizes 4K --repeats 2";
    environment.kernel_release = "6.18.5";
    environment.architecture = "x86_64";
    environment.cpu_model = "Example CPU @ 2.00GHz";
    environment.cpus = 2;
    environment.memory_bytes = 8'323'072'000;
    environment.virtualization = "kvm";
    environment.clock_source = "kvm-clock";
    environment.congestion_control = "cubic";
    environment.link = "veth";
    environment.mtu = 1500;
    environment.devices = {{"server", "veth", 1500, true, true, true, true, true},
                           {"client", "veth", 1500, true, true, {}, {}, false}};
    environment.backends = "tracepoint + sampler";
    for (Path path : all_paths) {
        PathPlan plan{path, Backend::tracepoint, Quality::exact, Quality::exact, Quality::sampled, {}};
        if (path == Path::tcp_sendmsg || path == Path::linearize || path == Path::skb_copy)
            plan = {path,
                    Backend::none,
                    Quality::unavailable,
                    Quality::unavailable,
                    Quality::unavailable,
                    "no tracepoint fires here"};
        environment.plan.push_back(plan);
    }
    environment.settings = {{"net.core.optmem_max", "131072"}, {"net.ipv4.tcp_rmem", "4096 131072 6291456"}};
    environment.notes = {"Sender and receiver share 2 CPUs."};
    return environment;
}

/// Takes figures of whole calls out of a path.
void take_calls(PathFigures& figures, double calls, double bytes) {
    figures.calls = Figure::exact(figures.calls.value - calls);
    figures.bytes = Figure::exact(figures.bytes.value - bytes);
}

/// The returns of 9 send calls and 3 receive calls were missed, and 3 ends of tcp_sendmsg() in them.
void miss_calls(Cell& cell) {
    Trace& trace = *cell.trace;
    const std::uint64_t size = cell.field_size;
    trace.losses.push_back(loss_of("recursion_misses.tp_sock_send_length", 3));
    SubjectTrace& sender = trace.of(Role::sender);
    SubjectTrace& receiver = trace.of(Role::receiver);
    sender.calls.send_calls -= 9;
    sender.calls.send_bytes -= 9 * size;
    take_calls(sender.path(Path::send_syscall), 9, static_cast<double>(9 * size));
    take_calls(sender.path(Path::copy_in), 9 * 16, static_cast<double>(12 * size));
    receiver.calls.recv_calls -= 3;
    receiver.calls.recv_bytes -= 3 * size;
    take_calls(receiver.path(Path::recv_syscall), 3, static_cast<double>(3 * size));
    take_calls(receiver.path(Path::copy_out), 6, static_cast<double>(3 * size));
}

} // namespace

Run complete_run() {
    Run run;
    run.environment = environment();
    run.spec.preset = "quick";
    run.spec.repeats = 2;
    run.spec.events = {"cycles",           "instructions", "cache-misses", "LLC-load-misses",
                       "context-switches", "page-faults",  "task-clock"};
    run.spec.verify = true;
    const Shape shapes[] = {{Variant::A1, 16'000, 118'000, 2'400'000, 8, 1.5, 1.2},
                            {Variant::A2, 26'000, 72'000, 1'300'000, 1, 1.1, 1.25},
                            {Variant::A3, 21'000, 90'000, 9'000'000, 1, 1.4, 1.2}};
    for (unsigned repeat = 0; repeat < run.spec.repeats; ++repeat)
        for (const Shape& shape : shapes)
            run.cells.push_back(cell_of(shape, 4096, 1, repeat, true));
    for (Cell& cell : run.cells)
        record_surroundings(cell,
                            {{"Tcp.OutSegs", cell.messages()}, {"TcpExt.DelayedACKs", 2}, {"Tcp.RetransSegs", 9}});
    return run;
}

Run one_cell_run() {
    Run run = complete_run();
    run.cells = {run.cells[index_of(Variant::A3)]};
    return run;
}

Run exact_run() {
    Run run;
    run.environment = environment();
    run.environment.command_line = "netio-trace run --field-sizes 64K --backend fentry";
    run.environment.backends = "fentry + tracepoint + sampler";
    run.environment.plan = exact_plan();
    run.environment.bracket_ns = 42.0;
    run.environment.notes.clear();
    run.spec.backend = Backend::fentry;
    run.spec.variants = {Variant::A2, Variant::A3};
    run.spec.field_sizes = {65536};
    run.spec.events = {"context-switches"};
    const Shape shapes[] = {{Variant::A2, 2'000, 880'000, 6'000'000, 1, 1.1, 1.25},
                            {Variant::A3, 2'800, 640'000, 9'000'000, 1, 1.4, 1.2}};
    for (const Shape& shape : shapes) {
        Cell cell = cell_of(shape, 65536, 1, 0, true);
        cell.sender.counters = {counted("context-switches", cell.messages())};
        cell.receiver.counters = {counted("context-switches", cell.messages() + 9)};
        trace_exactly(cell);
        cell.laws = analysis::check_laws(cell);
        run.cells.push_back(std::move(cell));
    }
    return run;
}

Run one_exact_cell_run() {
    Run run = exact_run();
    run.cells.erase(run.cells.begin());
    return run;
}

Run missed_run() {
    Run run = exact_run();
    run.cells.clear();
    run.spec.variants = {Variant::A1, Variant::A2};
    const Shape shapes[] = {{Variant::A1, 1'900, 940'000, 6'000'000, 8, 1.2, 1.25},
                            {Variant::A2, 2'000, 880'000, 6'000'000, 1, 1.1, 1.25}};
    for (const Shape& shape : shapes) {
        Cell cell = cell_of(shape, 65536, 1, 0, true);
        cell.sender.counters = cell.receiver.counters = {counted("context-switches", cell.messages())};
        trace_exactly(cell);
        cell.trace->losses.push_back(loss_of("recursion_misses.tp_sys_exit", shape.variant == Variant::A1 ? 12 : 2));
        cell.trace->losses.push_back(loss_of("missed_samples", 1));
        if (shape.variant == Variant::A1)
            miss_calls(cell);
        cell.laws = analysis::check_laws(cell);
        analysis::weigh_losses(cell);
        run.cells.push_back(std::move(cell));
    }
    return run;
}

Run damaged_run() {
    Run run;
    run.environment = environment();
    run.environment.cpu_model = "Example\x1b[31m \"CPU\", \xff";
    run.environment.link = "dev:eth\x07"
                           "0,eth1";
    run.environment.notes = {"A packet tap listens on the link, which makes the kernel copy zero-copy frames."};
    run.spec.link = {LinkKind::devices,
                     "eth\x07"
                     "0",
                     "eth1"};
    run.spec.field_sizes = {64, 65536};
    run.spec.threads = {1, 4};
    run.spec.pattern = Pattern::stream;
    run.spec.mtu = 9000;
    run.spec.send_buffer = 262144;
    run.spec.think_time_ns = 2500;
    run.spec.receive_buffer = 524288;
    run.spec.nagle = run.spec.pin = run.spec.ipv6 = true;
    run.spec.events = {"cycles", "context-switches"};
    const Shape first{Variant::A1, 480, 41'000'000, 82'000'000, 8, 0.001, 0.002};
    const Shape second{Variant::A2, 30'000, 63'000, 800'000, 1, 1.0, 0.9};
    const Shape third{Variant::A3, 25'000, 75'000, 900'000, 1, 1.1, 0.9};
    run.cells.push_back(cell_of(first, 64, 1, 0, true));
    run.cells.push_back(cell_of(second, 64, 1, 0, true));
    run.cells.push_back(cell_of(third, 64, 1, 0, true));
    run.cells.push_back(cell_of(first, 64, 4, 0, true));
    run.cells.push_back(cell_of(second, 65536, 1, 0, true));
    run.cells.push_back(cell_of(third, 65536, 1, 0, true));

    for (std::size_t i : {0U, 3U})
        record_surroundings(run.cells[i],
                            {{"TcpExt.DelayedACKs", 45}, {"Tcp.RetransSegs", 31}, {"TcpExt.TCPTimeouts", 2}});
    run.cells[3].namespaces[1].packet_taps = 1;
    run.cells[2].namespaces = {{{Role::sender, Role::receiver}, {{"Ip.FragCreates", 7000}}, 0}};

    LawCheck& broken = run.cells[1].laws[0];
    broken.observed = broken.expected - 4096;
    broken.holds = false;
    run.cells[1].trace->losses[1].count = 2;

    Cell& silent = run.cells[3];
    silent.receiver.messages = silent.receiver.payload_bytes = 0;
    silent.receiver.messages_per_thread.assign(4, 0);
    silent.receiver.duration_s = 0.0;
    silent.receiver.latency = Histogram{};
    silent.sender.messages = silent.sender.payload_bytes = 0;

    run.interrupted = true;
    run.failure = "the server was killed by signal 9 in cell A3, 8 x 64 KiB, 4 threads";
    return run;
}

namespace {

/// Misses of both ends in the measured part, as many for each KiB.
CounterReading misses(const std::string& event, const Cell& cell, double per_kibibyte) {
    return counted(event, static_cast<std::uint64_t>(static_cast<double>(cell.payload_bytes()) / 2048 * per_kibibyte));
}

/// No copy after all: the device takes the pages. What deferred_copy held up in calls goes back to TCP.
void leave_pages_where_they_are(Cell& cell) {
    PathTable& sender = cell.trace->of(Role::sender).paths;
    PathFigures& deferred = sender[index_of(Path::deferred_copy)];
    for (Figure* figure : {&deferred.calls, &deferred.bytes, &deferred.time_ns, &deferred.exclusive_ns})
        *figure = Figure::exact(0.0);
    deferred.histogram.emplace();
    deferred.sampled_time_ns = Figure::sampled(0.0, 0.0, 3.7e6);
    PathFigures& send = sender[index_of(Path::send_syscall)];
    sender[index_of(Path::tcp_sendmsg)].exclusive_ns.value += send.skb_path_ns.value;
    send.skb_path_ns = Figure::exact(0.0);
    cell.trace->of(Role::sender).copied_after_all.clear();
    cell.trace->of(Role::sender).zerocopy.copied = cell.sender.zerocopy.copied = 0;
    cell.sender.zerocopy.enobufs = 0;
}

Cell crossing_cell(const Shape& shape, std::uint64_t field_size, unsigned threads, unsigned repeat) {
    Cell cell = cell_of(shape, field_size, threads, repeat, true);
    const double fewer = shape.variant == Variant::A3 ? 0.5 : 1.0;
    for (EndResult* end : {&cell.sender, &cell.receiver})
        end->counters = {
            misses("L1-dcache-load-misses", cell, 32 * (1.0 + fewer)),
            misses("LLC-load-misses", cell, 4.0 * (0.5 + fewer) * threads),
            {"cache-misses", CounterStatus::not_supported, 0, 0.0, 0, 0, "this machine has no such counter"}};
    trace_exactly(cell);
    if (shape.variant == Variant::A3)
        leave_pages_where_they_are(cell);
    cell.laws = analysis::check_laws(cell);
    return cell;
}

} // namespace

Run crossing_run() {
    Run run = exact_run();
    run.cells.clear();
    run.environment.command_line =
        "netio-trace run --link dev:eth0,eth1 --field-sizes 1K,8K,64K --threads 1,2 --repeats 3";
    run.environment.cpus = 8;
    run.environment.link = "dev:eth0,eth1";
    run.spec.link = {LinkKind::devices, "eth0", "eth1"};
    run.spec.variants = {Variant::A1, Variant::A2, Variant::A3};
    run.spec.field_sizes = {1024, 8192, 65536};
    run.spec.threads = {1, 2};
    run.spec.repeats = 3;
    run.spec.events = {"L1-dcache-load-misses", "LLC-load-misses", "cache-misses"};
    // Messages in two seconds: zero-copy is behind with small fields and ahead with large ones.
    const std::uint64_t messages[][3] = {{9'000, 18'000, 12'000}, {4'000, 6'400, 6'300}, {1'000, 1'300, 2'100}};
    for (unsigned repeat = 0; repeat < run.spec.repeats; ++repeat)
        for (std::size_t size = 0; size < run.spec.field_sizes.size(); ++size)
            for (unsigned threads : run.spec.threads)
                for (Variant variant : run.spec.variants) {
                    const std::uint64_t made = messages[size][index_of(variant)] * (threads + 1) / 2;
                    // No two repeats are alike.
                    const std::uint64_t noise = made / 100 * ((repeat + 2 * index_of(variant)) % 3);
                    const Shape shape{
                        variant, made + noise, 2'000'000'000 / made, 9'000'000, variant == Variant::A1 ? 8U : 1U,
                        0.5,     0.5};
                    run.cells.push_back(crossing_cell(shape, run.spec.field_sizes[size], threads, repeat));
                }
    return run;
}

Run untraced_run() {
    Run run;
    run.environment = environment();
    run.environment.backends = "none";
    run.environment.plan.clear();
    run.environment.virtualization.clear();
    run.environment.notes.clear();
    run.spec.variants = {Variant::A1};
    run.spec.field_sizes = {256};
    run.spec.threads = {4};
    run.spec.nagle = true;
    run.spec.trace = false;
    run.spec.events = {"context-switches"};
    run.cells.push_back(cell_of({Variant::A1, 480, 41'000'000, 82'000'000, 8, 0.001, 0.002}, 256, 4, 0, false));
    record_surroundings(run.cells.back(), {{"TcpExt.DelayedACKs", 170}});
    run.cells.back().sender.runnable_s = run.cells.back().receiver.runnable_s = 1.0;
    run.cells.back().machine->steal_s = 0.25;
    return run;
}

Run empty_run() {
    Run run;
    run.environment = environment();
    run.interrupted = true;
    return run;
}

} // namespace netio::fixed_runs
