// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace netio {

/// ASCII letters in lower case; all else as it is.
[[nodiscard]] std::string lower_case(std::string_view text);

/// Up to three of `known` that `name` is probably a slip of, best first, whatever their case: those that differ in at
/// most a third of its letters (Levenshtein's distance), then those that contain it. None when nothing is like it.
[[nodiscard]] std::vector<std::string> names_alike(std::string_view name, const std::vector<std::string>& known);

} // namespace netio
