// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "fixed_runs.h"

namespace netio::fixed_runs {
namespace {

constexpr std::uint32_t sending = 4101;
constexpr std::uint32_t receiving = 4202;

/// One message of two zero-copy sends that share a notification, and what its receiver did meanwhile.
Timeline timeline() {
    const auto event = [](Path path, Role role, std::uint64_t start, std::uint64_t end, std::uint64_t bytes,
                          std::uint32_t cpu) {
        TimelineEvent made;
        made.path = path;
        made.subject = subject_of(role);
        made.start_ns = start;
        made.duration_ns = end - start;
        made.bytes = bytes;
        made.tid = role == Role::sender ? sending : receiving;
        made.cpu = cpu;
        return made;
    };
    const auto notified = [&](std::uint64_t start, std::uint64_t end) {
        TimelineEvent made = event(Path::zc_complete, Role::sender, start, end, 0, 0);
        made.notification = true;
        return made;
    };
    Timeline timeline;
    timeline.begins_ns = 26'940'832'396'207;
    timeline.window_ns = 500'000;
    timeline.events = {
        event(Path::pin, Role::sender, 3'000, 13'000, 262'144, 0),
        event(Path::deferred_copy, Role::sender, 20'001, 45'003, 262'144, 0),
        event(Path::wait_recv, Role::receiver, 800, 48'250, 0, 1),
        event(Path::tcp_sendmsg, Role::sender, 2'000, 50'500, 0, 0),
        event(Path::send_syscall, Role::sender, 1'000, 51'000, 262'144, 0),
        event(Path::copy_out, Role::receiver, 49'000, 98'765, 262'144, 1),
        event(Path::recv_syscall, Role::receiver, 500, 99'999, 262'144, 1),
        event(Path::send_syscall, Role::sender, 60'000, 100'000, 262'144, 0),
        event(Path::zc_complete, Role::sender, 1'000, 120'000, 0, 1),
        event(Path::zc_complete, Role::sender, 60'000, 120'000, 0, 1),
        notified(120'000, 150'125),
        notified(120'000, 150'125),
        event(Path::errqueue_syscall, Role::sender, 149'000, 151'000, 0, 0),
    };
    timeline.events[1].tid = receiving;
    timeline.events[7].lost_before = 3;
    timeline.lost_at_end = 40;
    return timeline;
}

KernelStacks stacks() {
    using enum SampleContext;
    return {{"entry_SYSCALL_64", "do_syscall_64", "tcp_sendmsg", "tcp_recvmsg", "copy_page_to_iter", "handle_softirqs",
             "skb_copy_ubufs", "[unknown]"},
            {{subject_of(Role::sender), task, {0, 1, 2}, 120},
             {subject_of(Role::sender), task, {0, 1, 2, 7}, 3},
             {subject_of(Role::sender), softirq, {5, 6}, 41},
             {subject_of(Role::sender), user, {}, 9},
             {subject_of(Role::receiver), task, {}, 1},
             {subject_of(Role::receiver), task, {0, 1, 3, 4}, 201},
             {subject_of(Role::receiver), user, {}, 12}}};
}

} // namespace

Run recorded_run() {
    Run run = one_exact_cell_run();
    run.spec.timeline_ms = 0.5;
    run.spec.stacks = true;
    Trace& trace = *run.cells.back().trace;
    trace.timeline = timeline();
    trace.stacks = stacks();
    trace.losses.push_back(loss_of("timeline_full", trace.timeline->lost()));
    return run;
}

} // namespace netio::fixed_runs
