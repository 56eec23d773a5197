// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/option_values.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "analysis/comparison.h"
#include "report/view/format.h"

namespace netio::cli {
namespace {

/// Letters to insert, remove or replace to make one word of the other (Levenshtein).
std::size_t edits_between(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < other.size(); ++j) {
            const std::size_t replaced = diagonal + (one[i] == other[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

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

std::optional<std::string> closest(std::string_view word, const std::vector<std::string>& known) {
    // A third of the letters: --variant is close to --variants, and --fast to nothing.
    std::size_t fewest = std::max<std::size_t>(word.size() / 3, 1) + 1;
    std::optional<std::string> found;
    for (const std::string& candidate : known)
        if (const std::size_t edits = edits_between(word, candidate); edits < fewest) {
            fewest = edits;
            found = candidate;
        }
    return found;
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
