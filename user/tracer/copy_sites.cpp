// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/copy_sites.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace netio::tracer {
namespace {

struct Meaning {
    std::string_view function;
    CopyReason reason;
};

/// The innermost of these in a stack decides, but a packet is made linear for its fragmentation where that is further
/// out. All of them call skb_orphan_frags(), skb_orphan_frags_rx(), skb_copy_ubufs(), skb_copy_bits() or
/// __pskb_pull_tail(), mostly inlined; the call moved between functions of the receive path from 6.14 to 6.18.
constexpr std::array meanings{
    Meaning{"ip_do_fragment", CopyReason::fragmentation},
    Meaning{"ip6_fragment", CopyReason::fragmentation},
    Meaning{"__netif_receive_skb_core", CopyReason::local_delivery},
    Meaning{"__netif_receive_skb_list_core", CopyReason::local_delivery},
    Meaning{"__netif_receive_skb_one_core", CopyReason::local_delivery},
    Meaning{"dev_queue_xmit_nit", CopyReason::packet_tap},
    Meaning{"packet_rcv", CopyReason::packet_tap},
    Meaning{"tpacket_rcv", CopyReason::packet_tap},
    Meaning{"skb_checksum_help", CopyReason::linearized},
    Meaning{"validate_xmit_skb", CopyReason::linearized},
    Meaning{"skb_segment", CopyReason::linearized},
    Meaning{"pskb_expand_head", CopyReason::reallocation},
    Meaning{"skb_copy", CopyReason::reallocation},
    Meaning{"skb_copy_expand", CopyReason::reallocation},
};

/// What a probe puts between a function and its caller.
bool is_of_the_probe(std::string_view function) {
    constexpr std::array<std::string_view, 5> prefixes{"bpf_prog_", "bpf_trampoline_", "bpf_get_stack", "ftrace_",
                                                       "arch_rethook_"};
    constexpr std::array<std::string_view, 6> parts{"kprobe",         "kretprobe", "rethook",
                                                    "trace_call_bpf", "perf_",     "bpf_test"};
    return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return function.starts_with(prefix); }) ||
           std::ranges::any_of(parts,
                               [&](std::string_view part) { return function.find(part) != std::string_view::npos; });
}

std::vector<std::string_view> functions_of(const RawCopySite& site, const KernelSymbols& symbols) {
    std::vector<std::string_view> functions;
    for (std::uint64_t address : site.frames) {
        // A return address: the call before it may be its function's last instruction.
        const std::optional<std::string_view> name = symbols.name(address - 1);
        if (name && !is_of_the_probe(*name))
            functions.push_back(without_compiler_suffix(*name));
    }
    return functions;
}

} // namespace

CopyReason reason_of(Path path, std::span<const std::string_view> functions) {
    const Meaning* told = nullptr;
    for (std::string_view function : functions) {
        const auto* meaning = std::ranges::find(meanings, function, &Meaning::function);
        if (meaning == meanings.end())
            continue;
        if (told == nullptr)
            told = meaning;
        else if (told->reason == CopyReason::linearized && meaning->reason == CopyReason::fragmentation)
            return meaning->reason;
    }
    if (told != nullptr)
        return told->reason;
    return path == Path::linearize ? CopyReason::linearized : CopyReason::other;
}

std::vector<CopySite> explain_copies(std::span<const RawCopySite> sites, const KernelSymbols& symbols) {
    struct Sum {
        CopySite site;
        std::uint64_t largest = 0;
    };
    std::map<std::pair<CopyReason, Path>, Sum> sums;
    for (const RawCopySite& raw : sites) {
        const std::vector<std::string_view> functions = functions_of(raw, symbols);
        const CopyReason reason = reason_of(raw.path, functions);
        Sum& sum = sums[{reason, raw.path}];
        sum.site.reason = reason;
        sum.site.path = raw.path;
        sum.site.calls += raw.calls;
        sum.site.bytes += raw.bytes;
        if (raw.bytes >= sum.largest) {
            sum.largest = raw.bytes;
            sum.site.functions.assign(functions.begin(), functions.end());
        }
    }
    std::vector<CopySite> list;
    list.reserve(sums.size());
    for (auto& [key, sum] : sums)
        list.push_back(std::move(sum.site));
    std::ranges::stable_sort(list, std::ranges::greater{}, &CopySite::bytes);
    return list;
}

} // namespace netio::tracer
