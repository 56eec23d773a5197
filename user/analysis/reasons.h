// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

namespace netio::analysis {

/// Whose reasons are put together: repeats of one figure have counts of their own, parts of one cell may share one.
enum class ReasonsOf { repeats, parts };

/// Why two figures are no better, as one text: each clause, between semicolons, once. Of repeats, clauses that begin
/// with a count and say the same but for how many become one, with the sum.
[[nodiscard]] std::string merged_reasons(const std::string& one, const std::string& other, ReasonsOf what);

} // namespace netio::analysis
