// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/losses.h"

#include <algorithm>
#include <string_view>

namespace netio::tracer {
namespace {

struct LossText {
    std::string_view name;
    std::string_view touches;
};

constexpr std::array<LossText, NETIO_LOSS_COUNT> loss_texts{{
    {"thread_table_full", "all figures of the threads that found no place"},
    {"thread_id_collisions", "all figures of a thread whose id shares its low 16 bits with another one's"},
    {"socket_table_full", "deferred_copy, zc_complete and softirq attribution of the sockets that found no place"},
    {"zerocopy_table_full", "zc_complete of the sockets that found no place"},
    {"frame_overflows", "wait_send, wait_recv"},
    {"unclosed_calls",
     "send_syscall, recv_syscall, errqueue_syscall, tcp_sendmsg, copy_in, pin, copy_out, deferred_copy, "
     "linearize, skb_copy: what was open when its end was not seen"},
    {"restarted_calls", "send_syscall, recv_syscall, errqueue_syscall: calls that a signal interrupted"},
    {"bytes_outside_calls",
     "copy_in, pin, copy_out: calls that moved another number of bytes than they returned, because "
     "the socket is used by other threads or by other calls too"},
    {"overtaken_zerocopy_sends", "zc_complete: more sends in flight on a socket than can be followed"},
    {"unknown_completions", "zc_complete: completions of sends that were not seen"},
    {"unwalkable_stacks", "sampled times: samples without a stack"},
    {"sample_table_full", "sampled times: samples of stacks that found no place"},
    {"missed_switches", "wait_send, wait_recv and preempted times: too long where the end of a wait was not seen"},
    {"copy_site_table_full", "the reasons of copies after all: places that found no room"},
    {"timeline_full",
     "the timeline alone: events that found no room in it (record fewer milliseconds); no figure is counted from it"},
}};

/// What a program's missed runs make too low.
constexpr std::array<LossText, 29> program_texts{{
    {"sys_enter", "send_syscall, recv_syscall, errqueue_syscall"},
    {"sys_exit", "send_syscall, recv_syscall, errqueue_syscall"},
    {"sched_switch", "wait_send, wait_recv"},
    {"sock_send_length", "tcp_sendmsg, copy_in, pin"},
    {"netif_receive_skb", "deferred_copy, softirq attribution of samples"},
    {"inet_sk_error_report", "zc_complete"},
    {"consume_skb", "zc_complete"},
    {"tcp_retransmit_skb", "the quality of deferred_copy"},
    {"tcp_destroy_sock", "attribution, where a socket's address was used again"},
    {"skb_copy_datagram_iovec", "copy_out"},
    {"tcp_rcv_space_adjust", "copy_out"},
    {"on_sample", "sampled times"},
    {"tcp_sendmsg", "tcp_sendmsg, copy_in, pin"},
    {"tcp_wmem_schedule", "copy_in"},
    {"sk_page_frag_refill", "copy_in: a bracket was too long"},
    {"tcp_stream_alloc_skb", "copy_in: a bracket was too long"},
    {"tcp_push", "copy_in: a bracket was too long"},
    {"__tcp_push_pending_frames", "copy_in: a bracket was too long"},
    {"tcp_push_one", "copy_in: a bracket was too long"},
    {"__sk_flush_backlog", "copy_in: a bracket was too long"},
    {"skb_zerocopy_iter_stream", "pin, copy_in"},
    {"skb_splice_from_iter", "copy_in"},
    {"skb_copy_ubufs", "deferred_copy"},
    {"__pskb_pull_tail", "linearize, skb_copy"},
    {"skb_copy_bits", "skb_copy"},
    {"__msg_zerocopy_callback", "zc_complete"},
    {"sock_dequeue_err_skb", "the latency of notifications"},
    {"bpf_fentry_test1", "the calibration of brackets"},
    {"bpf_fentry_test2", "the calibration of brackets"},
}};

/// The name that a program is listed under: that of the tracepoint or function it hooks, or its own.
std::string_view listed_name(std::string_view program) {
    for (std::string_view prefix : {"tp_", "btf_", "fentry_", "fexit_", "kprobe_", "kretprobe_"})
        if (program.starts_with(prefix))
            return program.substr(prefix.size());
    return program;
}

std::string touched_by(const std::string& program) {
    for (const LossText& text : program_texts)
        if (text.name == listed_name(program))
            return std::string(text.touches);
    return "figures of " + program;
}

/// Completions are looked for at two places, and most skbs that are freed are no notifications: runs that these
/// programs missed have lost something only if completions are missing.
bool has_a_second_look(const std::string& program) {
    return program == "tp_inet_sk_error_report" || program == "tp_consume_skb";
}

} // namespace

std::vector<Loss> list_losses(const LossCounts& counts) {
    std::vector<Loss> list;
    for (std::size_t kind = 0; kind < loss_texts.size(); ++kind)
        list.push_back(
            {std::string(loss_texts[kind].name), counts.in_programs[kind], std::string(loss_texts[kind].touches)});
    for (const auto& [program, misses] : counts.recursion_misses)
        list.push_back({"recursion_misses." + program,
                        has_a_second_look(program) ? std::min(misses, counts.completions_missing) : misses,
                        touched_by(program)});
    for (const auto& [program, misses] : counts.probe_misses)
        list.push_back({"missed_probes." + program, misses, touched_by(program)});
    list.push_back({"unseen_completions", counts.completions_missing, "zc_complete"});
    list.push_back({"missed_samples", counts.missed_samples,
                    "the precision of sampled times: ticks of the sampling clock that did not happen; the times are "
                    "scaled to those that did"});
    return list;
}

} // namespace netio::tracer
