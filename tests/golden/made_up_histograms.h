// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <iterator>

#include "model/histogram.h"

namespace netio::fixed_runs {

/// A bell on the logarithmic axis, and a thin tail: the shape that latencies have. All integers, so that the same
/// values come out on every machine.
inline Histogram latencies(std::uint64_t count, std::uint64_t middle_ns, std::uint64_t tail_ns) {
    constexpr std::uint64_t weights[] = {1, 4, 12, 28, 52, 78, 96, 100, 84, 60, 38, 22, 12, 7, 4, 2};
    constexpr std::uint64_t total_weight = 600;
    Histogram histogram;
    std::uint64_t recorded = 0;
    for (std::size_t i = 0; i < std::size(weights); ++i) {
        const std::uint64_t value = middle_ns * (80 + 3 * i) / 100;
        for (std::uint64_t n = 0; n < count * weights[i] / total_weight && recorded < count; ++n, ++recorded)
            histogram.record(value + n * 37 % (middle_ns / 50 + 1));
    }
    for (std::uint64_t n = 0; recorded < count; ++n, ++recorded)
        histogram.record(middle_ns * 2 + n * (tail_ns - middle_ns * 2) / 64);
    return histogram;
}

inline Histogram durations(std::uint64_t calls, std::uint64_t middle_ns) {
    return latencies(calls, middle_ns, middle_ns * 40);
}

} // namespace netio::fixed_runs
