// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace netio::cli {

/// Ends the help of the program and of each of its commands with command lines that a reader can copy. The page of the
/// command in docs/man has the same ones.
void add_examples(CLI::App& program);

/// Help as CLI11 makes it, with lines of at most `columns`: what is beyond goes on in the next line, below where the
/// description began. Command lines of examples stay whole, as does a word that is longer.
[[nodiscard]] std::string wrapped_help(std::string_view help, std::size_t columns);

} // namespace netio::cli
