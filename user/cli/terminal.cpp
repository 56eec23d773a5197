// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace netio::cli {

namespace {

constexpr unsigned least_columns = 80;
constexpr unsigned most_columns = 100; // lines that are longer are harder to read

unsigned columns() {
    winsize size{};
    // A terminal that does not know its width says 0.
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return most_columns;
    return std::clamp<unsigned>(size.ws_col, least_columns, most_columns);
}

} // namespace

report::TextOptions output_options(const Invocation& invocation) {
    const char* no_color = std::getenv("NO_COLOR");
    report::TextOptions options;
    options.color = isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0');
    options.width = columns();
    options.program = invocation.program();
    return options;
}

bool print(const std::string& text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

Error output_error(std::string hint) {
    return {"cannot write to standard output", "the reader has closed it or the disk is full", std::move(hint),
            ExitCode::failure};
}

} // namespace netio::cli
