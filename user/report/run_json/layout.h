// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace netio::report {

using Json = nlohmann::ordered_json;

/// JSON text that a person can read and a line-based tool can compare: whatever fits in 120 columns stands on one line,
/// anything longer is broken with one element a line, except that long lists of numbers and of small lists (the buckets
/// of a histogram) fill their lines. Bytes that are not UTF-8 become U+FFFD. Ends with a line feed.
[[nodiscard]] std::string lay_out(const Json& document);

/// null for an empty text.
[[nodiscard]] Json text_or_null(const std::string& text);

/// A whole number is written as one, so that byte counts read exactly; what is no number is null.
[[nodiscard]] Json number(double value);

} // namespace netio::report
