// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/command.h"

#include <algorithm>
#include <string_view>

namespace netio::cli {
namespace {

/// Nothing that a shell takes for anything but itself.
bool is_safe(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           std::string_view("_@%+=:,./-").find(letter) != std::string_view::npos;
}

std::string quoted(const std::string& argument) {
    if (!argument.empty() && std::ranges::all_of(argument, is_safe))
        return argument;
    std::string text = "'";
    for (const char letter : argument)
        text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return text + "'";
}

} // namespace

std::string Invocation::command_line() const {
    std::string line;
    for (const std::string& argument : arguments)
        line += (line.empty() ? "" : " ") + quoted(argument);
    return line;
}

} // namespace netio::cli
