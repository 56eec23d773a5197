// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace netio::cli {

/// A shell that can complete the program's command lines.
struct Shell {
    std::string name;
    /// The script that teaches it to the shell: made from the options, arguments and sets of values that the commands
    /// of the program have.
    std::string (*script)(const CLI::App& program);
};

[[nodiscard]] const std::vector<Shell>& shells();

} // namespace netio::cli
