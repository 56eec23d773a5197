// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "model/run_result.h"

namespace netio::analysis {

/// A figure over repeats of the same cell: their geometric mean (see sample.h) and how far they lie apart. All 0
/// without repeats; equal with one.
struct Spread {
    double value = 0.0;
    double low = 0.0;
    double high = 0.0;
};

/// The spread of a figure over cells, which are repeats of one another. Repeats that finished no message are left out.
[[nodiscard]] Spread spread_of(std::span<const Cell* const> repeats, const std::function<double(const Cell&)>& figure);

/// One variant at one field size and number of threads, over all its repeats.
struct VariantSummary {
    /// The repeats added up as one long cell: messages, bytes, durations, CPU times, counters, the machine's load and
    /// paths are sums, histograms are merged (percentiles are never averaged), CPU shares are weighted by samples, laws
    /// are listed one after another. `repeat` is 0. `trace` is there only when every repeat was traced. So
    /// `merged.throughput_gbps()` is that of the whole time; the repeats' own are in `throughput_gbps`.
    Cell merged;
    std::vector<const Cell*> cells; ///< the repeats, in the order in which they were run
    unsigned repeats = 0;
    Spread throughput_gbps;
    Spread messages_per_second;
    Spread cpu_ns_per_byte;
};

/// What belongs side by side in one table.
struct Group {
    std::uint64_t field_size = 0; ///< bytes
    unsigned threads = 0;
    std::vector<VariantSummary> variants; ///< those that were run, in the order of the table of variants

    /// Nothing for a variant that was not run here.
    [[nodiscard]] const VariantSummary* of(Variant variant) const;
};

/// Adds up repeats of one (variant, field size, threads); the cells must agree in these. Not for an empty span.
[[nodiscard]] VariantSummary merge_repeats(std::span<const Cell* const> repeats);

/// Groups in ascending order of field size, then threads. A combination without a finished cell is not in the list.
/// They point to cells of the run.
[[nodiscard]] std::vector<Group> summarize(const Run& run);
std::vector<Group> summarize(const Run&& run) = delete;

} // namespace netio::analysis
