// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <cmath>
#include <functional>

#include "analysis/comparison.h"
#include "report/comparison/sections.h"
#include "report/view/format.h"
#include "report/view/log_axis.h"

namespace netio::report {

using namespace analysis;

namespace {

/// Columns of the page for a label of an entry, and for a whole column.
constexpr std::size_t longest_label = 19;
constexpr std::size_t column_width = longest_label + 1;

Style style_for(Axis axis, const ComparedGroup& group, const Entry& entry) {
    if (axis == Axis::variant)
        return style_of(entry.key.variant);
    const auto position = static_cast<std::size_t>(&entry - group.entries.data());
    return style_of(values_of<SeriesColor>[position % values_of<SeriesColor>.size()]);
}

/// A label that is too long keeps its end, which tells runs apart.
std::string end_of(const std::string& label, std::size_t width) {
    std::string clean = printable(label);
    if (display_width(clean) <= width)
        return clean;
    while (display_width(clean) > width - 1)
        do
            clean.erase(0, 1);
        while (!clean.empty() && (static_cast<unsigned char>(clean.front()) & 0xc0) == 0x80);
    return "…" + clean;
}

using Columns = std::vector<const Entry*>;

/// The baseline and all others.
Columns columns_of(const ComparedGroup& group) {
    Columns columns{&group.entries[group.baseline]};
    for (const Pair& pair : group.pairs)
        if (group.with_baseline(pair))
            columns.push_back(&group.entries[pair.other]);
    return columns;
}

/// The baseline is beside the others in each part of it.
Table table_of(const Comparison& comparison, const ComparedGroup& group, std::string_view title,
               const Columns& columns) {
    std::vector<TableColumn> heads;
    for (const Entry* entry : columns)
        heads.push_back({end_of(label_of(comparison, entry->key), longest_label),
                         style_for(comparison.request.axis, group, *entry)});
    return {title, std::move(heads), {.repeated = 1, .label = 29, .column = column_width}};
}

void put_plot(Page& page, const Comparison& comparison, const ComparedGroup& group) {
    constexpr std::size_t label_width = 16;
    std::vector<const Histogram*> histograms;
    for (const Entry& entry : group.entries)
        if (entry.sample.merged)
            histograms.push_back(&*entry.sample.merged);
    const auto axis = LogAxis::over(histograms, page.width() - label_width - 1);
    if (!axis)
        return;
    std::vector<std::vector<double>> shares;
    double tallest = 0.0;
    for (const Entry& entry : group.entries) {
        shares.push_back(entry.sample.merged ? axis->spread(*entry.sample.merged)
                                             : std::vector<double>(axis->columns(), 0.0));
        tallest = std::max(tallest, *std::max_element(shares.back().begin(), shares.back().end()));
    }
    page.blank();
    page.heading("Share of " + std::string(group.metric.kind == Metric::Kind::latency ? "messages" : "calls") +
                 " by duration (log scale; · a few)");
    for (std::size_t i = 0; i < group.entries.size(); ++i) {
        for (double& share : shares[i])
            share /= tallest;
        constexpr std::size_t lines = 2;
        const std::vector<std::string> plot = block_plot(shares[i], lines);
        const Style style = style_for(comparison.request.axis, group, group.entries[i]);
        const std::string label = end_of(label_of(comparison, group.entries[i].key), label_width - 3);
        for (std::size_t line = 0; line < lines; ++line)
            if (line + 1 == lines || plot[line].find_first_not_of(' ') != std::string::npos)
                page.pieces(
                    {{line + 1 == lines ? left_in("  " + label, label_width) : std::string(label_width, ' '), style},
                     {plot[line], style}});
    }
    const LogAxis::Scale scale = axis->scale();
    page.pieces({{std::string(label_width, ' ') + scale.line, Style::dim}});
    page.pieces({{std::string(label_width, ' ') + scale.labels, Style::dim}});
}

/// Counts below each power of two, where a bucket ends: nothing has to be guessed. In steps of two or more octaves
/// where there are many.
void put_counts(Page& page, const Comparison& comparison, const ComparedGroup& group, const Columns& columns) {
    constexpr std::size_t most_rows = 14;
    std::uint64_t least = UINT64_MAX;
    std::uint64_t most = 0;
    for (const Entry* entry : columns)
        if (entry->sample.merged) {
            least = std::min(least, entry->sample.merged->min());
            most = std::max(most, entry->sample.merged->max());
        }
    if (most < least)
        return;
    const int first = static_cast<int>(std::log2(static_cast<double>(std::max<std::uint64_t>(least, 1))));
    const int last = static_cast<int>(std::log2(static_cast<double>(std::max<std::uint64_t>(most, 1)))) + 1;
    const int step = 1 + (last - first - 1) / static_cast<int>(most_rows);
    page.blank();
    Table table = table_of(comparison, group, "Values, cumulative share", columns);
    std::vector<std::uint64_t> seen(columns.size(), 0);
    std::size_t bucket = 0;
    for (int octave = first + step; octave < last + step; octave += step) {
        const bool is_last = octave + step >= last + step;
        const double edge = std::exp2(octave);
        std::vector<std::uint64_t> here(columns.size(), 0);
        for (; bucket < Histogram::bucket_count &&
               (is_last || static_cast<double>(Histogram::upper_bound(bucket)) <= edge);
             ++bucket)
            for (std::size_t i = 0; i < columns.size(); ++i)
                if (columns[i]->sample.merged)
                    here[i] += columns[i]->sample.merged->bucket(bucket);
        std::vector<ColumnCell> cells;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (!columns[i]->sample.merged) {
                cells.emplace_back(TableCell{"–", Style::dim});
                continue;
            }
            seen[i] += here[i];
            const double share = static_cast<double>(seen[i]) / static_cast<double>(columns[i]->sample.merged->count());
            cells.emplace_back(std::vector<TableCell>{{grouped(here[i])}, {fixed(share * 100.0, 2) + " %"}});
        }
        table.row("  below " + duration(edge), std::move(cells));
    }
    table.put(page);
}

std::string name_in_words(Statistic statistic) {
    return statistic == Statistic::p999 ? "p99.9" : std::string(name_of(statistic));
}

struct Scale {
    double factor;
    std::string unit;
};

/// One unit for a row, so that its columns compare at a glance.
Scale scale_for(Statistic statistic, double value) {
    if (statistic == Statistic::throughput)
        return {1.0, "Gbit/s"};
    if (statistic == Statistic::ns_per_byte)
        return {1.0, "ns/byte"};
    if (value < 1e3)
        return {1.0, "ns"};
    return value < 1e6 ? Scale{1e-3, "µs"} : value < 1e9 ? Scale{1e-6, "ms"} : Scale{1e-9, "s"};
}

std::string signed_number(double value, int digits) {
    // By name, because g++ 12 with -O3 warns of what std::string does to put something before a temporary (GCC's bug
    // 105651).
    const std::string number = significant(value, digits);
    return (value < 0.0 ? "" : "+") + number;
}

/// A figure and the ends of its interval; "" without one.
struct BoundedText {
    std::string value;
    std::string interval;
};

BoundedText text_of(const Bounded& bounded, bool interval, const std::function<std::string(double)>& text) {
    return {text(bounded.value), interval ? text(bounded.low) + " to " + text(bounded.high) : ""};
}

/// "×2.10" and "×1.80 to 2.40", or "+12%" and "+9% to +15%".
BoundedText ratio_text(const Difference& difference) {
    if (!difference.available || !difference.ratio)
        return {"–", ""};
    const Bounded& ratio = *difference.ratio;
    if (told_as_factor(difference))
        return {"×" + analysis::ratio_text(ratio.value),
                difference.interval
                    ? "×" + analysis::ratio_bound(ratio.low) + " to " + analysis::ratio_bound(ratio.high)
                    : ""};
    const auto change = [](double value) { return (value - 1.0) * 100.0; };
    const int least = std::fabs(change(ratio.value)) < 9.95 ? 1 : 0;
    const int decimals =
        difference.interval ? analysis::decimals_of({change(ratio.low), change(ratio.high)}, least) : least;
    return text_of(ratio, difference.interval,
                   [&](double value) { return (value < 1.0 ? "" : "+") + fixed(change(value), decimals) + "%"; });
}

/// With two significant digits, or one where there is no room for two.
BoundedText difference_text(const Difference& difference, const Scale& scale, std::size_t room) {
    if (!difference.available)
        return {"–", ""};
    const auto with_digits = [&](int digits) {
        return text_of(difference.absolute, difference.interval,
                       [&](double value) { return signed_number(value * scale.factor, digits); });
    };
    const BoundedText text = with_digits(2);
    return display_width(text.interval) <= room ? text : with_digits(1);
}

const Difference& difference_of_column(const ComparedGroup& group, const Entry& entry, Statistic statistic) {
    const auto index = static_cast<std::size_t>(&entry - group.entries.data());
    const auto pair = std::find_if(group.pairs.begin(), group.pairs.end(), [&](const Pair& candidate) {
        return group.with_baseline(candidate) && candidate.other == index;
    });
    return *std::find_if(pair->differences.begin(), pair->differences.end(),
                         [&](const Difference& difference) { return difference.statistic == statistic; });
}

/// A row of figures, and below it one with their intervals if there are any.
class BoundedRows {
  public:
    void add(const BoundedText& text, Style style) {
        values_.emplace_back(TableCell{text.value, style});
        intervals_.emplace_back(TableCell{text.interval, style});
        any_interval_ = any_interval_ || !text.interval.empty();
    }
    void put(Table& table, const std::string& label) const {
        table.row(label, values_);
        if (any_interval_)
            table.row("    95 % interval", intervals_);
    }

