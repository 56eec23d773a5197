// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/hooks.h"

#include <algorithm>
#include <array>

namespace netio::tracer {
namespace {

constexpr std::array<HookedFunction, 17> functions{{
    {"tcp_sendmsg", true, true},
    {"tcp_wmem_schedule", false, true},
    {"sk_page_frag_refill", true, false},
    {"tcp_stream_alloc_skb", true, false},
    {"tcp_push", true, false},
    {"__tcp_push_pending_frames", true, false},
    {"tcp_push_one", true, false},
    {"__sk_flush_backlog", true, false},
    {"skb_zerocopy_iter_stream", true, true},
    {"skb_splice_from_iter", true, false},
    {"skb_copy_ubufs", true, true, true},
    {"__pskb_pull_tail", true, true},
    {"skb_copy_bits", true, true},
    {"__msg_zerocopy_callback", true, false, true},
    {"sock_dequeue_err_skb", false, true, true},
    {"bpf_fentry_test1", false, true},
    {"bpf_fentry_test2", true, false},
}};

} // namespace

std::span<const HookedFunction> hooked_functions() { return functions; }

const HookedFunction* find_hooked_function(std::string_view name) {
    const auto* found = std::ranges::find(functions, name, &HookedFunction::name);
    return found == functions.end() ? nullptr : &*found;
}

std::string entry_program(Backend backend, std::string_view function) {
    return (backend == Backend::fentry ? "fentry_" : "kprobe_") + std::string(function);
}

std::string exit_program(Backend backend, std::string_view function) {
    return (backend == Backend::fentry ? "fexit_" : "kretprobe_") + std::string(function);
}

} // namespace netio::tracer
