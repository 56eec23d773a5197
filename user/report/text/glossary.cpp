// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/glossary.h"

#include <algorithm>
#include <sstream>

#include "base/names_alike.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

constexpr std::string_view heading = "## ";

std::string comparable(std::string_view word) {
    std::string text = lower_case(word);
    std::ranges::replace_if(
        text, [](char c) { return c == '-' || c == '_'; }, ' ');
    return text;
}

} // namespace

std::vector<GlossaryEntry> read_glossary(std::string_view text) {
    std::vector<GlossaryEntry> entries;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(heading)) {
            entries.push_back({line.substr(heading.size()), {}});
        } else if (!entries.empty()) {
            std::string& paragraphs = entries.back().text;
            if (!line.empty() && !paragraphs.empty())
                paragraphs += paragraphs.ends_with('\n') ? "" : " ";
            paragraphs += line.empty() && !paragraphs.empty() ? "\n" : line;
        }
    }
    for (GlossaryEntry& entry : entries)
        while (entry.text.ends_with('\n'))
            entry.text.pop_back();
    return entries;
}

std::optional<GlossaryEntry> glossary_entry(std::string_view word) {
    for (GlossaryEntry& entry : read_glossary())
        if (comparable(entry.word) == comparable(word))
            return std::move(entry);
    return std::nullopt;
}

std::string render_entry(const GlossaryEntry& entry, std::size_t width) {
    std::string text = entry.word + "\n";
    std::istringstream paragraphs{entry.text};
    for (std::string paragraph; std::getline(paragraphs, paragraph);)
        for (const std::string& line : wrap(paragraph, width - 2))
            text += "  " + line + "\n";
    return text;
}

} // namespace netio::report
