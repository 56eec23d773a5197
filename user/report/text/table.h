// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "report/text/page.h"

namespace netio::report {

/// What a column shows in one row: one figure or several, each under those of its kind in other rows.
struct ColumnCell {
    std::vector<TableCell> figures;

    ColumnCell(TableCell figure) : figures{std::move(figure)} {}
    ColumnCell(std::vector<TableCell> several) : figures(std::move(several)) {}
};

struct TableColumn {
    std::string title;
    Style style = Style::plain;
    bool dispensable = false; ///< left out where the columns do not fit side by side
};

/// How the columns of a table are fitted into a page.
struct TableLayout {
    /// All columns show figures of the same kinds: they are equally wide, and so are figures of one kind.
    bool alike = true;
    /// So many figures of each column, counted from the last, are left out where all columns then fit side by side.
    std::size_t dispensable_figures = 0;
    /// So many columns, counted from the first, stand in each part of a table that does not fit.
    std::size_t repeated = 0;
    std::size_t label = 0;  ///< columns of the page for the labels, where there is room
    std::size_t column = 0; ///< columns of the page for each column, where there is room
};

/// A table whose number and widths of columns come from what stands in it: figures never touch one another, and columns
/// that do not fit side by side follow in a second table below.
class Table {
  public:
    Table(std::string_view title, std::vector<TableColumn> columns, TableLayout layout = {});

    /// Label on the left, a cell for each column or none at all, a note after them where there is room for
    /// all notes.
    void row(std::string_view label, std::vector<ColumnCell> cells = {}, std::string_view note = {},
             Style label_style = Style::plain);
    /// Text between rows, which has the width of the page.
    void text(std::string_view first, std::string_view text, Style style = Style::plain);

    void put(Page& page) const;

  private:
    struct Row {
        std::string label;
        std::vector<ColumnCell> cells;
        std::string note;
        Style label_style;
        std::string text; ///< instead of all else, after `label`
    };
    /// Columns that stand side by side, by their indices, and how wide each part of the lines is.
    struct Part {
        struct Column {
            std::size_t index = 0;
            std::size_t first = 0;           ///< figure that is shown
            std::vector<std::size_t> widths; ///< of the figures
            std::size_t width = 0;           ///< of the whole, with the space before it
        };
        std::size_t label = 0;
        std::size_t gap = 0; ///< between figures
        std::vector<Column> columns;
    };

    [[nodiscard]] std::size_t longest_label() const;
    [[nodiscard]] std::vector<std::size_t> figure_widths(std::size_t column) const;
    [[nodiscard]] std::vector<Part::Column> measured(const std::vector<std::size_t>& columns, std::size_t gap,
                                                     std::size_t left_out) const;
    [[nodiscard]] std::vector<Part> parts_for(std::size_t width) const;
    [[nodiscard]] std::vector<Part> split(std::size_t width) const;
    [[nodiscard]] std::size_t notes_width() const;
    void spread(Part& part, std::size_t width) const;
    void put_part(Page& page, const Part& part, bool last) const;

    std::string title_;
    std::vector<TableColumn> columns_;
    TableLayout layout_;
    std::vector<Row> rows_;
};

} // namespace netio::report
