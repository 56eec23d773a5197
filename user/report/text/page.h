// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/summary.h"
#include "report/text/run.h"

namespace netio::report {

/// The looks of text; after these, those of the colours of data: see style_of().
enum class Style { plain, bold, dim, warning, good, first_of_data };

[[nodiscard]] Style style_of(SeriesColor color);

[[nodiscard]] Style style_of(Variant variant);

/// The control sequence that turns a style on; "" for plain.
[[nodiscard]] std::string_view escape_of(Style style);

struct TableCell {
    std::string text;
    Style style = Style::plain;
};

/// Where the report's lines are put together: it knows the width, cleans and fits every text, and adds
/// colour last, so that a colour never counts as a column and a device name never as a colour.
class Page {
  public:
    explicit Page(const TextOptions& options);

    /// Whether there is room for two columns beside one another.
    [[nodiscard]] bool two_columns() const;
    /// An empty page that is as wide as one of them, or as this where there is only one.
    [[nodiscard]] Page column() const;
    /// An empty page like this.
    [[nodiscard]] Page like() const;
    /// The lines of another page below those of this.
    void append(Page other);
    /// The lines of two columns; one below the other where there is only one.
    void side_by_side(Page left, Page right);

    void blank();
    /// A line that starts a block of lines.
    void heading(std::string_view title);
    /// A line across the page with a title in it, where a new group of cells starts.
    void rule(std::string_view title);
    /// Wrapped, with `first` before the first line and as many spaces before the others. Commands in it are as the user
    /// can type them.
    void paragraph(std::string_view first, std::string_view text, Style style = Style::plain,
                   Style first_style = Style::plain);
    /// Parts joined by " · ".
    void parts(const std::vector<std::string>& parts, Style style = Style::plain);
    /// A line of differently styled pieces that are known to be clean and to fit.
    void pieces(const std::vector<TableCell>& pieces);

    [[nodiscard]] std::size_t width() const { return width_; }
    /// Of lines of words: longer ones are harder to read.
    [[nodiscard]] std::size_t prose_width() const { return std::min<std::size_t>(width_, 100); }
    [[nodiscard]] std::size_t lines() const;
    [[nodiscard]] std::string take() && { return std::move(text_); }

  private:
    void line(const std::vector<TableCell>& pieces);
    [[nodiscard]] std::string paint(std::string_view text, Style style) const;

    std::string text_;
    std::string program_;
    bool color_;
    std::size_t width_;
};

} // namespace netio::report
