// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/terminal.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace netio::cli {

report::TextOptions output_options() {
    const char* no_color = std::getenv("NO_COLOR");
    report::TextOptions options;
    options.color = isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0');
    return options;
}

bool print(const std::string& text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

} // namespace netio::cli
