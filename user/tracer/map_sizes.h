// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "model/variant.h"
#include "netio_abi.h"

namespace netio::tracer {

/// How large the maps are whose sizes depend on what is traced. Pure: what is traced -> sizes.
struct MapSizes {
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

/// `threads` is the most connections of a cell; each has a thread and a socket at either end. `timeline` is the size of
/// its ring, a power of two of at least a page, or 0 for none.
[[nodiscard]] MapSizes map_sizes(const std::vector<Variant>& variants, unsigned threads, bool sampling,
                                 std::uint32_t timeline = 0);

} // namespace netio::tracer
