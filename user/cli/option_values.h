// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace netio::cli {

/// Names of the options that several commands have, where one takes a list and another a single value: each command
/// takes both. The first is the one that the help and errors use.
inline constexpr const char* variant_names = "--variant,--variants";
inline constexpr const char* field_size_names = "--field-size,--field-sizes";
inline constexpr const char* threads_names = "--threads,--max-threads";
inline constexpr const char* max_threads_names = "--max-threads,--threads";

/// Reads a size in bytes, such as 64, 4K or 1MiB (K is 1024).
[[nodiscard]] CLI::Validator size_value();

/// The names of values of the model, as options take them.
[[nodiscard]] std::vector<std::string> names_of(const auto& values) {
    std::vector<std::string> names;
    for (const auto value : values)
        names.emplace_back(name_of(value));
    return names;
}

/// What `compare --by` takes, in the order in which it chooses one itself.
[[nodiscard]] std::vector<std::string> axis_words();

/// A value that is none of the known ones: unknown link "bridge" (known: veth, loopback).
[[nodiscard]] Error unknown_value(std::string_view what, std::string_view text, const std::vector<std::string>& known,
                                  std::string_view hint = {});

/// What CLI11 says of an option, with the name of it that was typed where that is another than its first.
[[nodiscard]] std::string with_names_as_typed(std::string message, const CLI::App& command,
                                              const std::vector<std::string>& arguments);

} // namespace netio::cli
