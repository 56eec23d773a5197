// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace netio::cli {

namespace {

bool wants_color() {
    const char* no_color = std::getenv("NO_COLOR");
    return no_color == nullptr || *no_color == '\0';
}

/// All 0 where it is not known.
winsize size_of(int fd) {
    winsize size{};
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size : winsize{};
}

} // namespace

std::size_t columns_of(int fd) {
    const winsize size = size_of(fd);
    return size.ws_col == 0 ? 80 : size.ws_col;
}

bool takes_control_sequences(int fd) {
    const char* term = std::getenv("TERM");
    return isatty(fd) != 0 && (term == nullptr || std::string_view(term) != "dumb");
}

report::TextOptions output_options(const Invocation& invocation) {
    report::TextOptions options;
    options.color = wants_color() && takes_control_sequences(STDOUT_FILENO);
    if (const winsize size = size_of(STDOUT_FILENO); size.ws_col != 0) {
        options.width = size.ws_col;
        options.height = std::max<std::size_t>(size.ws_row, report::least_height);
    }
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
