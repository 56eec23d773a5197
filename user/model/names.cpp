// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/names.h"

namespace netio {
namespace {

constexpr std::array<std::string_view, 2> role_names{"sender", "receiver"};
constexpr std::array<std::string_view, 2> pattern_names{"rr", "stream"};
constexpr std::array<std::string_view, 5> backend_names{"none", "fentry", "kprobe", "tracepoint", "sampler"};
constexpr std::array<std::string_view, 5> quality_names{"exact", "bracketed", "sampled", "estimated", "unavailable"};

template <class Enumeration, std::size_t Count>
std::optional<Enumeration> find(const std::array<std::string_view, Count>& names, std::string_view name) {
    for (std::size_t i = 0; i < Count; ++i)
        if (names[i] == name)
            return static_cast<Enumeration>(i);
    return std::nullopt;
}

} // namespace

std::string_view name_of(Role role) { return role_names[index_of(role)]; }
std::string_view name_of(Pattern pattern) { return pattern_names[static_cast<std::size_t>(pattern)]; }
std::string_view name_of(Backend backend) { return backend_names[static_cast<std::size_t>(backend)]; }
std::string_view name_of(Quality quality) { return quality_names[static_cast<std::size_t>(quality)]; }

std::optional<Pattern> pattern_from(std::string_view name) { return find<Pattern>(pattern_names, name); }

std::optional<Backend> backend_from(std::string_view name) {
    for (Backend backend : {Backend::fentry, Backend::kprobe, Backend::tracepoint})
        if (name_of(backend) == name)
            return backend;
    return std::nullopt;
}

} // namespace netio
