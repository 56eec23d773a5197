// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/evidence.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "report/view/format.h"

namespace netio::report {
namespace {

constexpr std::size_t indent = 5;
constexpr std::size_t roomy_value_width = 18;
constexpr std::size_t least_label_width = 12;

bool has_place(const analysis::Evidence& evidence) {
    return evidence.place.field_size != 0 || evidence.place.threads != 0;
}

/// "of them copied after all, VARIANT: 42,484 sends"
std::string alone(const analysis::Evidence& evidence) {
    std::vector<std::string> parts{evidence.name};
    if (evidence.place.variant)
        parts.emplace_back(name_of(*evidence.place.variant));
    if (evidence.place.field_size != 0)
        parts.push_back(binary_size(evidence.place.field_size));
    if (evidence.place.threads != 0)
        parts.push_back(counted(evidence.place.threads, "connection"));
    if (!evidence.place.subject.empty())
        parts.push_back(printable(evidence.place.subject));
    return analysis::joined(parts) + ": " + evidence_value(evidence.figure, evidence.unit, true);
}

std::string plain_number(double value) {
    return value == std::trunc(value) && std::fabs(value) < 1e15 ? fixed(value, 0) : significant(value);
}

/// "12.3±1.2" of an interval that is symmetrical, else "12.3 [10.1, 14.9]", for that may exclude 0 where the value ±
/// its reach does not; "<4.4" where no sample was in it. As many decimals as the figure has with three digits.
std::string sampled_value(const Figure& figure) {
    if (figure.value == 0.0 && figure.low >= 0.0)
        return "<" + significant(figure.high, 2);
    const std::string shown = significant(figure.value == 0.0 ? reach(figure) : figure.value);
    const std::size_t point = shown.find('.');
    const int decimals = point == std::string::npos ? 0 : static_cast<int>(shown.size() - point - 1);
    if (fixed(figure.high - figure.value, decimals) == fixed(figure.value - figure.low, decimals))
        return fixed(figure.value, decimals) + "±" + fixed(reach(figure), decimals);
    return analysis::with_interval(figure.value, figure.low, figure.high, decimals, "");
}

std::string share_value(const Figure& figure) {
    if (figure.quality != Quality::sampled)
        return figure.value > 0.0 && figure.value < 0.001 ? "<0.1 %" : analysis::share_text(figure.value);
    const int decimals = figure.value < 0.1 ? 1 : 0;
    const double least = decimals == 0 ? 1.0 : 0.1;
    return fixed(figure.value * 100.0, decimals) + "±" + fixed(std::max(reach(figure) * 100.0, least), decimals) + " %";
}

/// A ratio's interval is not symmetrical.
std::string ratio_value(const Figure& figure) {
    const std::string value = analysis::ratio_text(figure.value);
    return figure.quality == Quality::sampled
               ? value + " [" + analysis::ratio_bound(figure.low) + "–" + analysis::ratio_bound(figure.high) + "]"
               : value;
}

std::string shown_unit(const std::string& unit) {
    return unit.empty() || unit == "share" || unit == "bytes" ? std::string() : " " + unit;
}

/// "≥2.00", "2.00–2.13", "≥12 %".
std::string bounds_value(const Bounds& bounds, const std::string& unit) {
    if (unit == "share")
        return std::isfinite(bounds.high) ? analysis::share_range(bounds.low, bounds.high)
                                          : "≥" + analysis::share_text(bounds.low);
    if (unit == "bytes")
        return (std::isfinite(bounds.high) ? amount(bounds.low) + "–" + amount(bounds.high) : "≥" + amount(bounds.low));
    return analysis::bounds_text(bounds, 2) + (unit.empty() ? "" : shown_unit(unit));
}

/// What the figures of all tables have in common stands in the tables' heads, and only what differs in their rows.
struct Common {
    std::optional<std::string> name;
    std::optional<std::string> unit;
    std::optional<Variant> variant;
};

Common common_to(const std::vector<const analysis::Evidence*>& evidence) {
    const auto all_have = [&](auto part) {
        return std::ranges::all_of(evidence, [&](const auto* one) { return part(*one) == part(*evidence.front()); });
    };
    Common common;
    if (evidence.empty())
        return common;
    const analysis::Evidence& first = *evidence.front();
    const bool one_variant = all_have([](const analysis::Evidence& one) { return one.place.variant; });
    if (one_variant)
        common.variant = first.place.variant;
    // A row without any name would say nothing.
    if (!one_variant && all_have([](const analysis::Evidence& one) { return one.name; }))
        common.name = first.name;
    if (all_have([](const analysis::Evidence& one) { return one.unit; }))
        common.unit = first.unit;
    return common;
}

std::string label_of(const analysis::Evidence& evidence, const Common& common) {
    std::vector<std::string> words;
    if (evidence.place.variant && !common.variant)
        words.emplace_back(name_of(*evidence.place.variant));
    if (!common.name)
        words.push_back(evidence.name);
    std::string label;
    for (const std::string& word : words)
        label += (label.empty() ? "" : " ") + word;
    return label + (common.unit || shown_unit(evidence.unit).empty() ? "" : ", " + evidence.unit);
}

std::string head_of(unsigned threads, const Common& common) {
    std::vector<std::string> parts;
    if (threads != 0)
        parts.push_back(counted(threads, "connection"));
    if (common.variant)
        parts.emplace_back(name_of(*common.variant));
    if (common.name)
        parts.push_back(*common.name);
    if (common.unit && !shown_unit(*common.unit).empty())
        parts.push_back(*common.unit);
    return analysis::joined(parts);
}

/// One row of a table: a name and its figures by field size.
struct Row {
    std::string label;
    std::map<std::uint64_t, std::string> values;
};

/// The table for one number of connections.
struct Block {
    std::string head;
    std::vector<Row> rows;
};

std::vector<Block> blocks_of(const std::vector<const analysis::Evidence*>& evidence) {
    const Common common = common_to(evidence);
    std::map<unsigned, Block> blocks;
    for (const analysis::Evidence* one : evidence) {
        Block& block = blocks[one->place.threads];
        block.head = head_of(one->place.threads, common);
        const std::string label = label_of(*one, common);
        auto row = std::ranges::find(block.rows, label, &Row::label);
        if (row == block.rows.end())
            row = block.rows.insert(block.rows.end(), {label, {}});
        row->values[one->place.field_size] = evidence_value(one->figure, one->unit, false);
    }
    std::vector<Block> list;
    list.reserve(blocks.size());
    for (auto& [threads, block] : blocks)
        list.push_back(std::move(block));
    return list;
}

std::string size_head(std::uint64_t size) { return size == 0 ? "all sizes" : binary_size(size); }

/// Width of a column of figures, the same in all blocks: two spaces before the longest, or one where that is too much.
std::size_t value_width_of(const std::vector<Block>& blocks) {
    std::size_t longest = 0;
    for (const Block& block : blocks)
        for (const Row& row : block.rows)
            for (const auto& [size, value] : row.values)
                longest = std::max({longest, display_width(value), display_width(size_head(size))});
    return std::min(longest + 2, std::max(longest + 1, roomy_value_width));
}

struct Widths {
    std::size_t label;
    std::size_t value;
};

void put_rows(Page& page, const Block& block, const std::vector<std::uint64_t>& sizes, const Widths& widths) {
    std::vector<TableCell> pieces{{std::string(indent, ' ') + left_in(block.head, widths.label), Style::dim}};
    for (std::uint64_t size : sizes)
        pieces.push_back({right_in(size_head(size), widths.value), Style::dim});
    page.pieces(pieces);
    for (const Row& row : block.rows) {
        if (std::ranges::none_of(sizes, [&](std::uint64_t size) { return row.values.contains(size); }))
            continue;
        pieces = {{std::string(indent, ' ') + left_in(printable("  " + row.label), widths.label)}};
        for (std::uint64_t size : sizes) {
            const auto value = row.values.find(size);
            pieces.push_back({right_in(value == row.values.end() ? "–" : value->second, widths.value)});
        }
        page.pieces(pieces);
    }
}

void put_block(Page& page, const Block& block, std::size_t value_width) {
    std::set<std::uint64_t> sizes;
    std::size_t longest = display_width(block.head);
    for (const Row& row : block.rows) {
        longest = std::max(longest, display_width(row.label) + 2);
        for (const auto& [size, value] : row.values)
            sizes.insert(size);
    }
    // At least two columns of figures, or one where these are long; labels that are too long for that are cut, never
    // figures.
    const std::size_t room = page.width() - indent;
    const std::size_t least_columns = least_label_width + 2 * value_width <= room ? 2 : 1;
    const std::size_t label_width = std::min(longest, room - std::min(room, least_columns * value_width));
    const std::size_t columns = std::max<std::size_t>((room - label_width) / value_width, 1);
    for (auto first = sizes.begin(); first != sizes.end();) {
        std::vector<std::uint64_t> some;
        for (; first != sizes.end() && some.size() < columns; ++first)
            some.push_back(*first);
        put_rows(page, block, some, {label_width, value_width});
    }
}

/// Each reason once, with the mark of the figures that it is for.
void put_reasons(Page& page, const std::vector<analysis::Evidence>& evidence) {
    std::vector<std::string> told;
    for (const analysis::Evidence& one : evidence) {
        if (one.figure.reason.empty() || one.figure.quality == Quality::exact)
            continue;
        const std::string mark = one.figure.available() ? std::string(mark_of(one.figure.quality))
                                 : one.figure.bounds    ? "range:"
                                                        : "n/a";
        const std::string line = mark + " " + one.figure.reason;
        if (std::ranges::find(told, line) == told.end())
            told.push_back(line);
    }
    for (const std::string& line : told)
        page.paragraph(std::string(indent, ' '), line, Style::dim);
}

} // namespace

std::string evidence_value(const Figure& figure, const std::string& unit, bool with_unit) {
    if (!figure.available())
        return figure.bounds ? bounds_value(*figure.bounds, unit) : "n/a";
    const std::string mark(mark_of(figure.quality));
    if (unit == "share")
        return mark + share_value(figure);
    if (unit == "bytes")
        return mark + amount(figure.value);
    if (unit.empty() && figure.quality != Quality::exact)
        return mark + ratio_value(figure);
    const std::string text = figure.quality == Quality::sampled ? sampled_value(figure)
                             : figure.quality == Quality::exact ? plain_number(figure.value)
                                                                : significant(figure.value);
    return mark + text + (with_unit ? shown_unit(unit) : "");
}

void put_labelled(Page& page, const std::string& label, const std::vector<std::string>& parts) {
    constexpr std::size_t label_width = 11;
    bool first = true;
    for (const std::string& line : join_parts(parts, page.width() - indent - label_width)) {
        page.pieces({{std::string(indent, ' ') + left_in(first ? label : "", label_width), Style::dim}, {line}});
        first = false;
    }
}

void put_evidence(Page& page, const std::vector<analysis::Evidence>& evidence) {
    std::map<std::pair<std::string, std::optional<Variant>>, unsigned> uses;
    for (const analysis::Evidence& one : evidence)
        ++uses[{one.name, one.place.variant}];
    std::vector<std::string> parts;
    std::vector<const analysis::Evidence*> in_tables;
    for (const analysis::Evidence& one : evidence) {
        if (has_place(one) && uses[{one.name, one.place.variant}] > 1)
            in_tables.push_back(&one);
        else
            parts.push_back(alone(one));
    }
    put_labelled(page, "figures", parts);
    const std::vector<Block> blocks = blocks_of(in_tables);
    for (const Block& block : blocks)
        put_block(page, block, value_width_of(blocks));
    put_reasons(page, evidence);
}

} // namespace netio::report
