// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/view/format.h"

namespace netio::report {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> lines_of(const Table& table, unsigned width = 100) {
    Page page({.color = false, .width = width, .saved_to = ""});
    table.put(page);
    std::istringstream text(std::move(page).take());
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

std::vector<TableColumn> numbered(std::size_t count) {
    std::vector<TableColumn> columns;
    for (std::size_t i = 0; i < count; ++i)
        columns.push_back({"column " + std::to_string(i)});
    return columns;
}

std::vector<ColumnCell> cells(std::size_t count, const std::string& text) { return {count, TableCell{text}}; }

/// Words of a line, which is what is left between spaces.
std::size_t words_in(const std::string& line) {
    std::istringstream words(line);
    std::size_t count = 0;
    for (std::string word; words >> word;)
        ++count;
    return count;
}

TEST(Table, KeepsASpaceBetweenFiguresOfAnyLength) {
    for (std::size_t length : {1U, 9U, 19U, 20U, 21U, 40U, 60U}) {
        Table table("", {{"a"}, {"b"}, {"c"}}, {.label = 29, .column = 20});
        table.row("label", cells(3, std::string(length, '8')));
        std::size_t figures = 0;
        for (const std::string& line : lines_of(table)) {
            EXPECT_LE(display_width(line), 100U) << line;
            if (line.find('8') != std::string::npos)
                figures += words_in(line) - 1;
        }
        EXPECT_EQ(figures, 3U) << length;
    }
}

TEST(Table, GivesEachColumnThePreferredWidthWhereThereIsRoom) {
    Table table("title", numbered(3), {.label = 29, .column = 20});
    table.row("label", cells(3, "1.5"), "note");
    EXPECT_EQ(lines_of(table)[1],
              "label                                         1.5                 1.5                 1.5  note");
    EXPECT_EQ(display_width(lines_of(table, 80)[1]), 80U) << "columns make room for the note";
}

TEST(Table, ShowsColumnsThatDoNotFitBelow) {
    constexpr std::size_t count = 9;
    for (unsigned width : {80U, 100U}) {
        Table table("title", numbered(count), {.label = 29, .column = 20});
        table.row("label", cells(count, "1,234.5678"));
        table.text("  ", "said once");
        std::size_t figures = 0;
        std::size_t titles = 0;
        std::size_t said = 0;
        for (const std::string& line : lines_of(table, width)) {
            EXPECT_LE(display_width(line), width) << line;
            if (line.starts_with("label"))
                figures += words_in(line) - 1;
            if (line.starts_with("title"))
                titles += (words_in(line) - 1) / 2; // "column" and its number
            said += line == "  said once" ? 1 : 0;
        }
        EXPECT_EQ(figures, count) << width;
        EXPECT_EQ(titles, count) << "each figure has its title above it";
        EXPECT_EQ(said, 1U);
    }
}

TEST(Table, RepeatsTheFirstColumnsBesideThoseBelow) {
    Table table("", numbered(6), {.repeated = 1, .label = 29, .column = 20});
    std::vector<ColumnCell> row = cells(6, "another 1,234,567.89");
    row[0] = TableCell{"baseline"};
    table.row("label", row);
    std::size_t baselines = 0;
    std::size_t others = 0;
    for (const std::string& line : lines_of(table)) {
        if (!line.starts_with("label"))
            continue;
        EXPECT_THAT(line, HasSubstr("baseline"));
        ++baselines;
        others += (words_in(line) - 2) / 2;
    }
    EXPECT_GT(baselines, 1U);
    EXPECT_EQ(others, 5U);
}

TEST(Table, LeavesOutDispensableFiguresOnlyWhereAllColumnsThenFit) {
    const auto table_of = [](std::size_t columns) {
        Table table("", numbered(columns), {.dispensable_figures = 1, .label = 20, .column = 20});
        table.row("label", {columns, ColumnCell(std::vector<TableCell>{{"~0.213±0.021"}, {"12%"}, {"bar"}})});
        return lines_of(table, 80);
    };
    EXPECT_THAT(table_of(1), Contains(HasSubstr("bar")));
    EXPECT_THAT(table_of(4), Contains(AllOf(HasSubstr("12%"), Not(HasSubstr("bar")))));
    EXPECT_THAT(table_of(9), Contains(HasSubstr("bar"))) << "nothing is gained by leaving it out";
}

TEST(Table, LeavesOutADispensableColumnThatDoesNotFit) {
    const std::vector<TableCell> three(3, TableCell{"0.0000913"});
    Table table("", {{""}, {"one"}, {"two", Style::plain, true}}, {.alike = false});
    table.row("64 B", {TableCell{"10"}, three, three});
    EXPECT_THAT(lines_of(table, 80),
                Contains("64 B  10  0.0000913  0.0000913  0.0000913  0.0000913  0.0000913  0.0000913"));
    Table wide("", {{""}, {"one"}, {"two", Style::plain, true}}, {.alike = false});
    wide.row("64 B", {TableCell{"10"}, std::vector<TableCell>(5, three[0]), std::vector<TableCell>(5, three[0])});
    EXPECT_THAT(lines_of(wide, 80), Contains("64 B  10  0.0000913  0.0000913  0.0000913  0.0000913  0.0000913"));
}

TEST(Table, BreaksAColumnOfMoreFiguresThanFit) {
    Table table("", {{""}, {"throughput"}}, {.alike = false, .repeated = 1});
    table.row("64 B", {TableCell{"10"}, std::vector<TableCell>(12, TableCell{"0.0000913"})});
    std::size_t figures = 0;
    for (const std::string& line : lines_of(table)) {
        EXPECT_LE(display_width(line), 100U) << line;
        if (!line.starts_with("64 B"))
            continue;
        EXPECT_THAT(line, StartsWith("64 B 10 "));
        figures += words_in(line) - 3;
    }
    EXPECT_EQ(figures, 12U);
}

} // namespace
} // namespace netio::report
