// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <CLI/CLI.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "model/run_options.h"

namespace netio::cli {

/// Names of the options that several commands have, where one takes a list and another a single value: each command
/// takes both. The first is the one that the help and errors use.
inline constexpr const char* variant_names = "--variant,--variants";
inline constexpr const char* field_size_names = "--field-size,--field-sizes";
inline constexpr const char* threads_names = "--threads,--max-threads";
inline constexpr const char* max_threads_names = "--max-threads,--threads";

/// What a number may be.
struct NumberRange {
    double least = 0.0;
    double most = 0.0;
    bool whole = true;
    bool or_zero = false; ///< 0 may be given too, and means none
    Unit unit = Unit::none;
};

/// The range of an option of `run` whose values are of this type.
template <class Number>
[[nodiscard]] NumberRange range_of(const OptionText& option) {
    return {option.rule.least, std::min(option.most, static_cast<double>(std::numeric_limits<Number>::max())),
            std::is_integral_v<Number>, option.rule.empty_is_null, option.unit};
}

/// Refuses what is no number of the range, and rewrites what is one as CLI11 reads it right: without leading zeros,
/// which it takes for octal, and without an exponent where it is whole. Of bytes sizes such as 64, 4K or 1MiB are read
/// (K is 1024). For transform(), not check().
[[nodiscard]] CLI::Validator number_value(NumberRange range);

/// Refuses what is none of the words.
[[nodiscard]] CLI::Validator one_of(const std::vector<std::string>& words);

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

/// What CLI11 says of an option that has too few or too many values: it counts in units of its own.
[[nodiscard]] std::string with_values_counted(std::string message, const CLI::App& command);

/// What CLI11 says of an option, with the name of it that was typed where that is another than its first.
[[nodiscard]] std::string with_names_as_typed(std::string message, const CLI::App& command,
                                              const std::vector<std::string>& arguments);

} // namespace netio::cli
