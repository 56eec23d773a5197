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
    double high = 0.0;
    Quality quality = Quality::exact;
    std::string reason; ///< what limits the quality
};

/// None when the variant was not run, or its copies are known in no cell.
[[nodiscard]] std::optional<Copies> copies_of(const FindingInput& input, Variant variant);

/// Two variants copy each byte as often: less than a twentieth of a copy apart everywhere.
[[nodiscard]] bool copy_alike(const Copies& one, const Copies& other);

[[nodiscard]] std::string say(const Copies& copies); ///< "≈2.00" where it is estimated, "1.00 to 1.31"

/// Adds copies per byte to the evidence: of each place, or once for each variant where they are the same everywhere.
void add_copies(Answer& answer, const FindingInput& input);

/// What is missing where no difference could be tested.
inline constexpr std::string_view needs_several_repeats = "It needs several repeats: one does not exclude chance.";

/// Advice to run these variants beside one another.
[[nodiscard]] Advice beside_one_another(std::span<const Variant> variants);

} // namespace netio::analysis
