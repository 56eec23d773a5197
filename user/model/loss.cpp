// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/loss.h"

#include <algorithm>
#include <array>
#include <utility>

namespace netio {
namespace {

/// System calls, and what closes inside of one and is added to the figures when the call returns.
constexpr PathBits in_calls = path_bits(paths_where<belongs_to_call>);
constexpr PathBits waits = path_bits(paths_where<is_wait>);
constexpr PathBits of_skbs = path_bits(paths_where<copies_skb>);
constexpr PathBits of_sockets = of_skbs | path_bits({Path::zc_complete});
constexpr PathBits all_of_them = path_bits(all_paths);
constexpr PathBits none = 0;

struct Row {
    std::string_view name;
    PathBits counts = none;
    PathBits times = none;
    PathBits own_times = none; ///< beside those of `times`
    std::string_view note = {};
    LossEffect effect = LossEffect::figures;
    bool only_unhooked = false; ///< `counts` and `times` are touched only where no hook counts them
    bool many_each = false;     ///< see takes_many_calls()
};

/// What was lost by programs that ran, in the order of NETIO_LOSS_*, and by what is around them.
///
/// Two of them name no path: they are seen by the difference that a law shows, and explain none. Bytes outside of calls
/// are counted where they moved, and an unseen completion is what is missing after all losses that could have taken it.
constexpr std::array<Row, NETIO_LOSS_COUNT + 3> kinds{{
    {"thread_table_full", all_of_them, all_of_them, none, "threads that found no place", LossEffect::figures, false,
     true},
    {"socket_table_full", of_sockets, of_sockets, none,
     "sockets that found no place, in the attribution of softirqs too"},
    {"zerocopy_table_full", path_bits({Path::zc_complete}), path_bits({Path::zc_complete}), none,
     "sockets that found no place"},
    {"unclosed_calls", in_calls | of_skbs, in_calls | of_skbs, none, "what was open when its end was not seen"},
    {"restarted_calls", path_bits(paths_where<is_call>), path_bits(paths_where<is_call>), none,
     "calls that a signal interrupted"},
    {"bytes_outside_calls", none, none, none,
     "copy_in, pin, copy_out: calls that moved another number of bytes than they returned, because the socket is used "
     "by other threads or by other calls too"},
    {"overtaken_zerocopy_sends", path_bits({Path::zc_complete}), path_bits({Path::zc_complete}), none,
     "more sends in flight on a socket than can be followed"},
    {"unknown_completions", path_bits({Path::zc_complete}), path_bits({Path::zc_complete}), none,
     "completions of sends that were not seen"},
    {"unwalkable_stacks", none, none, none, "the precision of sampled times: sampling ticks without a stack",
     LossEffect::precision},
    {"sample_table_full", none, none, none, "sampled times: samples of stacks that found no place"},
    {"missed_switches", none, waits, in_calls, "too long where the end of a wait was not seen"},
    {"copy_site_table_full", none, none, none, "the reasons of copies after all: places that found no room"},
    {"timeline_full", none, none, none,
     "the timeline alone: events that found no room in it (record fewer milliseconds); no figure is counted from it",
     LossEffect::timeline},
    {"unseen_completions", none, none, none, "zc_complete: completions that were not seen"},
    {"missed_samples", none, none, none,
     "the precision of sampled times: sampling ticks that did not fire; times are scaled to those that did",
     LossEffect::precision},
    // Of earlier versions, whose table of threads was shorter.
    {"thread_id_collisions", all_of_them, all_of_them, none,
     "a thread whose id shares its low 16 bits with another one's", LossEffect::figures, false, true},
}};

constexpr PathBits sending = path_bits({Path::tcp_sendmsg, Path::copy_in, Path::pin});
constexpr PathBits copying_in = path_bits({Path::copy_in});
constexpr PathBits pinning = path_bits({Path::pin, Path::copy_in});
constexpr PathBits copying_out = path_bits({Path::copy_out});
constexpr PathBits completing = path_bits({Path::zc_complete});
constexpr PathBits around_sending = path_bits({Path::send_syscall, Path::tcp_sendmsg});
constexpr PathBits around_receiving = path_bits({Path::recv_syscall});
constexpr std::string_view too_long_a_bracket = "a bracket was too long";

/// What a program's missed hits take away, by the tracepoint or function that it is attached to.
constexpr std::array<Row, 31> programs{{
    {"sys_enter", in_calls | waits | completing, in_calls | waits | completing},
    // What has closed in a call whose return is missed goes with it, and the thread's next wait may begin in it.
    {"sys_exit", in_calls, in_calls | waits},
    {"sched_switch", waits, waits, in_calls},
    {"sock_send_length", sending, sending, around_sending},
    {"netif_receive_skb", path_bits({Path::deferred_copy}), none, none, "the attribution of softirqs in samples",
     LossEffect::figures, true},
    {"inet_sk_error_report", completing, completing},
    {"consume_skb", completing, completing},
    {"tcp_retransmit_skb", path_bits({Path::deferred_copy}), none, none, "segments that were copied again"},
    {"task_newtask", all_of_them, all_of_them, none, "threads that were not followed", LossEffect::figures, false,
     true},
    {"sched_process_free", none, none, none, "room for threads: an entry that was not given back"},
    {"tcp_destroy_sock", of_sockets, of_sockets, none, "where a socket's address was used again"},
    {"skb_copy_datagram_iovec", copying_out, copying_out, around_receiving},
    {"tcp_rcv_space_adjust", none, copying_out, around_receiving, too_long_a_bracket},
    {"on_sample", none, none, none, "the precision of sampled times", LossEffect::precision},
    {"tcp_sendmsg", sending, sending, around_sending},
    {"tcp_wmem_schedule", copying_in, copying_in, around_sending},
    {"sk_page_frag_refill", none, copying_in, around_sending, too_long_a_bracket},
    {"tcp_stream_alloc_skb", none, copying_in, around_sending, too_long_a_bracket},
    {"tcp_push", none, copying_in, around_sending, too_long_a_bracket},
    {"__tcp_push_pending_frames", none, copying_in, around_sending, too_long_a_bracket},
    {"tcp_push_one", none, copying_in, around_sending, too_long_a_bracket},
    {"__sk_flush_backlog", none, copying_in, around_sending, too_long_a_bracket},
    {"skb_zerocopy_iter_stream", pinning, pinning, around_sending},
    {"skb_splice_from_iter", copying_in, copying_in, around_sending},
    {"skb_copy_ubufs", path_bits({Path::deferred_copy}), path_bits({Path::deferred_copy}), in_calls},
    {"__pskb_pull_tail", path_bits({Path::linearize, Path::skb_copy}), path_bits({Path::linearize, Path::skb_copy}),
     in_calls},
    {"skb_copy_bits", path_bits({Path::skb_copy}), path_bits({Path::skb_copy}), in_calls},
    {"__msg_zerocopy_callback", completing, completing},
    {"sock_dequeue_err_skb", none, none, none, "the latency of notifications"},
    {"bpf_fentry_test1", none, none, none, "the calibration of brackets"},
    {"bpf_fentry_test2", none, none, none, "the calibration of brackets"},
}};

constexpr std::string_view recursion_prefix = "recursion_misses.";
constexpr std::string_view probe_prefix = "missed_probes.";

/// The name that a program is listed under: that of the tracepoint or function it hooks, or its own.
std::string_view listed_name(std::string_view program) {
    for (std::string_view prefix : {"tp_", "btf_", "event_", "fentry_", "fexit_", "kprobe_", "kretprobe_"})
        if (program.starts_with(prefix))
            return program.substr(prefix.size());
    return program;
}

template <std::size_t Count>
const Row* find(const std::array<Row, Count>& rows, std::string_view name) {
    const auto* found = std::ranges::find(rows, name, &Row::name);
    return found == rows.end() ? nullptr : &*found;
}

/// A loss's name is that of a program's hits that were missed: the program.
std::optional<std::string_view> program_in(std::string_view loss) {
    for (std::string_view prefix : {recursion_prefix, probe_prefix})
        if (loss.starts_with(prefix))
            return loss.substr(prefix.size());
    return std::nullopt;
}

/// What is known of a loss; null when nothing is.
const Row* row_of(std::string_view loss) {
    const auto program = program_in(loss);
    return program ? find(programs, listed_name(*program)) : find(kinds, loss);
}

std::string names_in(const PathSet& paths) {
    if (paths.all())
        return "all paths";
    if (paths == PathSet(in_calls))
        return "system calls and what is nested in them";
    std::string text;
    for (Path path : all_paths)
        if (paths[index_of(path)])
            text += (text.empty() ? "" : ", ") + std::string(name_of(path));
    return text;
}

/// "copy_in, and times of wait_send, and own times of tcp_sendmsg: note".
std::string in_words(const TouchedFigures& figures, std::string_view note) {
    const PathSet whole = figures.counts & figures.times;
    std::string text;
    const auto add = [&text](std::string_view of_what, const PathSet& paths) {
        if (paths.any())
            text += (text.empty() ? "" : ", and ") + std::string(of_what) + names_in(paths);
    };
    add("", whole);
    add("calls and bytes of ", figures.counts & ~figures.times);
    add("times of ", figures.times & ~figures.counts);
    add("own times of ", figures.own_times & ~figures.times);
    if (!note.empty())
        text += (text.empty() ? "" : ": ") + std::string(note);
    return text;
}

} // namespace

std::string_view name_of(LossEffect effect) {
    switch (effect) {
    case LossEffect::figures:
        return "figures";
    case LossEffect::precision:
        return "precision";
    case LossEffect::timeline:
        return "timeline";
    }
    return {};
}

std::optional<std::string_view> Loss::missed_by() const { return program_in(name); }

Loss loss_of(std::string name, std::uint64_t count, bool hooked) {
    Loss loss{std::move(name), count, {}};
    const auto program = program_in(loss.name);
    const Row* row = row_of(loss.name);
    if (row == nullptr) {
        loss.touches = "figures of " + std::string(program.value_or(loss.name));
        return loss;
    }
    loss.effect = row->effect;
    if (!(row->only_unhooked && hooked))
        loss.figures = {PathSet(row->counts), PathSet(row->times), PathSet()};
    loss.figures.own_times = PathSet(row->own_times) | loss.figures.times;
    loss.touches = in_words(loss.figures, row->note);
    return loss;
}

void add_losses(std::vector<Loss>& sum, std::span<const Loss> losses) {
    for (const Loss& loss : losses)
        if (const auto same = std::ranges::find(sum, loss.name, &Loss::name); same != sum.end())
            same->count += loss.count;
        else
            sum.push_back(loss);
}

std::uint64_t count_of(std::span<const Loss> losses, LossEffect effect) {
    std::uint64_t count = 0;
    for (const Loss& loss : losses)
        count += loss.effect == effect ? loss.count : 0;
    return count;
}

bool takes_many_calls(std::string_view name) {
    const Row* row = row_of(name);
    return row != nullptr && row->many_each;
}

std::string_view loss_name(std::size_t kind) { return kinds.at(kind).name; }

std::string recursion_misses_of(std::string_view program) {
    return std::string(recursion_prefix) + std::string(program);
}

std::string missed_probes_of(std::string_view program) { return std::string(probe_prefix) + std::string(program); }

} // namespace netio
