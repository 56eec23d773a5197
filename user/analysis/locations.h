// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "analysis/finding.h"
#include "analysis/summary.h"

namespace netio::analysis {

/// "VARIANT, 8 × 256 B, 4 connections".
[[nodiscard]] std::string name_of(const Cell& cell);

/// "fields of 256 B, 4 connections".
[[nodiscard]] std::string name_of(const Group& group);

/// Says in which places of a run something is so, as briefly as it can be said: "at 64 B to 4 KiB", "at 64 B with 2
/// connections", "at 64 B with 1 connection and at 4 KiB with 2 connections", "in 9 of 16 combinations of size and
/// connections". All connections of the run need no mention. Variants are not told. Not for no place at all.
[[nodiscard]] std::string say_where(const std::vector<Location>& places, const std::vector<Group>& groups);

/// What stands for all zero-copy sends of a run: their variant, where only one has made such.
[[nodiscard]] Location location_of_zero_copy(const Run& run);
/// The variants of a run that send without copying, in words: "A and B".
[[nodiscard]] std::string zero_copy_names(const Run& run);

/// "64 B to 64 KiB"; one size when they are equal.
[[nodiscard]] std::string size_range(std::uint64_t smallest, std::uint64_t largest);

} // namespace netio::analysis
