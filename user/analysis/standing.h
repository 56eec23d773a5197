// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/run_result.h"

namespace netio::analysis {

/// How many times as fast one variant was as another at one field size and number of connections.
struct Standing {
    std::uint64_t field_size = 0; ///< bytes
    unsigned threads = 0;         ///< connections
    unsigned repeats = 0;         ///< in which both were measured
    double ratio = 0.0;           ///< of throughputs: geometric mean over the repeats
    double low = 0.0;             ///< 95 % confidence interval; equal to `ratio` with one repeat, which has none
    double high = 0.0;

    /// With several repeats: for certain, as far as 95 % are. With one: as it came out.
    [[nodiscard]] bool ahead() const { return low > 1.0; }
    [[nodiscard]] bool behind() const { return high < 1.0; }
    [[nodiscard]] Figure figure() const;
};

/// A mean with Student's interval of 95 %. Of one value it is that value, without width; not of none.
struct StudentMean {
    double value = 0.0;
    double half_width = 0.0;
};
[[nodiscard]] StudentMean student_mean(const std::vector<double>& values);

/// The standing of repeats of one cell against repeats of another; nothing when they have no repeat in common. Its
/// place is that of the first. Repeats are run interleaved, so that the two cells of a repeat have met the same
/// machine: their ratio is taken first, and the interval is Student's for the mean of the ratios' logarithms. `compare`
/// cannot do that: cells of two runs are no pairs, and percentiles of merged histograms are no means (estimate.h).
[[nodiscard]] std::optional<Standing> standing_of(std::span<const Cell* const> one, std::span<const Cell* const> other);

/// Standings of `one` against `other` with so many connections, ascending by field size.
[[nodiscard]] std::vector<Standing> standings(const Run& run, Variant one, Variant other, unsigned threads);

/// How the order of two variants changes over the field sizes.
enum class Course {
    ahead,      ///< at each size where they can be told apart
    behind,     ///< the same
    level,      ///< nowhere can they be told apart
    overtakes,  ///< behind at small sizes, ahead at large ones
    falls_back, ///< the other way round
    mixed       ///< their order changes more than once
};

struct Crossing {
    Course course = Course::level;
    std::uint64_t after = 0;  ///< overtakes, falls_back: the largest size, bytes, for certain before the crossing
    std::uint64_t before = 0; ///< the smallest size, bytes, for certain after it
    /// Bytes. Where a straight line between the logarithms of ratio and size crosses 1: an estimate, for nothing
    /// between two sizes was measured.
    std::optional<double> estimate;

    bool operator==(const Crossing&) const = default;
};

/// The interval from `after` to `before` needs no assumption on how the ratio goes between the sizes, but that it
/// crosses once. Not for less than two standings.
[[nodiscard]] Crossing crossing_of(const std::vector<Standing>& standings);

} // namespace netio::analysis
