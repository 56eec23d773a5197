// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>

namespace netio {

/// Text fit for a terminal: UTF-8 without control, zero-width and direction-changing characters; a line feed or tab is
/// a space. What is not UTF-8 becomes U+FFFD. Names of devices and processes, kernel answers, what was typed and the
/// like pass through here before they are printed; what is logged does so in the log.
[[nodiscard]] std::string printable(std::string_view text);

/// A JSON document that says the same, with the characters that printable() leaves out written as \u escapes: it can be
/// looked at on a terminal, and nothing in it turns its direction. (Such characters stand in strings only, and those
/// below U+0020 are escaped in any JSON.) `json` is UTF-8.
[[nodiscard]] std::string with_escapes(std::string_view json);

} // namespace netio