  private:
    std::vector<ColumnCell> values_;
    std::vector<ColumnCell> intervals_;
    bool any_interval_ = false;
};

void put_statistic(Table& table, const ComparedGroup& group, const Columns& columns, Statistic statistic) {
    double largest = 0.0;
    Quality quality = Quality::exact;
    for (const Entry* entry : columns)
        if (const Estimate& estimate = entry->sample.estimates[index_of(statistic)]; estimate.available()) {
            largest = std::max(largest, estimate.value);
            quality = std::max(quality, estimate.quality);
        }
    const Scale scale = scale_for(statistic, largest);
    std::vector<ColumnCell> values;
    BoundedRows ratios;
    BoundedRows differences;
    for (const Entry* entry : columns) {
        const Estimate& estimate = entry->sample.estimates[index_of(statistic)];
        values.emplace_back(estimate.available() ? TableCell{std::string(mark_of(estimate.quality)) +
                                                             significant(estimate.value * scale.factor, 4)}
                                                 : TableCell{"–", Style::dim});
        if (entry == columns.front()) {
            ratios.add({}, Style::plain);
            differences.add({}, Style::plain);
            continue;
        }
        const Difference& difference = difference_of_column(group, *entry, statistic);
        const Style style = difference.interval && difference.shown ? Style::bold : Style::dim;
        ratios.add(ratio_text(difference), style);
        differences.add(difference_text(difference, scale, column_width - 1), style);
    }
    const std::string note = quality == Quality::exact ? "" : std::string(name_of(quality));
    table.row(left_in(name_in_words(statistic), 16) + scale.unit, std::move(values), note);
    ratios.put(table, "  of the baseline");
    differences.put(table, "  difference    " + scale.unit);
}

void put_statistics(Page& page, const Comparison& comparison, const ComparedGroup& group, const Columns& columns) {
    page.blank();
    Table table = table_of(comparison, group, "Statistics", columns);
    for (Statistic statistic : all_statistics)
        if (has(group.metric, statistic) && std::any_of(columns.begin(), columns.end(), [&](const Entry* entry) {
                return entry->sample.estimates[index_of(statistic)].available();
            }))
            put_statistic(table, group, columns, statistic);
    std::vector<ColumnCell> repeats;
    for (const Entry* entry : columns)
        repeats.emplace_back(
            TableCell{grouped(entry->sample.repeats) +
                      (entry->sample.silent == 0 ? "" : " (" + grouped(entry->sample.silent) + " silent)")});
    table.row("repeats", std::move(repeats));
    const TableCell none{"–", Style::dim};
    std::vector<ColumnCell> ks{TableCell{""}};
    std::vector<ColumnCell> wasserstein{TableCell{""}};
    for (const Pair& pair : group.pairs) {
        if (!group.with_baseline(pair))
            continue;
        ks.emplace_back(pair.distance ? TableCell{fixed(pair.distance->kolmogorov_smirnov, 4)} : none);
        wasserstein.emplace_back(pair.distance ? TableCell{duration(pair.distance->wasserstein_ns)} : none);
    }
    if (std::ranges::any_of(group.pairs, [](const Pair& pair) { return pair.distance.has_value(); })) {
        table.row("Kolmogorov-Smirnov", std::move(ks), "0 to 1");
        table.row("Wasserstein-1", std::move(wasserstein));
    }
    table.put(page);
}

/// The others of a group against one another: the columns of put_statistics() are against the baseline alone.
void put_other_pairs(Page& page, const Comparison& comparison, const ComparedGroup& group) {
    std::vector<const Pair*> pairs;
    std::vector<TableColumn> heads;
    for (const Pair& pair : group.pairs) {
        if (group.with_baseline(pair))
            continue;
        const Entry& other = group.entries[pair.other];
        pairs.push_back(&pair);
        heads.push_back(
            {end_of(label_of(comparison, other.key) + " / " + label_of(comparison, group.entries[pair.baseline].key),
                    longest_label),
             style_for(comparison.request.axis, group, other)});
    }
    if (pairs.empty())
        return;
    page.blank();
    Table table("The others against one another", std::move(heads), {.label = 29, .column = column_width});
    for (std::size_t i = 0; i < pairs.front()->differences.size(); ++i) {
        const Statistic statistic = pairs.front()->differences[i].statistic;
        double largest = 0.0;
        bool any = false;
        bool any_without_ratio = false; // of a value of 0
        for (const Pair* pair : pairs)
            if (const Difference& difference = pair->differences[i]; difference.available) {
                any = true;
                any_without_ratio = any_without_ratio || !difference.ratio;
                largest = std::max(largest, std::fabs(difference.absolute.value));
            }
        const Scale scale = scale_for(statistic, largest);
        BoundedRows ratios;
        BoundedRows differences;
        for (const Pair* pair : pairs) {
            const Difference& difference = pair->differences[i];
            const Style style = difference.interval && difference.shown ? Style::bold : Style::dim;
            ratios.add(ratio_text(difference), style);
            differences.add(difference_text(difference, scale, column_width - 1), style);
        }
        if (any)
            ratios.put(table, name_in_words(statistic));
        if (any_without_ratio)
            differences.put(table, "  difference    " + scale.unit);
    }
    table.put(page);
}

/// What is not there, and why: once for all statistics that it is true of.
void put_reasons(Page& page, const ComparedGroup& group) {
    std::vector<std::pair<std::string, std::vector<Statistic>>> said;
    for (const Pair& pair : group.pairs)
        for (const Difference& difference : pair.differences) {
            const std::string reason = why(difference);
            if (reason.empty())
                continue;
            const std::string sentence = (difference.explained_by_load ? "no verdict: "
                                          : difference.available       ? "no interval: "
                                                                       : "not compared: ") +
                                         reason;
            auto known =
                std::find_if(said.begin(), said.end(), [&](const auto& entry) { return entry.first == sentence; });
            if (known == said.end())
                known = said.insert(said.end(), {sentence, {}});
            if (std::find(known->second.begin(), known->second.end(), difference.statistic) == known->second.end())
                known->second.push_back(difference.statistic);
        }
    for (const auto& [sentence, statistics] : said) {
        std::vector<std::string> names;
        for (Statistic statistic : statistics)
            names.push_back(name_in_words(statistic));
        page.paragraph("  ", joined(names) + ": " + sentence, Style::dim);
    }
}

} // namespace

void put_compared_group(Page& page, const Comparison& comparison, const ComparedGroup& group) {
    page.blank();
    page.rule(title_of(comparison, group) + " · " + std::string(name_of(group.metric)));
    put_plot(page, comparison, group);
    const Columns columns = columns_of(group);
    put_counts(page, comparison, group, columns);
    put_statistics(page, comparison, group, columns);
    put_other_pairs(page, comparison, group);
    put_reasons(page, group);
}

} // namespace netio::report
