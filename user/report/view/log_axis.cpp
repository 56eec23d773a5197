// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/log_axis.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "report/view/format.h"

namespace netio::report {
namespace {

struct Tick {
    std::size_t column;
    std::string label;
};

/// Labels are placed in order of weight, each where it has a space on both sides: whole decades, then fives, then twos,
/// and the other digits only on an axis so short that it would have fewer than three labels.
std::vector<Tick> ticks_of(const LogAxis& axis) {
    std::vector<Tick> ticks;
    std::vector<bool> taken(axis.columns(), false);
    for (const int digit : {1, 5, 2, 3, 4, 6, 7, 8, 9}) {
        if (digit != 5 && digit > 2 && ticks.size() >= 3)
            break;
        for (int decade = 0; decade <= 11; ++decade) {
            const double value = digit * std::pow(10.0, decade);
            const double at = axis.position(value);
            if (at < 0.0 || at >= static_cast<double>(axis.columns()))
                continue;
            const auto column = static_cast<std::size_t>(at);
            const double unit = decade >= 9 ? 1e9 : decade >= 6 ? 1e6 : decade >= 3 ? 1e3 : 1.0;
            const char* unit_name = decade >= 9 ? " s" : decade >= 6 ? " ms" : decade >= 3 ? " µs" : " ns";
            const std::string label = fixed(value / unit, 0) + unit_name;
            const std::size_t width = display_width(label);
            const std::size_t first = column == 0 ? 0 : column - 1;
            const std::size_t last = column + width + 1;
            if (column + width > axis.columns() ||
                std::find(taken.begin() + static_cast<std::ptrdiff_t>(first),
                          taken.begin() + static_cast<std::ptrdiff_t>(std::min(last, axis.columns())),
                          true) != taken.begin() + static_cast<std::ptrdiff_t>(std::min(last, axis.columns())))
                continue;
            std::fill(taken.begin() + static_cast<std::ptrdiff_t>(column),
                      taken.begin() + static_cast<std::ptrdiff_t>(column + width), true);
            ticks.push_back({column, label});
        }
    }
    std::sort(ticks.begin(), ticks.end(),
              [](const Tick& left, const Tick& right) { return left.column < right.column; });
    return ticks;
}

} // namespace

LogAxis::LogAxis(double low_ns, double high_ns, std::size_t columns)
    : low_log_(std::log(std::max(low_ns, 1.0))), high_log_(std::log(std::max(high_ns, 1.0))), columns_(columns) {
    const double missing = std::log(2.0) - (high_log_ - low_log_);
    if (missing > 0.0) {
        low_log_ = std::max(0.0, low_log_ - missing / 2.0);
        high_log_ = low_log_ + std::log(2.0);
    }
}

std::optional<LogAxis> LogAxis::over(const std::vector<const Histogram*>& histograms, std::size_t columns) {
    std::uint64_t least = UINT64_MAX;
    std::uint64_t most = 0;
    for (const Histogram* histogram : histograms)
        if (!histogram->empty()) {
            least = std::min(least, histogram->min());
            most = std::max(most, histogram->max());
        }
    if (most < least)
        return std::nullopt;
    return LogAxis(static_cast<double>(least), static_cast<double>(most) + 1.0, columns);
}

double LogAxis::position(double nanoseconds) const {
    const double at = std::log(std::max(nanoseconds, 1e-3));
    return (at - low_log_) / (high_log_ - low_log_) * static_cast<double>(columns_);
}

double LogAxis::value_at(double position) const {
    return std::exp(low_log_ + (high_log_ - low_log_) * position / static_cast<double>(columns_));
}

LogAxis::Scale LogAxis::scale() const {
    Scale scale;
    std::size_t line_end = 0;
    std::size_t label_end = 0;
    for (const Tick& tick : ticks_of(*this)) {
        for (; line_end < tick.column; ++line_end)
            scale.line += "─";
        scale.line += "┴";
        ++line_end;
        scale.labels += std::string(tick.column - label_end, ' ') + tick.label;
        label_end = tick.column + display_width(tick.label);
    }
    for (; line_end < columns_; ++line_end)
        scale.line += "─";
    return scale;
}

std::vector<double> LogAxis::spread(const Histogram& histogram) const {
    std::vector<double> shares(columns_, 0.0);
    if (histogram.empty())
        return shares;
    const auto last_column = static_cast<double>(columns_);
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i) {
        if (histogram.bucket(i) == 0)
            continue;
        const double share = static_cast<double>(histogram.bucket(i)) / static_cast<double>(histogram.count());
        // A bucket reaches no further than the values that were seen.
        const double low_value =
            std::max(static_cast<double>(Histogram::lower_bound(i)), static_cast<double>(histogram.min()));
        const double high_value =
            std::min(static_cast<double>(Histogram::upper_bound(i)), static_cast<double>(histogram.max()) + 1.0);
        const double low = std::clamp(position(low_value), 0.0, last_column - 1e-6);
        const double high = std::clamp(position(high_value), low + 1e-9, last_column);
        for (auto column = static_cast<std::size_t>(low); column < columns_ && static_cast<double>(column) < high;
             ++column) {
            const double from = std::max(low, static_cast<double>(column));
            const double to = std::min(high, static_cast<double>(column) + 1.0);
            shares[column] += share * (to - from) / (high - low);
        }
    }
    return shares;
}

std::vector<std::string> block_plot(const std::vector<double>& heights, std::size_t lines) {
    constexpr std::array<const char*, 9> blocks{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    std::vector<std::string> plot(lines);
    for (const double height : heights) {
        auto eighths =
            static_cast<std::size_t>(std::lround(std::clamp(height, 0.0, 1.0) * static_cast<double>(lines) * 8.0));
        for (std::size_t line = 0; line < lines; ++line) {
            const std::size_t below = (lines - 1 - line) * 8;
            const bool trace_of_it = eighths == 0 && height > 0.0 && line + 1 == lines;
            plot[line] += trace_of_it ? "·" : blocks[eighths <= below ? 0 : std::min<std::size_t>(eighths - below, 8)];
        }
    }
    return plot;
}

} // namespace netio::report
