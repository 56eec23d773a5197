// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "analysis/assignment.h"
#include "analysis/finders.h"

namespace netio::analysis {

/// The questions one by one; letter and question are filled in by answer_assignment().
[[nodiscard]] Answer answer_why_not_fastest(const FindingInput& input);
[[nodiscard]] Answer answer_cache_levels(const FindingInput& input);
[[nodiscard]] Answer answer_threads(const FindingInput& input);
[[nodiscard]] Answer answer_one_copy(const FindingInput& input);
[[nodiscard]] Answer answer_zero_copy(const FindingInput& input);
[[nodiscard]] Answer answer_unexpected(const FindingInput& input);

/// Measured copies per payload byte of one variant over all its cells.
struct Copies {
    double low = 0.0;
    double high = 0.0;                ///< infinite: not known
    Quality quality = Quality::exact; ///< unavailable where it is bounds that are known
    std::string reason;               ///< what limits the quality

    [[nodiscard]] bool bounded() const { return quality == Quality::unavailable; }
};

/// None when the variant was not run, or nothing is known of its copies in any cell.
[[nodiscard]] std::optional<Copies> copies_of(const FindingInput& input, Variant variant);

/// How often one variant copies each byte, beside another.
enum class CopyOrder {
    alike,      ///< less than a twentieth of a copy apart everywhere
    different,  ///< more than that, where both are known
    fewer,      ///< of bounds: at most less than the other does at least
    none_saved, ///< of bounds: at least as many are counted as of the other, which leaves the uncounted ones open
    unknown     ///< bounds do not tell
};
[[nodiscard]] CopyOrder order_of(const Copies& one, const Copies& other);

/// "≈2.00" where it is estimated, "1.00–1.31", "at least 1.00".
[[nodiscard]] std::string say(const Copies& copies);

/// Adds copies per byte to the evidence: of each place, or once for each variant where they are the same everywhere.
void add_copies(Answer& answer, const FindingInput& input);

/// What is missing where no difference could be tested.
inline constexpr std::string_view needs_several_repeats = "It needs several repeats: one does not exclude chance.";

/// Advice to run these variants beside one another.
[[nodiscard]] Advice beside_one_another(std::span<const Variant> variants);

} // namespace netio::analysis
