// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace netio::cli {

/// Reads a size in bytes, such as 64, 4K or 1MiB (K is 1024). CLI11's own validator alone would take -1 for 2^64 - 1.
inline CLI::Validator size_value() {
    return CLI::Validator(
        [](std::string& text) -> std::string {
            if (!text.empty() && text.front() == '-')
                return text + " is not a size: it is negative";
            return CLI::AsSizeValue(false)(text);
        },
        "SIZE");
}

} // namespace netio::cli
