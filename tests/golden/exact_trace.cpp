// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "exact_trace.h"

#include <cstdint>
#include <string>

#include "made_up_histograms.h"

namespace netio::fixed_runs {
namespace {

constexpr const char* bracket = "the copy itself has no hook: timed between the functions called before and after it";
constexpr const char* no_bytes = "this path moves no bytes";
constexpr const char* no_stack = "in no sampled stack";
constexpr const char* of_calls_only = "counted for system calls only";

double time_of(const PathFigures& figures) { return figures.time_ns.value; }

/// Each call timed at its edges; nothing nested, never preempted.
PathFigures timed(Backend backend, std::uint64_t calls, Figure bytes, std::uint64_t middle_ns) {
    PathFigures figures;
    figures.backend = backend;
    figures.histogram = durations(calls, middle_ns);
    figures.calls = Figure::exact(static_cast<double>(calls));
    figures.bytes = std::move(bytes);
    figures.time_ns = figures.exclusive_ns = Figure::exact(static_cast<double>(figures.histogram->sum()));
    figures.preempted_ns = Figure::exact(0.0);
    figures.skb_path_ns = Figure::unavailable(of_calls_only);
    figures.sampled_time_ns = Figure::unavailable(no_stack);
    return figures;
}

void make_bracketed(PathFigures& figures) {
    for (Figure* figure : {&figures.time_ns, &figures.exclusive_ns, &figures.preempted_ns}) {
        figure->quality = Quality::bracketed;
        figure->reason = bracket;
    }
}

/// What the sampler saw of the same: a little less, for it saw no warm-up.
void add_second_opinion(PathFigures& figures, std::uint64_t measured_bytes) {
    const double seen = time_of(figures) * 0.9375;
    figures.sampled_time_ns = Figure::sampled(seen, seen * 0.875, seen * 1.125);
    figures.sampled_bytes = measured_bytes;
}

/// Takes what is nested out of a path's exclusive time, and time in which the thread could not run.
void take_out(PathFigures& figures, double nested_ns, double preempted_ns) {
    figures.exclusive_ns.value -= nested_ns + preempted_ns;
    figures.exclusive_ns.low = figures.exclusive_ns.high = figures.exclusive_ns.value;
    figures.preempted_ns = Figure::exact(preempted_ns);
}

Figure bytes_of(std::uint64_t bytes) { return Figure::exact(static_cast<double>(bytes)); }

void trace_sender(Cell& cell, PathTable& paths) {
    const CallTotals& calls = cell.sender.calls;
    const bool zero_copy = cell.sender.zerocopy.sends != 0;
    const auto fill = [&](Path path, std::uint64_t count, Figure bytes, std::uint64_t middle_ns) -> PathFigures& {
        return paths[index_of(path)] = timed(Backend::fentry, count, std::move(bytes), middle_ns);
    };
    PathFigures& copy_in =
        fill(Path::copy_in, zero_copy ? 0 : calls.send_calls * 16, bytes_of(zero_copy ? 0 : calls.send_bytes), 6'500);
    make_bracketed(copy_in);
    PathFigures& pin =
        fill(Path::pin, zero_copy ? calls.send_calls * 8 : 0, bytes_of(zero_copy ? calls.send_bytes : 0), 2'400);
    PathFigures& wait = fill(Path::wait_send, calls.send_calls / 4, Figure::unavailable(no_bytes), 90'000);
    wait.backend = Backend::tracepoint;
    const std::uint64_t reallocated = zero_copy ? calls.send_calls / 64 : 0;
    PathFigures& deferred = fill(Path::deferred_copy, zero_copy ? calls.send_calls * 9 + reallocated : 0,
                                 bytes_of(zero_copy ? calls.send_bytes : 0), 12'000);
    fill(Path::linearize, 0, bytes_of(0), 1);
    fill(Path::skb_copy, 0, bytes_of(0), 1);
    fill(Path::zc_complete, cell.sender.zerocopy.sends, Figure::unavailable(no_bytes), 420'000).backend =
        Backend::fentry;

    // Most of the deferred copies happen in softirqs that run inside of the sender's own calls.
    const double inside = static_cast<double>(static_cast<std::uint64_t>(time_of(deferred) * 0.75));
    PathFigures& tcp = fill(Path::tcp_sendmsg, calls.send_calls, Figure::unavailable(no_bytes), 520'000);
    take_out(tcp, time_of(copy_in) + time_of(pin) + time_of(wait) + inside, 4'000'000.0);
    PathFigures& send = fill(Path::send_syscall, calls.send_calls, bytes_of(calls.send_bytes), 530'000);
    take_out(send, time_of(tcp), 0.0);
    send.skb_path_ns = Figure::exact(inside);
    PathFigures& recv = fill(Path::recv_syscall, calls.recv_calls, bytes_of(calls.recv_bytes), 300'000);
    PathFigures& copy_out = fill(Path::copy_out, calls.recv_calls * 3, bytes_of(calls.recv_bytes), 9'000);
    make_bracketed(copy_out);
    PathFigures& wait_recv = fill(Path::wait_recv, calls.recv_calls, Figure::unavailable(no_bytes), 200'000);
    take_out(recv, time_of(copy_out) + time_of(wait_recv), 0.0);
    recv.skb_path_ns = Figure::exact(0.0);
    PathFigures& errqueue = fill(Path::errqueue_syscall, calls.errqueue_calls, Figure::unavailable(no_bytes), 1'200);
    errqueue.skb_path_ns = Figure::exact(0.0);
    for (Path path : {Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall, Path::copy_out, Path::wait_recv})
        paths[index_of(path)].backend = Backend::tracepoint;
    for (Path path : {Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall, Path::tcp_sendmsg, Path::copy_in,
                      Path::pin, Path::deferred_copy, Path::linearize, Path::skb_copy, Path::copy_out})
        add_second_opinion(paths[index_of(path)], cell.payload_bytes());
}

void trace_receiver(Cell& cell, PathTable& paths) {
    const CallTotals& calls = cell.receiver.calls;
    const auto fill = [&](Path path, std::uint64_t count, Figure bytes, std::uint64_t middle_ns) -> PathFigures& {
        return paths[index_of(path)] = timed(Backend::fentry, count, std::move(bytes), middle_ns);
    };
    for (Path path : all_paths)
        fill(path, 0, bytes_of(0), 1);
    for (Path path : {Path::errqueue_syscall, Path::tcp_sendmsg, Path::wait_send, Path::zc_complete})
        paths[index_of(path)].bytes = Figure::unavailable(no_bytes);
    PathFigures& copy_in = fill(Path::copy_in, calls.send_calls * 16, bytes_of(calls.send_bytes), 6'500);
    make_bracketed(copy_in);
    PathFigures& tcp = fill(Path::tcp_sendmsg, calls.send_calls, Figure::unavailable(no_bytes), 380'000);
    take_out(tcp, time_of(copy_in), 0.0);
    PathFigures& send = fill(Path::send_syscall, calls.send_calls, bytes_of(calls.send_bytes), 390'000);
    take_out(send, time_of(tcp), 0.0);
    send.skb_path_ns = Figure::exact(0.0);
    PathFigures& copy_out = fill(Path::copy_out, calls.recv_calls * 2, bytes_of(calls.recv_bytes), 7'000);
    make_bracketed(copy_out);
    PathFigures& wait = fill(Path::wait_recv, calls.recv_calls / 4, Figure::unavailable(no_bytes), 110'000);
    PathFigures& recv = fill(Path::recv_syscall, calls.recv_calls, bytes_of(calls.recv_bytes), 60'000);
    const auto held_up = 65'536.0;
    take_out(recv, time_of(copy_out) + time_of(wait) + held_up, 12'000.0);
    recv.skb_path_ns = Figure::exact(held_up);
    paths[index_of(Path::errqueue_syscall)].skb_path_ns = Figure::exact(0.0);
    for (Path path : {Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall, Path::copy_out, Path::wait_recv,
                      Path::wait_send})
        paths[index_of(path)].backend = Backend::tracepoint;
    for (Path path : {Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall, Path::tcp_sendmsg, Path::copy_in,
                      Path::pin, Path::deferred_copy, Path::linearize, Path::skb_copy, Path::copy_out})
        add_second_opinion(paths[index_of(path)], cell.payload_bytes());
}

void add_zero_copy(const Cell& cell, Trace& trace) {
    const ZerocopyTotals& zerocopy = cell.sender.zerocopy;
    trace.of(Role::sender).notifications.latency.emplace();
    if (zerocopy.sends == 0)
        return;
    const PathFigures& deferred = trace.of(Role::sender).path(Path::deferred_copy);
    CopySite moved{CopyReason::reallocation,
                   Path::deferred_copy,
                   cell.sender.calls.send_calls / 64,
                   cell.sender.calls.send_calls / 64 * 4096,
                   {"pskb_expand_head", "__skb_unclone", "tcp_retransmit_skb"}};
    CopySite delivered{CopyReason::local_delivery,
                       Path::deferred_copy,
                       static_cast<std::uint64_t>(deferred.calls.value) - moved.calls,
                       static_cast<std::uint64_t>(deferred.bytes.value) - moved.bytes,
                       {"__netif_receive_skb_core", "__netif_receive_skb_one_core", "process_backlog", "__napi_poll"}};
    trace.of(Role::sender).copied_after_all = {std::move(delivered), std::move(moved)};
    // Notifications are so many fewer than sends because each merged one reports two.
    trace.of(Role::sender).notifications.read = zerocopy.notifications;
    trace.of(Role::sender).notifications.merged = zerocopy.sends - zerocopy.notifications;
    trace.of(Role::sender).notifications.merged_sends = 2 * trace.of(Role::sender).notifications.merged;
    trace.of(Role::sender).notifications.latency = durations(zerocopy.sends, 35'000);
}

} // namespace

void trace_exactly(Cell& cell) {
    Trace& trace = *cell.trace;
    for (SubjectTrace& each : trace.subjects)
        each.paths = {};
    trace_sender(cell, trace.of(Role::sender).paths);
    trace_receiver(cell, trace.of(Role::receiver).paths);
    trace.of(Role::sender).no_copy_sites.clear();
    trace.of(Role::sender).notifications = {};
    add_zero_copy(cell, trace);
    trace.losses = {loss_of("copy_site_table_full", 0), loss_of("recursion_misses.fentry_skb_copy_ubufs", 0)};
}

std::vector<PathPlan> exact_plan() {
    std::vector<PathPlan> plan;
    for (Path path : all_paths) {
        PathPlan entry{path, Backend::fentry, Quality::exact, Quality::exact, Quality::exact, {}};
        switch (path) {
        case Path::send_syscall:
        case Path::recv_syscall:
        case Path::errqueue_syscall:
            entry.backend = Backend::tracepoint;
            break;
        case Path::wait_send:
        case Path::wait_recv:
            entry.backend = Backend::tracepoint;
            entry.bytes = Quality::unavailable;
            break;
        case Path::tcp_sendmsg:
        case Path::zc_complete:
            entry.bytes = Quality::unavailable;
            break;
        case Path::copy_out:
            entry.backend = Backend::tracepoint;
            [[fallthrough]];
        case Path::copy_in:
            entry.time = Quality::bracketed;
            entry.reason = bracket;
            break;
        default:
            break;
        }
        plan.push_back(std::move(entry));
    }
    return plan;
}

} // namespace netio::fixed_runs
