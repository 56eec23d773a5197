// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/map_reader.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <optional>
#include <string>

namespace netio::tracer {
namespace {

/// Of a sample's slot, which is 1 + slot, or 0 for none.
std::optional<Role> role_of(std::uint16_t slot) {
    if (slot == 0)
        return std::nullopt;
    return static_cast<Role>((slot - 1) % NETIO_ROLE_COUNT);
}

SampledStack stack_of(const netio_sample_key& key, const netio_sample& sample) {
    SampledStack stack;
    stack.frames.assign(sample.frames, sample.frames + std::min<std::uint64_t>(sample.depth, NETIO_STACK_FRAMES));
    stack.task_role = role_of(key.task_slot);
    stack.softirq_role = role_of(key.softirq_slot);
    stack.user_mode = key.user_mode != 0;
    stack.count = sample.count;
    return stack;
}

Error cannot_read() {
    return system_error("cannot read the tracer's figures", errno, "run again, or without tracing: --no-trace");
}

/// Calls `use(key, value)` for each element of a hash map that is no longer written to.
template <typename Key, typename Value, typename Use>
void for_each_element(int map_fd, Use use) {
    Key key{};
    Key* previous = nullptr;
    for (Key next{}; bpf_map_get_next_key(map_fd, previous, &next) == 0; previous = &key) {
        key = next;
        Value value{};
        if (bpf_map_lookup_elem(map_fd, &key, &value) == 0)
            use(key, value);
    }
}

} // namespace

Result<std::vector<TimedSum>> read_figures(int map_fd, Role role, std::size_t cpus) {
    std::vector<TimedSum> sums(NETIO_FIGURE_COUNT);
    std::vector<netio_figures_together> of_cpus(cpus);
    for (std::uint32_t group = 0; group < NETIO_GROUP_COUNT; ++group) {
        const std::uint32_t index = NETIO_GROUP_INDEX(role, group);
        if (bpf_map_lookup_elem(map_fd, &index, of_cpus.data()) != 0)
            return cannot_read();
        for (std::size_t figure = 0; figure < NETIO_FIGURE_COUNT; ++figure)
            if (NETIO_GROUP_OF_PLACE(netio_figure_place[figure]) == group)
                for (const netio_figures_together& figures : of_cpus)
                    sums[figure].add(figures.at[NETIO_POSITION_OF_PLACE(netio_figure_place[figure])]);
    }
    return sums;
}

Result<std::uint64_t> read_cpu_states(int map_fd, Variant variant, std::size_t cpus, RawCounts& raw) {
    std::uint64_t samples = 0;
    std::vector<netio_cpu_state> states(cpus);
    const std::uint32_t zero = 0;
    if (bpf_map_lookup_elem(map_fd, &zero, states.data()) != 0)
        return cannot_read();
    for (const netio_cpu_state& state : states) {
        samples += state.samples;
        for (Role role : all_roles)
            for (std::size_t kind = 0; kind < NETIO_COUNT_KINDS; ++kind) {
                const netio_count& count = state.slots[NETIO_SLOT(variant, role)].kind[kind];
                raw.counts[index_of(role)].kind[kind].calls += count.calls;
                raw.counts[index_of(role)].kind[kind].bytes += count.bytes;
            }
    }
    return samples;
}

std::vector<SampledStack> read_samples(int map_fd) {
    std::vector<SampledStack> stacks;
    for_each_element<netio_sample_key, netio_sample>(
        map_fd, [&](const auto& key, const auto& sample) { stacks.push_back(stack_of(key, sample)); });
    return stacks;
}

std::vector<RawCopySite> read_copy_sites(int map_fd) {
    std::vector<RawCopySite> sites;
    for_each_element<netio_site_key, netio_site>(map_fd, [&](const netio_site_key& key, const netio_site& site) {
        const std::size_t depth = std::min<std::uint64_t>(site.depth, NETIO_SITE_FRAMES);
        sites.push_back({static_cast<Path>(key.path), site.calls, site.bytes, {site.frames, site.frames + depth}});
    });
    return sites;
}

void delete_all_elements(int map_fd, std::size_t key_size) {
    std::vector<std::byte> key(key_size);
    while (bpf_map_get_next_key(map_fd, nullptr, key.data()) == 0 && bpf_map_delete_elem(map_fd, key.data()) == 0) {
    }
}

std::uint64_t accounted_map_bytes(int map_fd) {
    std::ifstream info("/proc/self/fdinfo/" + std::to_string(map_fd));
    std::string key;
    while (info >> key) {
        std::uint64_t value = 0;
        if (key == "memlock:" && info >> value)
            return value;
    }
    return 0;
}

} // namespace netio::tracer
