// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/comparison/comparison.h"
#include "report/export/csv_row.h"

namespace netio::report {
namespace {

using namespace analysis;

void put_key(CsvRow& row, const Comparison& comparison, const Entry& entry) {
    row.text(comparison.runs[entry.key.run])
        .text(name_of(entry.key.variant))
        .integer(entry.key.field_size)
        .integer(entry.key.threads)
        .integer(entry.sample.repeats);
}

void put(CsvRow& row, bool there, double value) {
    if (there)
        row.number(value);
    else
        row.nothing();
}

} // namespace

std::string render_comparison_csv(const ComparisonReport& report) {
    CsvRow header;
    for (const char* side : {"baseline_", ""})
        for (const char* column : {"run", "variant", "field_size_bytes", "threads", "repeats"})
            header.text(std::string(side) + column);
    for (const char* column : {"metric", "statistic", "unit", "quality", "baseline_value", "value", "difference",
                               "difference_low", "difference_high", "ratio", "ratio_low", "ratio_high", "shown",
                               "detectable", "kolmogorov_smirnov", "wasserstein_ns", "reason"})
        header.text(column);
    std::string text = header.line();
    const Comparison& comparison = report.comparison;
    for (const ComparedGroup& group : comparison.groups)
        for (const Pair& pair : group.pairs)
            for (const Difference& difference : pair.differences) {
                const Entry& baseline = group.entries[pair.baseline];
                const Entry& other = group.entries[pair.other];
                const Estimate& from = baseline.sample.estimates[index_of(difference.statistic)];
                const Estimate& to = other.sample.estimates[index_of(difference.statistic)];
                const bool ratio = difference.ratio.has_value();
                const Bounded bounds = difference.ratio.value_or(Bounded{});
                CsvRow row;
                put_key(row, comparison, baseline);
                put_key(row, comparison, other);
                row.text(name_of(group.metric))
                    .text(name_of(difference.statistic))
                    .text(unit_of(difference.statistic))
                    .text(name_of(difference.quality));
                put(row, from.available(), from.value);
                put(row, to.available(), to.value);
                put(row, difference.available, difference.absolute.value);
                put(row, difference.interval, difference.absolute.low);
                put(row, difference.interval, difference.absolute.high);
                put(row, ratio, bounds.value);
                put(row, ratio && difference.interval, bounds.low);
                put(row, ratio && difference.interval, bounds.high);
                if (difference.interval)
                    row.integer(difference.shown ? 1 : 0);
                else
                    row.nothing();
                put(row, difference.detectable > 0.0, difference.detectable);
                put(row, pair.distance.has_value(), pair.distance ? pair.distance->kolmogorov_smirnov : 0.0);
                put(row, pair.distance.has_value(), pair.distance ? pair.distance->wasserstein_ns : 0.0);
                row.text(why(difference));
                text += row.line();
            }
    return text;
}

} // namespace netio::report
