// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "analysis/phrases.h"

namespace netio::analysis {

/// The cells of a run in which something was found, and how much of it, for one sentence.
struct Occurrences {
    std::vector<std::string> variants; ///< each once
    std::vector<Location> places;
    double low = 0.0;
    double high = 0.0;

    void add(const Cell& cell, double figure) {
        low = places.empty() ? figure : std::min(low, figure);
        high = places.empty() ? figure : std::max(high, figure);
        places.push_back(location_of(cell));
        if (const std::string name(name_of(cell.variant)); std::ranges::find(variants, name) == variants.end())
            variants.push_back(name);
    }
    [[nodiscard]] bool empty() const { return places.empty(); }
    /// "A1 and A2 at 64 B"
    [[nodiscard]] std::string where(const std::vector<Group>& groups) const {
        std::vector<std::string> sorted = variants;
        std::ranges::sort(sorted);
        return joined_by_and(sorted) + " " + say_where(places, groups);
    }
};

} // namespace netio::analysis
