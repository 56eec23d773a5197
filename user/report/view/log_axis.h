// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/histogram.h"

namespace netio::report {

/// Durations on a logarithmic axis of so many columns.
class LogAxis {
  public:
    /// From `low_ns` to `high_ns`, widened to at least a factor of 2 and never starting below 1 ns.
    LogAxis(double low_ns, double high_ns, std::size_t columns);
    /// From the smallest to the largest value of the histograms; nothing when none of them has values.
    [[nodiscard]] static std::optional<LogAxis> over(const std::vector<const Histogram*>& histograms,
                                                     std::size_t columns);

    /// Where a duration falls, from 0 to columns().
    [[nodiscard]] double position(double nanoseconds) const;
    /// The duration at such a position, in nanoseconds: the other way round.
    [[nodiscard]] double value_at(double position) const;
    [[nodiscard]] std::size_t columns() const { return columns_; }

    /// A line with ticks, and below it their labels as far as there is room.
    struct Scale {
        std::string line;
        std::string labels;
    };
    [[nodiscard]] Scale scale() const;

    /// The share of the histogram's values that falls on each column. A bucket that spans several columns is spread
    /// over them evenly on the axis.
    [[nodiscard]] std::vector<double> spread(const Histogram& histogram) const;

  private:
    double low_log_;
    double high_log_;
    std::size_t columns_;
};

/// Heights from 0 to 1 as lines of ▁▂▃▄▅▆▇█, the top line first. What is above 0 but too low for a block shows as ·.
[[nodiscard]] std::vector<std::string> block_plot(const std::vector<double>& heights, std::size_t lines);

} // namespace netio::report
