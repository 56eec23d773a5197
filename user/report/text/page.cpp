// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/page.h"

#include <algorithm>
#include <array>

#include "report/view/format.h"

namespace netio::report {
namespace {

/// Colours from the 256-colour palette that stand out from black and from white by 4.5 : 1, the contrast of text
/// (WCAG 2.1, 1.4.3). Only six do, so that some stand for two of the model's. Nothing is shown by colour alone.
constexpr std::array<std::string_view, values_of<SeriesColor>.size()> data_colors{
    "\x1b[1;38;5;63m",  // blue
    "\x1b[1;38;5;131m", // vermilion
    "\x1b[1;38;5;29m",  // green
    "\x1b[1;38;5;98m",  // purple
    "\x1b[1;38;5;131m", // orange
    "\x1b[1;38;5;63m",  // sky
    "\x1b[1;38;5;29m",  // yellow
    "\x1b[1;38;5;243m", // grey
    "\x1b[1;38;5;98m",  // slate
};

constexpr std::size_t least_width = 80;
constexpr std::size_t most_width = 120; // of a column
constexpr std::size_t between_columns = 4;

std::size_t width_for(std::size_t asked) {
    return asked >= 2 * least_width + between_columns ? std::min(asked, 2 * most_width + between_columns)
                                                      : std::clamp(asked, least_width, most_width);
}

/// Columns that a line takes on a terminal, without the control sequences of colours.
std::size_t width_of(std::string_view line) {
    std::string visible;
    for (std::size_t at = 0; at < line.size();) {
        const bool is_color = line.substr(at).starts_with("\x1b[");
        const std::size_t end = is_color ? line.find('m', at) + 1 : at + 1;
        if (!is_color)
            visible += line[at];
        at = end;
    }
    return display_width(visible);
}

/// Takes the first line off.
std::string next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

} // namespace

std::string_view escape_of(Style style) {
    switch (style) {
    case Style::plain:
        return "";
    case Style::bold:
        return "\x1b[1m";
    case Style::dim:
        return "\x1b[38;5;243m";
    case Style::warning:
        return "\x1b[1;38;5;163m";
    case Style::good:
        return "\x1b[1;38;5;29m";
    case Style::first_of_data:
        break;
    }
    const auto color = static_cast<std::size_t>(style) - static_cast<std::size_t>(Style::first_of_data);
    return color < data_colors.size() ? data_colors[color] : "";
}

Style style_of(SeriesColor color) {
    return static_cast<Style>(static_cast<std::size_t>(Style::first_of_data) + static_cast<std::size_t>(color));
}

Style style_of(Variant variant) { return style_of(entry_of(variant).style.color); }

Page::Page(const TextOptions& options)
    : program_(options.program), color_(options.color), width_(width_for(options.width)) {}

bool Page::two_columns() const { return width_ >= 2 * least_width + between_columns; }

Page Page::like() const {
    Page page = *this;
    page.text_.clear();
    return page;
}

Page Page::column() const {
    Page page = like();
    if (two_columns())
        page.width_ = (width_ - between_columns) / 2;
    return page;
}

std::size_t Page::lines() const { return static_cast<std::size_t>(std::ranges::count(text_, '\n')); }

void Page::append(Page other) { text_ += other.text_; }

void Page::side_by_side(Page left, Page right) {
    if (!two_columns()) {
        append(std::move(left));
        append(std::move(right));
        return;
    }
    std::string_view one = left.text_;
    std::string_view other = right.text_;
    while (!one.empty() || !other.empty()) {
        std::string line = next_line(one);
        if (const std::string beside = next_line(other); !beside.empty())
            line += std::string(left.width_ + between_columns - std::min(left.width_, width_of(line)), ' ') + beside;
        text_ += line + '\n';
    }
}

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
    for (const std::string& piece : wrap(as_called(text, program_), prose_width() - indent)) {
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
