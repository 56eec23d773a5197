// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace netio::report {

/// docs/glossary.md, which is built into the program.
extern const std::string_view glossary_text;

/// An entry of the glossary.
struct GlossaryEntry {
    std::string word;
    std::string text; ///< paragraphs, with a line break between two
};

/// All entries, in the order of the page.
[[nodiscard]] std::vector<GlossaryEntry> read_glossary(std::string_view text = glossary_text);

/// The entry of a word, whatever its case, with '-' and '_' as a space; none where there is none.
[[nodiscard]] std::optional<GlossaryEntry> glossary_entry(std::string_view word);

/// The entry as it is printed, lines wrapped.
[[nodiscard]] std::string render_entry(const GlossaryEntry& entry, std::size_t width);

} // namespace netio::report
