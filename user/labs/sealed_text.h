// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace netio::labs {

/// The text that was sealed under a key; none where the key is another one, or the text is no sealed one.
///
/// A sealed text cannot be read by the eye, and one whose key is the right answer not without that answer. It is no
/// secret from who guesses: the program itself opens it for the right answer, and a question with four choices is
/// opened by four tries. docs/labs/README.md says so. scripts/labs.py makes and opens the texts by the same rule:
/// base64 of "netio:" and the text, each byte exclusive-or one of the stream that SplitMix64 makes, low byte first,
/// from the 64-bit FNV-1a hash of the key.
[[nodiscard]] std::optional<std::string> open_sealed(std::string_view sealed, std::string_view key);

} // namespace netio::labs
