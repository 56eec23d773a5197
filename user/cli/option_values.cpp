// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/option_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include "analysis/comparison.h"
#include "report/view/format.h"

namespace netio::cli {
namespace {

bool was_typed(const std::string& option, const std::vector<std::string>& arguments) {
    return std::ranges::any_of(arguments, [&](const std::string& argument) {
        return argument == option || argument.starts_with(option + "=");
    });
}

bool is_in_a_name(const std::string& text, std::size_t at) {
    return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '-');
}

/// A number as it was typed. CLI11 alone would take 010 for 8, 0x10 for 16 and -1 for 2^64 - 1.
struct TypedNumber {
    double value = 0.0;
    std::optional<std::uint64_t> whole{}; ///< exactly
};

constexpr double beyond_whole = 0x1p64;

std::optional<TypedNumber> number_in(const std::string& text) {
    const char* const end = text.data() + text.size();
    std::uint64_t whole = 0;
    if (const auto [at, error] = std::from_chars(text.data(), end, whole); at == end && error == std::errc())
        return TypedNumber{static_cast<double>(whole), whole};
    double value = 0.0;
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (at != end || error == std::errc::invalid_argument)
        return std::nullopt;
    if (error == std::errc::result_out_of_range)
        return TypedNumber{std::numeric_limits<double>::infinity()};
    if (value >= 0.0 && value < beyond_whole && value == std::floor(value))
        return TypedNumber{value, static_cast<std::uint64_t>(value)};
    return TypedNumber{value};
}

/// Bytes of "64", "4K" or "1MiB"; the units are CLI11's.
std::optional<TypedNumber> size_in(const std::string& text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0)
        return std::nullopt;
    std::string unit = "1" + text.substr(digits);
    try {
        if (!CLI::AsSizeValue(false)(unit).empty())
            return std::nullopt;
    } catch (const CLI::ValidationError&) { // of an unknown unit; other errors it returns
        return std::nullopt;
    }
    const std::optional<TypedNumber> count = number_in(text.substr(0, digits));
    const std::optional<TypedNumber> factor = number_in(unit);
    if (!count || !factor)
        return std::nullopt;
    TypedNumber bytes{count->value * factor->value};
    if (bytes.value < beyond_whole)
        bytes.whole = *count->whole * *factor->whole;
    return bytes;
}

/// "1 to 4,096", "0.1 to 1,000 ms, or 0 for none".
std::string in_words(const NumberRange& range) {
    const std::string most = range.most < beyond_whole ? report::trimmed(range.most)
                                                       : report::grouped(std::numeric_limits<std::uint64_t>::max());
    return report::trimmed(range.least) + " to " + most + std::string(suffix_of(range.unit)) +
           (range.or_zero && range.least > 0.0 ? ", or 0 for none" : "");
}

} // namespace

CLI::Validator number_value(NumberRange range) {
    const bool is_size = range.unit == Unit::bytes;
    return CLI::Validator(
        [range, is_size](std::string& text) -> std::string {
            const std::string shown = printable(text);
            const std::optional<TypedNumber> typed = is_size ? size_in(text) : number_in(text);
            if (!typed && text.find(',') != std::string::npos)
                return "takes one " + std::string(is_size ? "size" : "number") + ", not \"" + shown + '"';
            if (!typed)
                return '"' + shown + "\" is not a " +
                       (is_size ? "size such as 64, 4K or 1M" : "number: give " + in_words(range));
            const bool in_range = typed->value >= range.least && typed->value <= range.most;
            if (!in_range && !(range.or_zero && typed->value == 0.0))
                return shown + " is out of range: give " + in_words(range);
            if (range.whole && !typed->whole)
                return shown + " is not a whole number: give " + in_words(range);
            if (range.whole)
                text = std::to_string(*typed->whole);
            return {};
        },
        is_size ? "SIZE" : "");
}

CLI::Validator one_of(const std::vector<std::string>& words) {
    std::string set; // as the help shows it, and completion reads it there
    for (const std::string& word : words)
        set += (set.empty() ? "" : ",") + word;
    return CLI::Validator(
        [words](std::string& text) -> std::string {
            return std::ranges::find(words, text) != words.end() ? "" : unknown_value("value", text, words).message();
        },
        "{" + set + "}");
}

std::vector<std::string> axis_words() {
    using analysis::Axis;
    return names_of(std::array{Axis::run, Axis::variant, Axis::threads, Axis::field_size});
}

Error unknown_value(std::string_view what, std::string_view text, const std::vector<std::string>& known,
                    std::string_view hint) {
    std::string words = "known: ";
    for (const std::string& word : known)
        words += (&word == &known.front() ? "" : ", ") + word;
    if (!hint.empty())
        words += "; " + std::string(hint);
    return input_error("unknown " + std::string(what) + " \"" + printable(text) + '"', "", words);
}

std::string with_values_counted(std::string message, const CLI::App& command) {
    for (const CLI::Option* option : command.get_options()) {
        const std::string name = option->get_name();
        if (!message.starts_with(name + ": "))
            continue;
        const auto given = static_cast<int>(option->count());
        return given > option->get_items_expected_max()
                   ? name + " takes one value, and was given " + std::to_string(given) + " times"
                   : name + " needs a value";
    }
    return message;
}

std::string with_names_as_typed(std::string message, const CLI::App& command,
                                const std::vector<std::string>& arguments) {
    for (const CLI::Option* option : command.get_options()) {
        const std::vector<std::string>& names = option->get_lnames();
        const auto typed =
            std::ranges::find_if(names, [&](const auto& name) { return was_typed("--" + name, arguments); });
        if (typed == names.end() || typed == names.begin())
            continue;
        const std::string first = "--" + names.front();
        for (std::size_t at = message.find(first); at != std::string::npos; at = message.find(first, at + 1))
            if (!is_in_a_name(message, at + first.size()))
                message.replace(at, first.size(), "--" + *typed);
    }
    return message;
}

} // namespace netio::cli
