// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/page.h"

#include <algorithm>
#include <array>

#include "report/view/format.h"

namespace netio::report {
namespace {

/// Colours from the 256-colour palette that stay apart for every common kind of colour blindness: the blue, orange and
/// bluish green of Okabe and Ito's set, and its vermilion for warnings. Nothing is shown by colour alone.
constexpr std::array<std::string_view, values_of<SeriesColor>.size()> data_colors{
    "\x1b[1;38;5;33m",  // blue
    "\x1b[1;38;5;214m", // vermilion, as orange: warnings have its own
    "\x1b[1;38;5;36m",  // green
    "\x1b[1;38;5;175m", // purple
    "\x1b[1;38;5;178m", // orange
    "\x1b[1;38;5;75m",  // sky
    "\x1b[1;38;5;185m", // yellow
    "\x1b[1;38;5;245m", // grey
    "\x1b[1;38;5;67m",  // slate
};

std::string_view escape_of(Style style) {
    switch (style) {
    case Style::plain:
        return "";
    case Style::bold:
        return "\x1b[1m";
    case Style::dim:
        return "\x1b[2m";
    case Style::warning:
        return "\x1b[1;38;5;202m";
    case Style::first_of_data:
        break;
    }
    const auto color = static_cast<std::size_t>(style) - static_cast<std::size_t>(Style::first_of_data);
    return color < data_colors.size() ? data_colors[color] : "";
}

} // namespace

Style style_of(SeriesColor color) {
    return static_cast<Style>(static_cast<std::size_t>(Style::first_of_data) + static_cast<std::size_t>(color));
}

Style style_of(Variant variant) { return style_of(entry_of(variant).style.color); }

Page::Page(const TextOptions& options)
    : program_(options.program), color_(options.color), width_(std::clamp<std::size_t>(options.width, 80, 100)) {}

std::string Page::paint(std::string_view text, Style style) const {
    if (!color_ || style == Style::plain || text.empty())
        return std::string(text);
    return std::string(escape_of(style)) + std::string(text) + "\x1b[0m";
}

void Page::line(const std::vector<TableCell>& pieces) {
    std::string plain;
    for (const TableCell& piece : pieces)
        plain += piece.text;
    // Spaces at the end of a line are noise in a saved or compared file.
    std::size_t left = plain.find_last_not_of(' ') + 1;
    for (const TableCell& piece : pieces) {
        const std::string_view shown = std::string_view(piece.text).substr(0, std::min(piece.text.size(), left));
        left -= shown.size();
        text_ += paint(shown, piece.style);
    }
    text_ += '\n';
}

void Page::blank() { text_ += '\n'; }

void Page::heading(std::string_view title) { line({{printable(title), Style::bold}}); }

void Page::rule(std::string_view title) {
    const std::string clean = left_in(printable(title), std::min(display_width(printable(title)), width_ - 6));
    std::string rest;
    for (std::size_t i = display_width(clean) + 4; i < width_; ++i)
        rest += "─";
    line({{"── ", Style::dim}, {clean, Style::bold}, {" " + rest, Style::dim}});
}

void Page::paragraph(std::string_view first, std::string_view text, Style style, Style first_style) {
    const std::size_t indent = display_width(first);
    bool is_first = true;
    for (const std::string& piece : wrap(as_called(text, program_), width_ - indent)) {
        line({{is_first ? std::string(first) : std::string(indent, ' '), is_first ? first_style : Style::plain},
              {piece, style}});
        is_first = false;
    }
}

void Page::parts(const std::vector<std::string>& parts, Style style) {
    for (const std::string& joined : join_parts(parts, width_))
        line({{joined, style}});
}

void Page::pieces(const std::vector<TableCell>& pieces) { line(pieces); }

} // namespace netio::report
