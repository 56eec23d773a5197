// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/page.h"

#include <algorithm>

#include "report/view/format.h"

namespace netio::report {
namespace {

/// Colours from the 256-colour palette that stay apart for every common kind of colour blindness: the blue, orange and
/// bluish green of Okabe and Ito's set, and its vermilion for warnings. Nothing is shown by colour alone.
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
    case Style::a1:
        return "\x1b[1;38;5;33m";
    case Style::a2:
        return "\x1b[1;38;5;214m";
    case Style::a3:
        return "\x1b[1;38;5;36m";
    }
    return "";
}

} // namespace

Style style_of(Variant variant) {
    constexpr Style styles[] = {Style::a1, Style::a2, Style::a3};
    return styles[index_of(variant)];
}

Page::Page(const TextOptions& options)
    : color_(options.color), width_(std::clamp<std::size_t>(options.width, 80, 100)), column_(width_ >= 100 ? 20 : 17),
      note_(width_ - label_ - 3 * column_) {}

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

void Page::heading(std::string_view title, const std::vector<Variant>& columns) {
    const std::string clean = printable(title);
    std::size_t used = std::max(label_, display_width(clean));
    std::vector<TableCell> pieces{{left_in(clean, used), Style::bold}};
    std::size_t end = label_;
    for (Variant variant : columns) {
        end += column_;
        if (end <= used)
            continue;
        pieces.push_back({right_in(title_of(variant), end - used), style_of(variant)});
        used = end;
    }
    line(pieces);
}

void Page::rule(std::string_view title) {
    const std::string clean = left_in(printable(title), std::min(display_width(printable(title)), width_ - 6));
    std::string rest;
    for (std::size_t i = display_width(clean) + 4; i < width_; ++i)
        rest += "─";
    line({{"── ", Style::dim}, {clean, Style::bold}, {" " + rest, Style::dim}});
}

void Page::row(std::string_view label, const std::vector<TableCell>& cells, std::string_view note, Style label_style) {
    std::vector<TableCell> pieces{{left_in(printable(label), label_), label_style}};
    for (const TableCell& cell : cells)
        pieces.push_back({right_in(printable(cell.text), column_), cell.style});
    if (!note.empty() && note_ > 2)
        pieces.push_back({"  " + left_in(printable(note), note_ - 2), Style::dim});
    line(pieces);
}

void Page::paragraph(std::string_view first, std::string_view text, Style style, Style first_style) {
    const std::size_t indent = display_width(first);
    bool is_first = true;
    for (const std::string& piece : wrap(text, width_ - indent)) {
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
