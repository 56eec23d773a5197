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

/// Of a sample's key, where it is 1 + subject, or 0 for none.
std::optional<std::uint32_t> subject_in(std::uint16_t number) {
    return number != 0 ? std::optional(number - 1U) : std::nullopt;
}

SampledStack stack_of(const netio_sample_key& key, const netio_sample& sample) {
    SampledStack stack;
    stack.frames.assign(sample.frames, sample.frames + std::min<std::uint64_t>(sample.depth, NETIO_STACK_FRAMES));
    stack.task_subject = subject_in(key.task_subject);
    stack.softirq_subject = subject_in(key.softirq_subject);
    stack.user_mode = key.user_mode != 0;
    stack.count = sample.count;
    return stack;
}

Error cannot_read() {
    return system_error("cannot read the tracer's figures", errno, "run again").or_choose({Choice::no_tracing});
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

/// An element of a per-CPU array, on each CPU.
template <typename Value>
Result<std::vector<Value>> read_cpus(int map_fd, std::uint32_t index, std::size_t cpus) {
    std::vector<Value> values(cpus);
    if (bpf_map_lookup_elem(map_fd, &index, values.data()) != 0)
        return cannot_read();
    return values;
}

} // namespace

Result<TimedSums> read_figures(int map_fd, std::uint32_t subject, std::size_t cpus) {
    TimedSums sums;
    for (std::uint32_t bank = 0; bank < NETIO_BANK_COUNT; ++bank) {
        NETIO_TRY_TO(const auto banks, read_cpus<netio_bank>(map_fd, NETIO_BANK_INDEX(subject, bank), cpus));
        for (std::size_t figure = 0; figure < NETIO_FIGURE_COUNT; ++figure) {
            const std::uint32_t location = netio_figure_location[figure];
            if (NETIO_BANK_OF_LOCATION(location) != bank)
                continue;
            for (const netio_bank& of_cpu : banks)
                sums[figure].add(of_cpu.at[NETIO_POSITION_OF_LOCATION(location)]);
        }
    }
    return sums;
}

Result<netio_counts> read_counts(int map_fd, std::uint32_t subject, std::size_t cpus) {
    NETIO_TRY_TO(const auto counts, read_cpus<netio_counts>(map_fd, subject, cpus));
    netio_counts sum{};
    for (const netio_counts& of_cpu : counts)
        for (std::size_t kind = 0; kind < NETIO_COUNT_KINDS; ++kind) {
            sum.kind[kind].calls += of_cpu.kind[kind].calls;
            sum.kind[kind].bytes += of_cpu.kind[kind].bytes;
        }
    return sum;
}

Result<std::uint64_t> count_samples(int map_fd, std::size_t cpus) {
    NETIO_TRY_TO(const auto states, read_cpus<netio_cpu_state>(map_fd, 0, cpus));
    std::uint64_t samples = 0;
    for (const netio_cpu_state& of_cpu : states)
        samples += of_cpu.samples;
    return samples;
}

std::vector<SampledStack> read_samples(int map_fd) {
    std::vector<SampledStack> stacks;
    for_each_element<netio_sample_key, netio_sample>(
        map_fd, [&](const auto& key, const auto& sample) { stacks.push_back(stack_of(key, sample)); });
    return stacks;
}

std::vector<std::vector<RawCopySite>> read_copy_sites(int map_fd, std::size_t subjects) {
    std::vector<std::vector<RawCopySite>> sites(subjects);
    for_each_element<netio_site_key, netio_site>(map_fd, [&](const netio_site_key& key, const netio_site& site) {
        const std::size_t depth = std::min<std::uint64_t>(site.depth, NETIO_SITE_FRAMES);
        sites.at(key.subject)
            .push_back({static_cast<Path>(key.path), site.calls, site.bytes, {site.frames, site.frames + depth}});
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
