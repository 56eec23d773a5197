// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "model/run_result.h"

namespace netio::analysis {

/// The sum of two figures. Its quality is the worse of the two: what is only partly known is not known, so the sum with
/// an unavailable figure is unavailable, and has the reasons of both where they are equally good. The interval of a sum
/// of sampled figures is put together from theirs by the method of variance estimates recovery (G. Y. Zou and A.
/// Donner, "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27,
/// 2008): the distances to each bound add up as squares.
[[nodiscard]] Figure sum_of(const Figure& one, const Figure& other);

/// One figure without another; quality and interval as for a sum.
[[nodiscard]] Figure difference_of(const Figure& one, const Figure& other);

/// A figure and its interval times a factor that is not negative.
[[nodiscard]] Figure scaled(Figure figure, double factor);

/// The mean of two figures with weights; quality and interval as for a sum. A figure without weight has no part in it.
[[nodiscard]] Figure weighted_mean(const Figure& one, double weight, const Figure& other, double other_weight);

/// Adds what another repeat of the same cell gave: counts, bytes and times are sums, histograms are merged, CPU shares
/// are weighted by their samples. Threads of another repeat are further threads in `messages_per_thread`. The sum has
/// no timeline and no stacks, which are a single cell's.
void add(EndResult& sum, const EndResult& other);
void add(Trace& sum, const Trace& other);
void add(SubjectTrace& sum, const SubjectTrace& other);
void add(CpuProfile& sum, const CpuProfile& other);

} // namespace netio::analysis
