// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>

#include "netio_abi.h"

namespace netio::tracer {

/// What is to be traced.
struct MapDemand {
    std::uint32_t subjects = 2;
    unsigned connections = 1; ///< most at a time; each has a thread and a socket at either end
    bool zero_copy = false;   ///< zero-copy sends are followed
    bool sampling = true;
    std::uint32_t timeline = 0; ///< bytes of its ring, a power of two of at least a page; 0: there is none
};

/// How large the maps are whose sizes depend on what is traced.
struct MapSizes {
    std::uint32_t subjects = 0;
    std::uint32_t sockets = 0;
    std::uint32_t rings = 0;     ///< sockets that can make zero-copy sends
    std::uint32_t ring_bits = 0; ///< log2 of the zero-copy sends of a socket that can be in flight
    std::uint32_t samples = 0;   ///< different stacks
    std::uint32_t timeline = 0;  ///< bytes of the ring of events; 0: there is none

    /// Bytes that the maps take on a machine with so many CPUs: elements and their bookkeeping, as the kernel charges
    /// them, to within a few per cent.
    [[nodiscard]] std::uint64_t bytes(unsigned cpus) const;
};

/// Bytes of the timeline's ring: 87,381 events of 40 bytes, each with the kernel's header of 8. Two CPUs that do
/// nothing but small socket calls need less than a tenth of that for 10 ms (docs/measurements/tracing-overhead.md); a
/// cell of so many events is 4 MB of run.json.
inline constexpr std::uint32_t timeline_ring_bytes = 1U << 22;

/// Pure.
[[nodiscard]] MapSizes map_sizes(const MapDemand& demand);

} // namespace netio::tracer
