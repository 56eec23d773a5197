// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/option_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
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

} // namespace

CLI::Validator size_value() {
    return CLI::Validator(
        [](std::string& text) -> std::string {
            const std::string typed = text;
            try {
                // CLI11's own validator alone would take -1 for 2^64 - 1.
                if (!typed.starts_with('-') && CLI::AsSizeValue(false)(text).empty())
                    return {};
            } catch (const CLI::ValidationError&) {
                // Of an unknown unit; other errors it returns.
            }
            return '"' + typed + "\" is not a size such as 64, 4K or 1M";
        },
        "SIZE");
}

CLI::Validator number_value(NumberRange range) {
    return CLI::Validator(
        [range](std::string& text) -> std::string {
            const std::string wanted = range.most < std::numeric_limits<std::uint32_t>::max()
                                           ? report::trimmed(range.least) + " to " + report::trimmed(range.most) +
                                                 std::string(suffix_of(range.unit))
                                           : "a number from " + report::trimmed(range.least) + " on";
            double number = 0.0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
            if (end != text.data() + text.size() || error == std::errc::invalid_argument)
                return '"' + report::printable(text) + "\" is not a number: give " + wanted;
            const bool in_range = number >= range.least && number <= range.most;
            if (error == std::errc::result_out_of_range || !(in_range || (range.or_zero && number == 0.0)))
                return report::printable(text) + " is out of range: give " + wanted;
            if (range.whole && number != std::floor(number))
                return report::printable(text) + " is not a whole number: give " + wanted;
            return {};
        },
        "");
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
    return input_error("unknown " + std::string(what) + " \"" + report::printable(text) + '"', "", words);
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
