// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "model/histogram.h"

namespace netio::analysis {

/// How far two distributions lie apart, as their histograms show them: within a bucket values count as spread evenly.
/// Both describe; neither is a test, for messages that follow one another are not independent.
struct Distance {
    /// Kolmogorov and Smirnov's: the largest difference between the two cumulative shares, 0 to 1.
    double kolmogorov_smirnov = 0.0;
    /// Wasserstein's of first order, the "earth mover's": the area between the two cumulative shares, in nanoseconds.
    /// It is how far a value has to be moved on average to make one distribution of the other (S. S. Vallender,
    /// "Calculation of the Wasserstein distance between probability distributions on the line", 1974).
    double wasserstein_ns = 0.0;
};

/// Neither may be empty.
[[nodiscard]] Distance distance_between(const Histogram& one, const Histogram& other);

/// A quantile that moves evenly within its bucket, where Histogram::quantile() steps from the middle of one to the
/// middle of the next: differences of less than a bucket (3 %) can be seen. Never outside [min, max].
struct FineQuantile {
    double value_ns = 0.0;
    /// How well it is known: where a share p of all values lies in the quantile's bucket, and nothing says where in it,
    /// the quantile may be wrong by p of the bucket's width. Next to nothing where values spread over many buckets.
    double doubt_ns = 0.0;
};
[[nodiscard]] FineQuantile fine_quantile(const Histogram& histogram, double quantile);

} // namespace netio::analysis
