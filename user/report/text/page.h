// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/summary.h"
#include "report/text/run.h"

namespace netio::report {

enum class Style { plain, bold, dim, warning, a1, a2, a3 };

[[nodiscard]] Style style_of(Variant variant);

struct TableCell {
    std::string text;
    Style style = Style::plain;
};

/// Where the report's lines are put together: it knows the width and the columns, cleans and fits every text, and adds
/// colour last, so that a colour never counts as a column and a device name never as a colour.
class Page {
  public:
    explicit Page(const TextOptions& options);

    void blank();
    /// A line that starts a block of lines, with the variants' names over their columns.
    void heading(std::string_view title, const std::vector<Variant>& columns = {});
    /// A line across the page with a title in it, where a new group of cells starts.
    void rule(std::string_view title);
    /// Label on the left, figures right-aligned in their columns, a note after them.
    void row(std::string_view label, const std::vector<TableCell>& cells, std::string_view note = {},
             Style label_style = Style::plain);
    /// Wrapped, with `first` before the first line and as many spaces before the others.
    void paragraph(std::string_view first, std::string_view text, Style style = Style::plain,
                   Style first_style = Style::plain);
    /// Parts joined by " · ".
    void parts(const std::vector<std::string>& parts, Style style = Style::plain);
    /// A line of differently styled pieces that are known to be clean and to fit.
    void pieces(const std::vector<TableCell>& pieces);

    [[nodiscard]] std::size_t width() const { return width_; }
    [[nodiscard]] std::size_t column_width() const { return column_; }
    [[nodiscard]] std::string take() && { return std::move(text_); }

  private:
    void line(const std::vector<TableCell>& pieces);
    [[nodiscard]] std::string paint(std::string_view text, Style style) const;

    std::string text_;
    bool color_;
    std::size_t width_;
    std::size_t label_ = 29;
    std::size_t column_;
    std::size_t note_;
};

} // namespace netio::report
