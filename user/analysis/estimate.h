// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/metric.h"
#include "model/run_result.h"

namespace netio::analysis {

/// A statistic over the repeats of a cell, and how much it varies from one such set of repeats to the next.
struct Estimate {
    double value = 0.0;
    Quality quality = Quality::unavailable;
    std::string reason; ///< why there is no value, or what limits it
    /// Variance of the value and of its logarithm over sets of repeats, from the bootstrap; nothing when it is not
    /// known, which `no_variance` explains.
    std::optional<double> variance;
    std::optional<double> log_variance; ///< nothing also where a value of 0 has no logarithm
    std::string no_variance;
    std::vector<double> draws; ///< that the variances are of; empty without them
    double doubt = 0.0;        ///< how well the histogram tells the value, in its unit (see FineQuantile)

    [[nodiscard]] bool available() const { return quality != Quality::unavailable; }
};

/// What repeats of one cell say of a metric.
struct Sample {
    unsigned repeats = 0; ///< that have something to say
    unsigned silent = 0;  ///< that finished no message, and are left out
    /// Numbers of the blocks that have something to say.
    std::vector<std::size_t> blocks;
    std::optional<Histogram> merged;
    std::array<Estimate, statistic_count> estimates; ///< by index_of(Statistic)
};

/// Repeats that are drawn together: one, or all of a run where runs are what varies.
using Block = std::vector<const Cell*>;

/// Estimates of a metric from the repeats of one (variant, field size, threads).
///
/// What varies is the block: messages of one repeat share a connection, a processor and what else the machine did in
/// that second, and are no independent draws; nor are the repeats of one run, where there are several runs. So whole
/// blocks are drawn with replacement, 2,000 times, their histograms merged, and the statistic taken anew (B. Efron and
/// R. J. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 6). The variance over the draws is multiplied by
/// n / (n - 1): that of a draw from n values is too small by this, a lot for 3 (T. C. Hesterberg, "What Teachers Should
/// Know About the Bootstrap", The American Statistician 69, 2015). Percentiles of the draws would make an interval that
/// is far too narrow for so few repeats, for draws never leave the range of what was seen: see difference.h for the
/// interval.
///
/// Without variance: everything with one block; the maximum, whose draws say nothing of it (P. J. Bickel and D. A.
/// Freedman, "Some asymptotic theory for the bootstrap", Annals of Statistics 9, 1981); and a percentile with fewer
/// than 5 values beyond it, which is as good as a maximum.
///
/// The same seed and number of blocks that have something to say give the same draws, so that those of two samples can
/// be taken in pairs. `blocks` is not empty.
[[nodiscard]] Sample estimate(std::span<const Block> blocks, const Metric& metric, std::uint64_t seed);

} // namespace netio::analysis
