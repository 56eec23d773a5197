// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "report/view/format.h"

namespace netio::report {
namespace {

constexpr std::size_t wide_gap = 2;
constexpr std::size_t narrow_gap = 1;

template <class Columns>
std::size_t total_width(const Columns& columns) {
    return std::accumulate(columns.begin(), columns.end(), std::size_t{0},
                           [](std::size_t sum, const auto& column) { return sum + column.width; });
}

} // namespace

Table::Table(std::string_view title, std::vector<TableColumn> columns, TableLayout layout)
    : title_(printable(title)), columns_(std::move(columns)), layout_(layout) {
    for (TableColumn& column : columns_)
        column.title = printable(column.title);
}

void Table::row(std::string_view label, std::vector<ColumnCell> cells, std::string_view note, Style label_style) {
    for (ColumnCell& cell : cells)
        for (TableCell& figure : cell.figures)
            figure.text = printable(figure.text);
    rows_.push_back({printable(label), std::move(cells), printable(note), label_style, {}});
}

void Table::text(std::string_view first, std::string_view text, Style style) {
    rows_.push_back({std::string(first), {}, {}, style, std::string(text)});
}

std::size_t Table::longest_label() const {
    std::size_t longest = display_width(title_);
    for (const Row& row : rows_)
        if (row.text.empty() && !row.cells.empty())
            longest = std::max(longest, display_width(row.label));
    return longest;
}

std::vector<std::size_t> Table::figure_widths(std::size_t column) const {
    std::vector<std::size_t> widths;
    for (const Row& row : rows_) {
        if (column >= row.cells.size())
            continue;
        const std::vector<TableCell>& figures = row.cells[column].figures;
        widths.resize(std::max(widths.size(), figures.size()), 0);
        for (std::size_t i = 0; i < figures.size(); ++i)
            widths[i] = std::max(widths[i], display_width(figures[i].text));
    }
    if (!layout_.alike && !widths.empty())
        std::ranges::fill(widths, std::ranges::max(widths));
    return widths;
}

/// The columns as wide as what stands in them, with `gap` spaces between figures and before each column.
std::vector<Table::Part::Column> Table::measured(const std::vector<std::size_t>& columns, std::size_t gap,
                                                 std::size_t left_out) const {
    std::vector<Part::Column> list;
    for (std::size_t index : columns)
        list.push_back({index, 0, figure_widths(index), 0});
    if (layout_.alike) {
        std::vector<std::size_t> common;
        for (const Part::Column& column : list) {
            common.resize(std::max(common.size(), column.widths.size()), 0);
            for (std::size_t i = 0; i < column.widths.size(); ++i)
                common[i] = std::max(common[i], column.widths[i]);
        }
        common.resize(common.size() - std::min(left_out, common.empty() ? 0 : common.size() - 1));
        for (Part::Column& column : list)
            column.widths = common;
    }
    std::size_t widest = 0;
    for (Part::Column& column : list) {
        const std::size_t figures = std::accumulate(column.widths.begin(), column.widths.end(), std::size_t{0});
        const std::size_t gaps = column.widths.empty() ? 0 : gap * (column.widths.size() - 1);
        column.width = gap + std::max(figures + gaps, display_width(columns_[column.index].title));
        widest = std::max(widest, column.width);
    }
    if (layout_.alike)
        for (Part::Column& column : list)
            column.width = widest;
    return list;
}

/// With the space before them.
std::size_t Table::notes_width() const {
    std::size_t longest = 0;
    for (const Row& row : rows_)
        longest = std::max(longest, row.note.empty() ? 0 : display_width(row.note) + wide_gap);
    return longest;
}

/// Room that is left goes to the columns and labels, and to the notes before those get more than they need.
void Table::spread(Part& part, std::size_t width) const {
    const std::size_t needed = total_width(part.columns);
    const std::size_t note = longest_label() + needed + notes_width() <= width ? notes_width() : 0;
    part.label = std::max(longest_label(), std::min(layout_.label, width - std::min(width, needed + note)));
    if (layout_.column == 0 || part.columns.empty())
        return;
    const std::size_t room = width - std::min(width, part.label + note);
    for (Part::Column& column : part.columns)
        column.width = std::max(column.width, std::min(layout_.column, room / part.columns.size()));
}

/// Several tables: as many columns side by side as fit, and of a column that does not fit alone as many figures.
std::vector<Table::Part> Table::split(std::size_t width) const {
    std::vector<std::size_t> all(columns_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const std::vector<Part::Column> columns = measured(all, narrow_gap, 0);
    const std::size_t label = std::min(longest_label(), width / 2);
    const auto repeated = std::min(layout_.repeated, columns.size());
    const std::vector<Part::Column> first(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(repeated));
    const std::size_t taken = std::min(width, label + total_width(first));
    std::size_t most = columns.size();
    if (layout_.alike && repeated < columns.size()) {
        const std::size_t others = columns.size() - repeated;
        const std::size_t fit = std::max<std::size_t>(1, (width - taken) / columns.back().width);
        const std::size_t parts = (others + fit - 1) / fit;
        most = (others + parts - 1) / parts; // parts of about the same number of columns
    }
    std::vector<Part> parts;
    std::size_t room = 0;
    const auto begin = [&] {
        parts.push_back({label, narrow_gap, first});
        room = width - taken;
    };
    begin();
    for (std::size_t i = repeated; i < columns.size(); ++i) {
        Part::Column column = columns[i];
        if (parts.back().columns.size() > repeated &&
            (column.width > room || parts.back().columns.size() - repeated >= most))
            begin();
        while (column.width > room && column.widths.size() > 1) {
            const std::size_t each = std::ranges::max(column.widths) + narrow_gap;
            const std::size_t fit = std::clamp<std::size_t>(room / each, 1, column.widths.size() - 1);
            Part::Column some = column;
            some.widths.resize(fit);
            some.width = std::max(fit * each, display_width(columns_[i].title) + narrow_gap);
            parts.back().columns.push_back(some);
            column.first += fit;
            column.widths.erase(column.widths.begin(), column.widths.begin() + static_cast<std::ptrdiff_t>(fit));
            column.width = std::max(column.widths.size() * each, display_width(columns_[i].title) + narrow_gap);
            begin();
        }
        if (column.width > room) { // one figure that no page of this width holds: it is cut
            column.width = std::max(room, narrow_gap + 1);
            std::ranges::fill(column.widths, column.width - narrow_gap);
        }
        room -= std::min(room, column.width);
        parts.back().columns.push_back(std::move(column));
    }
    return parts;
}

std::vector<Table::Part> Table::parts_for(std::size_t width) const {
    std::vector<std::size_t> all;
    std::vector<std::size_t> needed;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        all.push_back(i);
        if (!columns_[i].dispensable)
            needed.push_back(i);
    }
    const std::size_t label = longest_label();
    for (const std::vector<std::size_t>* columns : {&all, &needed})
        for (std::size_t left_out = 0; left_out <= layout_.dispensable_figures; ++left_out)
            for (std::size_t gap : {wide_gap, narrow_gap}) {
                Part part{label, gap, measured(*columns, gap, left_out)};
                if (label + total_width(part.columns) > width)
                    continue;
                spread(part, width);
                return {part};
            }
    return split(width);
}

void Table::put_part(Page& page, const Part& part, bool last) const {
    std::vector<TableCell> heads{{left_in(title_, part.label), Style::bold}};
    for (const Part::Column& column : part.columns)
        heads.push_back({right_in(columns_[column.index].title, column.width), columns_[column.index].style});
    if (std::ranges::any_of(
            heads, [](const TableCell& head) { return head.text.find_first_not_of(' ') != std::string::npos; }))
        page.pieces(heads);
    const bool with_notes = part.label + total_width(part.columns) + notes_width() <= page.width();
    for (const Row& row : rows_) {
        if (!row.text.empty()) {
            if (last)
                page.paragraph(row.label, row.text, row.label_style);
            continue;
        }
        std::vector<TableCell> pieces{
            {left_in(row.label, row.cells.empty() ? page.width() : part.label), row.label_style}};
        for (const Part::Column& column : part.columns) {
            if (column.index >= row.cells.size())
                break;
            const std::vector<TableCell>& figures = row.cells[column.index].figures;
            const std::size_t own = std::accumulate(column.widths.begin(), column.widths.end(), std::size_t{0}) +
                                    part.gap * (column.widths.empty() ? 0 : column.widths.size() - 1);
            pieces.push_back({std::string(column.width - std::min(column.width, own), ' ')});
            for (std::size_t i = 0; i < column.widths.size(); ++i) {
                if (i != 0)
                    pieces.push_back({std::string(part.gap, ' ')});
                const std::size_t figure = column.first + i;
                if (figure < figures.size())
                    pieces.push_back({right_in(figures[figure].text, column.widths[i]), figures[figure].style});
                else
                    pieces.push_back({std::string(column.widths[i], ' ')});
            }
        }
        if (!row.note.empty() && with_notes)
            pieces.push_back({std::string(wide_gap, ' ') + row.note, Style::dim});
        page.pieces(pieces);
    }
}

void Table::put(Page& page) const {
    const std::vector<Part> parts = parts_for(page.width());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i != 0)
            page.blank();
        put_part(page, parts[i], i + 1 == parts.size());
    }
}

} // namespace netio::report
