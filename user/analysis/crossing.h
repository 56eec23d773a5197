// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/judge.h"

namespace netio::analysis {

/// How one variant differs from another in throughput at one place.
struct LocatedDifference {
    Location place; ///< without a variant
    Difference difference;

    [[nodiscard]] double ratio() const { return difference.ratio->value; }
    [[nodiscard]] std::uint64_t field_size() const { return place.field_size; }
};
/// Of each group that has both, in the groups' order.
[[nodiscard]] std::vector<LocatedDifference> differences(std::span<const Group> groups, Variant one, Variant baseline);

/// What would settle these.
[[nodiscard]] Advice advice_on_repeats(std::span<const LocatedDifference> differences);

/// Where of these places a condition holds, and the ratios there: "at 64 B to 4 KiB (1.19–3.21 ×)"; "" for nowhere.
/// `what` goes before the ratios: "estimates ".
[[nodiscard]] std::string where_in_words(std::span<const LocatedDifference> differences,
                                         const std::vector<Group>& groups,
                                         const std::function<bool(const Difference&)>& condition,
                                         std::string_view what = {});

/// How the order of two variants changes over the field sizes.
enum class Course {
    ahead,      ///< at each size where a difference is shown
    behind,     ///< the same
    open,       ///< no difference is shown at any size
    overtakes,  ///< behind at small sizes, ahead at large ones
    falls_back, ///< the other way round
    mixed       ///< their order changes more than once
};

struct Crossing {
    Course course = Course::open;
    std::uint64_t after = 0;  ///< overtakes, falls_back: the largest size, bytes, shown to be before the crossing
    std::uint64_t before = 0; ///< the smallest size, bytes, shown to be after it
    /// Bytes. Where a straight line between the logarithms of ratio and size crosses 1: an estimate, for nothing
    /// between two sizes was measured.
    std::optional<double> estimate;

    bool operator==(const Crossing&) const = default;
};

/// Of differences at ascending sizes. The interval from `after` to `before` needs no assumption on how the ratio goes
/// between the sizes, but that it crosses once.
[[nodiscard]] Crossing crossing_of(std::span<const LocatedDifference> differences);

} // namespace netio::analysis
