// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/probe.h"

#include <algorithm>

namespace netio {
namespace {

constexpr PathBits in_calls = path_bits(paths_where<belongs_to_call>);
constexpr PathBits waits = path_bits(paths_where<is_wait>);
constexpr PathBits deferred_copy = path_bits({Path::deferred_copy});
constexpr PathBits skb_copies = path_bits(paths_where<copies_skb>) & ~deferred_copy;
constexpr PathBits of_sockets = path_bits(paths_where<copies_skb>) | path_bits({Path::zc_complete});
constexpr PathBits every_path = path_bits(all_paths);
constexpr PathBits tcp_sendmsg = path_bits({Path::tcp_sendmsg});
constexpr PathBits copy_in = path_bits({Path::copy_in});
constexpr PathBits pin = path_bits({Path::pin});
constexpr PathBits copy_out = path_bits({Path::copy_out});
constexpr PathBits completion = path_bits({Path::zc_complete});
constexpr PathBits around_sending = path_bits({Path::send_syscall}) | tcp_sendmsg;
constexpr PathBits around_receiving = path_bits({Path::recv_syscall});
/// All that is seen from system calls when no function is hooked.
constexpr PathBits seen_from_calls = (in_calls & ~tcp_sendmsg) | waits | completion | deferred_copy;

/// A function at whose entry a bracket around a copy to the kernel may end.
constexpr Probe end_of_copy_in(std::string_view function, bool is_needed = true) {
    return {.name = function,
            .entry = true,
            .serves = is_needed ? copy_in : 0,
            .helps = is_needed ? 0 : copy_in,
            .missed = {.times = copy_in, .own_times = around_sending, .note = "a bracket was too long"}};
}

constexpr Probe copies_whole_skbs(std::string_view function) {
    return {.name = function,
            .entry = true,
            .exit = true,
            .serves = skb_copies,
            .missed = whole_calls(path_bits({Path::skb_copy}), in_calls)};
}

constexpr std::array probes{
    Probe{.name = "sys_enter",
          .kind = ProbeKind::tracepoint,
          .typed = true,
          .event_group = "raw_syscalls",
          .serves = seen_from_calls,
          .missed = whole_calls(in_calls | waits | completion)},
    // What has closed in a call whose return is missed goes with it, and the thread's next wait may begin in it.
    Probe{.name = "sys_exit",
          .kind = ProbeKind::tracepoint,
          .event_group = "raw_syscalls",
          .serves = seen_from_calls,
          .missed = {.counts = in_calls, .times = in_calls | waits}},
    Probe{.name = "sched_switch",
          .kind = ProbeKind::tracepoint,
          .typed = true,
          .serves = waits,
          .missed = whole_calls(waits, in_calls)},
    Probe{.name = "task_newtask",
          .kind = ProbeKind::tracepoint,
          .missed = {.counts = every_path,
                     .times = every_path,
                     .note = "threads that were not followed",
                     .takes_many_calls = true}},
    Probe{.name = "sched_process_free",
          .kind = ProbeKind::tracepoint,
          .missed = {.note = "room for threads: an entry that was not given back"}},
    // A socket that is closed with segments in its backlog is destroyed with softirqs enabled (__tcp_close(),
    // net/ipv4/tcp.c), and a softirq that interrupts the program there may destroy hundreds of others.
    Probe{.name = "tcp_destroy_sock",
          .kind = ProbeKind::tracepoint,
          .twice = true,
          .missed = whole_calls(of_sockets, 0, "where a socket's address was used again")},
    Probe{.name = "skb_copy_datagram_iovec",
          .kind = ProbeKind::tracepoint,
          .event_group = "skb",
          .use = ProbeUse::beside_hooks,
          .serves = copy_out,
          .missed = whole_calls(copy_out, around_receiving)},
    Probe{.name = "tcp_rcv_space_adjust",
          .kind = ProbeKind::tracepoint,
          .use = ProbeUse::beside_hooks,
          .serves = copy_out,
          .missed = {.times = copy_out, .own_times = around_receiving, .note = "a bracket was too long"}},
    Probe{.name = "sock_send_length",
          .kind = ProbeKind::tracepoint,
          .event_group = "sock",
          .use = ProbeUse::beside_hooks,
          .serves = tcp_sendmsg,
          .missed = whole_calls(tcp_sendmsg | copy_in | pin, around_sending)},
    Probe{.name = "netif_receive_skb",
          .kind = ProbeKind::tracepoint,
          .use = ProbeUse::without_hooks,
          .serves = deferred_copy,
          .attributes_samples = true,
          .missed = {.counts = deferred_copy, .note = "the attribution of softirqs in samples"}},
    Probe{.name = "inet_sk_error_report",
          .kind = ProbeKind::tracepoint,
          .use = ProbeUse::without_hooks,
          .serves = completion,
          .zero_copy_only = true,
          .has_second_look = true,
          .missed = whole_calls(completion)},
    // Most skbs that are freed are no notifications.
    Probe{.name = "consume_skb",
          .kind = ProbeKind::tracepoint,
          .use = ProbeUse::without_hooks,
          .serves = completion,
          .zero_copy_only = true,
          .has_second_look = true,
          .missed = whole_calls(completion)},
    Probe{.name = "tcp_retransmit_skb",
          .kind = ProbeKind::tracepoint,
          .use = ProbeUse::without_hooks,
          .serves = deferred_copy,
          .zero_copy_only = true,
          .missed = {.counts = deferred_copy, .note = "segments that were copied again"}},

    // tcp_sendmsg() returns to where sock_send_length is, which costs less than a hook of its exit.
    Probe{.name = "tcp_sendmsg",
          .entry = true,
          .exit = true,
          .serves = tcp_sendmsg | copy_in | pin,
          .missed = whole_calls(tcp_sendmsg | copy_in | pin, around_sending)},
    Probe{.name = "tcp_wmem_schedule", .exit = true, .serves = copy_in, .missed = whole_calls(copy_in, around_sending)},
    end_of_copy_in("sk_page_frag_refill"),
    end_of_copy_in("tcp_stream_alloc_skb"),
    end_of_copy_in("__tcp_push_pending_frames"),
    end_of_copy_in("tcp_push_one"),
    end_of_copy_in("__sk_flush_backlog"),
    Probe{.name = "skb_zerocopy_iter_stream",
          .entry = true,
          .exit = true,
          .serves = copy_in | pin,
          .missed = whole_calls(copy_in | pin, around_sending)},
    // The end of a call's last copy, whether or not that is sent at once.
    end_of_copy_in("tcp_push", false),
    // Only kernels that splice with it have it.
    Probe{.name = "skb_splice_from_iter",
          .entry = true,
          .helps = copy_in,
          .missed = whole_calls(copy_in, around_sending)},
    Probe{.name = "skb_copy_ubufs",
          .entry = true,
          .exit = true,
          .serves = deferred_copy,
          .zero_copy_only = true,
          .missed = whole_calls(deferred_copy, in_calls)},
    // Each of the three needs the others, to tell what is whose.
    Probe{.name = "__pskb_pull_tail",
          .entry = true,
          .exit = true,
          .serves = skb_copies,
          .missed = whole_calls(skb_copies, in_calls)},
    copies_whole_skbs("skb_copy_bits"),
    copies_whole_skbs("skb_copy_and_csum_bits"),
    Probe{.name = "__msg_zerocopy_callback",
          .entry = true,
          .serves = completion,
          .zero_copy_only = true,
          .missed = whole_calls(completion)},
    Probe{.name = "sock_dequeue_err_skb",
          .exit = true,
          .aid = ProbeAid::notifications,
          .zero_copy_only = true,
          .missed = {.note = "the latency of notifications"}},
    Probe{.name = "bpf_fentry_test1",
          .exit = true,
          .aid = ProbeAid::calibration,
          .missed = {.note = "the calibration of brackets"}},
    Probe{.name = "bpf_fentry_test2",
          .entry = true,
          .aid = ProbeAid::calibration,
          .missed = {.note = "the calibration of brackets"}},
    Probe{.name = sampler_program,
          .kind = ProbeKind::clock,
          .missed = {.note = "the precision of sampled times", .effect = LossEffect::precision}},
};

struct Prefix {
    std::string_view text;
    Backend needs;
};
constexpr std::array prefixes{Prefix{"tp_", Backend::tracepoint},    Prefix{"event_", Backend::tracepoint},
                              Prefix{"again_", Backend::tracepoint}, Prefix{"btf_", Backend::fentry},
                              Prefix{"fentry_", Backend::fentry},    Prefix{"fexit_", Backend::fentry},
                              Prefix{"kprobe_", Backend::kprobe},    Prefix{"kretprobe_", Backend::kprobe}};

const Prefix* prefix_of(std::string_view program) {
    const auto found =
        std::ranges::find_if(prefixes, [&](const Prefix& prefix) { return program.starts_with(prefix.text); });
    return found == prefixes.end() ? nullptr : &*found;
}

} // namespace

std::span<const Probe> all_probes() { return probes; }

const Probe* find_probe(std::string_view name) {
    const auto* found = std::ranges::find(probes, name, &Probe::name);
    return found == probes.end() ? nullptr : &*found;
}

const Probe* probe_of_program(std::string_view program) {
    const Prefix* prefix = prefix_of(program);
    return find_probe(prefix == nullptr ? program : program.substr(prefix->text.size()));
}

std::string raw_program(const Probe& tracepoint) { return "tp_" + std::string(tracepoint.name); }
std::string typed_program(const Probe& tracepoint) { return "btf_" + std::string(tracepoint.name); }
std::string event_program(const Probe& tracepoint) { return "event_" + std::string(tracepoint.name); }
std::string second_program(const Probe& tracepoint) { return "again_" + std::string(tracepoint.name); }

std::string entry_program(Backend backend, std::string_view function) {
    return (backend == Backend::fentry ? "fentry_" : "kprobe_") + std::string(function);
}

std::string exit_program(Backend backend, std::string_view function) {
    return (backend == Backend::fentry ? "fexit_" : "kretprobe_") + std::string(function);
}

Backend backend_of_program(std::string_view program) {
    if (program == sampler_program)
        return Backend::sampler;
    const Prefix* prefix = prefix_of(program);
    return prefix == nullptr ? Backend::tracepoint : prefix->needs;
}

} // namespace netio
