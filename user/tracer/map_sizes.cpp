// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/map_sizes.h"

#include <algorithm>
#include <bit>

namespace netio::tracer {
namespace {

/// Rings of all sockets together: 4 MiB of entries of 8 bytes.
constexpr std::uint32_t ring_entries = 1U << 19;
/// Room for sockets that are not the connections': listener, sockets of a cell that ends late.
constexpr std::uint32_t spare = 64;
/// A run of 10 s on 2 CPUs sees one to two thousand different stacks.
constexpr std::uint32_t sample_entries = 6144;
/// struct htab_elem and its bucket (kernel/bpf/hashtab.c), element and key rounded up to 8 bytes.
constexpr std::uint64_t hash_overhead = 48 + 16;
/// A ring buffer beside its data (kernel/bpf/ringbuf.c): its own three pages, and two pointers for each page, which is
/// mapped twice.
constexpr std::uint64_t ring_overhead(std::uint32_t bytes) { return 3 * 4096 + bytes / 4096 * 16; }

} // namespace

std::uint64_t MapSizes::bytes(unsigned cpus) const {
    const std::uint64_t each_cpu = subjects * (NETIO_BANK_COUNT * sizeof(netio_bank) + sizeof(netio_counts)) +
                                   sizeof(netio_cpu_state) + sizeof(netio_site) +
                                   (samples > 1 ? sizeof(netio_sample) : 0);
    const std::uint64_t flow = 2 * sizeof(std::uint64_t) + hash_overhead;
    return each_cpu * cpus + NETIO_THREADS * sizeof(netio_thread) + NETIO_TIDS * sizeof(std::uint16_t) +
           sockets * (sizeof(netio_socket) + sizeof(std::uint64_t) + hash_overhead + flow) +
           (std::uint64_t{rings} << ring_bits) * sizeof(std::uint64_t) +
           samples * (sizeof(netio_sample) + sizeof(netio_sample_key) + hash_overhead) +
           NETIO_BUCKET_TABLE_STEPS * sizeof(std::uint16_t) +
           NETIO_SITE_ENTRIES * (sizeof(netio_site) + sizeof(netio_site_key) + hash_overhead) +
           (timeline != 0 ? timeline + ring_overhead(timeline) : 0);
}

MapSizes map_sizes(const MapDemand& demand) {
    MapSizes sizes;
    sizes.subjects = demand.subjects;
    sizes.sockets = 2 * demand.connections + spare;
    sizes.rings = demand.zero_copy ? demand.connections + 1 : 1;
    const std::uint32_t fair = std::bit_floor(std::max(ring_entries / sizes.rings, 1U));
    sizes.ring_bits = static_cast<std::uint32_t>(
        std::countr_zero(demand.zero_copy ? std::clamp(fair, NETIO_RING_SIZE_MIN, NETIO_RING_SIZE_MAX) : 1U));
    sizes.samples = demand.sampling ? sample_entries : 1;
    sizes.timeline = demand.timeline;
    return sizes;
}

} // namespace netio::tracer
