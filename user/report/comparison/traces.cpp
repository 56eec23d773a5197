// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/comparison/traces.h"

#include <utility>
#include <vector>

#include "report/export/csv_row.h"
#include "report/run_json/records.h"
#include "report/text/table.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

using analysis::ComparedFigure;
using analysis::TraceComparison;

constexpr std::string_view trace_comparison_schema = "netio-trace/compare-traces/1";

TableCell value_cell(const Figure& figure, const std::string& unit) {
    if (!figure.available())
        return figure.bounds ? TableCell{analysis::bounds_text(*figure.bounds, 3)} : TableCell{"n/a", Style::dim};
    if (figure.value == 0.0 && !unit.empty())
        return {"–", Style::dim};
    if (unit == "bytes")
        return {amount(figure.value)};
    if (unit == "ns")
        return {duration(figure.value)};
    return {fixed(figure.value, unit == "calls" ? 0 : 3)};
}

/// "1.82 ×", with its interval where there is one; bold where a difference is shown.
TableCell ratio_cell(const ComparedFigure& figure) {
    if (figure.difference && figure.difference->available && figure.difference->ratio)
        return {analysis::factor_in_words(*figure.difference), figure.difference->shown ? Style::bold : Style::plain};
    const std::optional<double> ratio = figure.ratio();
    return ratio ? TableCell{analysis::ratio_text(*ratio) + " ×"} : TableCell{"–", Style::dim};
}

Json bounds_to_json(const ComparedFigure& figure) {
    const auto& difference = figure.difference;
    if (!difference || !difference->interval || !difference->ratio)
        return nullptr;
    return Json::array({number(difference->ratio->low), number(difference->ratio->high)});
}

Json shown_to_json(const ComparedFigure& figure) {
    return figure.difference && figure.difference->interval ? Json(figure.difference->shown) : Json(nullptr);
}

std::string reason_for(const ComparedFigure& figure, std::size_t repeats) {
    if (!figure.difference)
        return "a count: it has no interval";
    if (!figure.difference->available)
        return figure.difference->reason;
    if (figure.difference->interval)
        return {};
    return repeats == 1 ? "one trace each: no interval" : figure.difference->no_interval;
}

} // namespace

std::string render_trace_comparison_text(const TraceComparison& comparison, const TextOptions& options) {
    Page page(options);
    page.parts(comparison.traces.size() == 1 ? std::vector<std::string>{"subjects of " + comparison.traces.front() +
                                                                        ", the busiest is the baseline"}
                                             : comparison.traces,
               Style::bold);
    if (comparison.repeats == 1)
        page.paragraph("", "One trace each: no interval. Name three or more of each side, joined by commas, for "
                           "intervals.");
    for (const std::string& warning : comparison.warnings)
        page.paragraph("! ", warning, Style::plain, Style::warning);
    for (const analysis::ComparedSubject& pair : comparison.pairs) {
        page.blank();
        page.rule(pair.baseline + " → " + pair.other);
        Table table("", {{"baseline", Style::dim}, {"other", Style::dim}, {"other / baseline", Style::dim}},
                    {.alike = false, .label = 28, .column = 16});
        for (const ComparedFigure& figure : pair.figures)
            table.row(
                figure.name + (figure.unit == "Gbit/s" ? ", " + figure.unit : ""),
                {value_cell(figure.baseline, figure.unit), value_cell(figure.other, figure.unit), ratio_cell(figure)});
        table.put(page);
    }
    if (!comparison.alone.empty()) {
        page.blank();
        page.paragraph("Not compared: ", analysis::joined(comparison.alone));
    }
    return std::move(page).take();
}

std::string render_trace_comparison_json(const TraceComparison& comparison) {
    Json pairs = Json::array();
    for (const analysis::ComparedSubject& pair : comparison.pairs) {
        Json figures = Json::array();
        for (const ComparedFigure& figure : pair.figures) {
            const std::optional<double> ratio = figure.ratio();
            figures.push_back({{"name", figure.name},
                               {"unit", figure.unit},
                               {"baseline", to_json(figure.baseline)},
                               {"other", to_json(figure.other)},
                               {"ratio", ratio ? number(*ratio) : Json(nullptr)},
                               {"ratio_interval", bounds_to_json(figure)},
                               {"shown", shown_to_json(figure)},
                               {"reason", text_or_null(reason_for(figure, comparison.repeats))}});
        }
        pairs.push_back({{"baseline", pair.baseline}, {"other", pair.other}, {"figures", std::move(figures)}});
    }
    return lay_out({{"schema", trace_comparison_schema},
                    {"tool_version", NETIO_VERSION},
                    {"traces", comparison.traces},
                    {"repeats", comparison.repeats},
                    {"warnings", comparison.warnings},
                    {"pairs", std::move(pairs)},
                    {"alone", comparison.alone}});
}

std::string render_trace_comparison_csv(const TraceComparison& comparison) {
    CsvRow head;
    for (const char* name : {"baseline", "other", "figure", "unit", "baseline_value", "other_value", "ratio",
                             "ratio_low", "ratio_high", "shown"})
        head.text(name);
    std::string csv = head.line();
    const auto put = [](CsvRow& row, bool there, double value) { there ? row.number(value) : row.nothing(); };
    for (const analysis::ComparedSubject& pair : comparison.pairs)
        for (const ComparedFigure& figure : pair.figures) {
            const auto& difference = figure.difference;
            const bool interval = difference && difference->interval && difference->ratio;
            CsvRow row;
            row.text(pair.baseline).text(pair.other).text(figure.name).text(figure.unit);
            put(row, figure.baseline.available(), figure.baseline.value);
            put(row, figure.other.available(), figure.other.value);
            put(row, figure.ratio().has_value(), figure.ratio().value_or(0.0));
            put(row, interval, interval ? difference->ratio->low : 0.0);
            put(row, interval, interval ? difference->ratio->high : 0.0);
            interval ? row.text(difference->shown ? "yes" : "no") : row.nothing();
            csv += row.line();
        }
    return csv;
}

} // namespace netio::report
