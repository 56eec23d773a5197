// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/names.h"

namespace netio {
namespace {

constexpr std::array<std::string_view, all_variants.size()> variant_names{"A1", "A2", "A3"};
constexpr std::array<std::string_view, 2> role_names{"sender", "receiver"};
constexpr std::array<std::string_view, 2> pattern_names{"rr", "stream"};
constexpr std::array<std::string_view, 5> backend_names{"none", "fentry", "kprobe", "tracepoint", "sampler"};
constexpr std::array<std::string_view, 5> quality_names{"exact", "bracketed", "sampled", "estimated", "unavailable"};
constexpr std::array<std::string_view, cpu_class_count> cpu_class_names{
    "data_copy", "tcp_ip", "netdev", "skb_management", "memory", "lock", "scheduling", "other"};

struct PathText {
    std::string_view name;
    std::string_view description;
    Role payload_role;
};

constexpr std::array<PathText, path_count> path_texts{{
    {"send_syscall", "send calls, entry to return", Role::sender},
    {"recv_syscall", "receive calls, entry to return", Role::receiver},
    {"errqueue_syscall", "reading completions", Role::sender},
    {"tcp_sendmsg", "TCP's send function", Role::sender},
    {"copy_in", "user to kernel", Role::sender},
    {"pin", "user pages pinned", Role::sender},
    {"deferred_copy", "zero-copy pages copied after all", Role::sender},
    {"linearize", "frame made linear for the device", Role::sender},
    {"skb_copy", "whole skb copied", Role::sender},
    {"copy_out", "kernel to user", Role::receiver},
    {"zc_complete", "zero-copy send to completion", Role::sender},
    {"wait_send", "blocked for buffer space", Role::sender},
    {"wait_recv", "blocked for data", Role::receiver},
}};

template <class Enumeration, std::size_t Count>
std::optional<Enumeration> find(const std::array<std::string_view, Count>& names, std::string_view name) {
    for (std::size_t i = 0; i < Count; ++i)
        if (names[i] == name)
            return static_cast<Enumeration>(i);
    return std::nullopt;
}

} // namespace

std::string_view name_of(Variant variant) { return variant_names[index_of(variant)]; }
std::string_view name_of(Role role) { return role_names[index_of(role)]; }
std::string_view name_of(Pattern pattern) { return pattern_names[static_cast<std::size_t>(pattern)]; }
std::string_view name_of(Path path) { return path_texts[index_of(path)].name; }
std::string_view name_of(Backend backend) { return backend_names[static_cast<std::size_t>(backend)]; }
std::string_view name_of(Quality quality) { return quality_names[static_cast<std::size_t>(quality)]; }
std::string_view name_of(CpuClass cpu_class) { return cpu_class_names[index_of(cpu_class)]; }
std::string_view describe(Path path) { return path_texts[index_of(path)].description; }
Role payload_role(Path path) { return path_texts[index_of(path)].payload_role; }

std::optional<Variant> variant_from(std::string_view name) { return find<Variant>(variant_names, name); }
std::optional<Pattern> pattern_from(std::string_view name) { return find<Pattern>(pattern_names, name); }

std::optional<Backend> backend_from(std::string_view name) {
    for (Backend backend : {Backend::fentry, Backend::kprobe, Backend::tracepoint})
        if (name_of(backend) == name)
            return backend;
    return std::nullopt;
}

std::optional<Path> path_from(std::string_view name) {
    for (Path path : all_paths)
        if (name_of(path) == name)
            return path;
    return std::nullopt;
}

} // namespace netio
