// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/trace.h"
#include "netio_abi.h"
#include "tracer/losses.h"
#include "tracer/probe_plan.h"
#include "tracer/sample_statistics.h"

namespace netio::tracer {

/// What is counted of one figure of a subject, summed over all CPUs.
struct TimedSum {
    std::uint64_t bytes = 0;
    std::uint64_t inclusive_ns = 0;
    std::uint64_t exclusive_ns = 0;
    std::uint64_t preempted_ns = 0;
    std::uint64_t skb_path_ns = 0;
    std::uint64_t failures = 0;
    netio_count copied{};
    netio_count pinned{};
    std::uint64_t zero_copy_sends = 0;
    unsigned wrapped = 0; ///< CPUs on which a bucket went past the end of its 32 bits, so that calls are too few
    Histogram histogram;

    [[nodiscard]] std::uint64_t calls() const { return histogram.count(); }
    void add(const netio_timed_figures& figures);
};

using TimedSums = std::array<TimedSum, NETIO_FIGURE_COUNT>; ///< by netio_figure

/// What the kernel counted of a subject, summed over CPUs.
struct RawSubject {
    Subject subject;
    TimedSums timed;
    netio_counts counts{};                  ///< by netio_count_kind
    std::vector<CopySite> copied_after_all; ///< where the plan has the hooks for it
};

/// What the kernel counted, read from the maps.
struct RawCounts {
    std::vector<RawSubject> subjects;        ///< by their numbers
    std::optional<SampleStatistics> samples; ///< none without sampling
    LossCounts losses;
    std::optional<Timeline> timeline; ///< when there was to be one
    std::string no_copy_sites;        ///< why RawSubject::copied_after_all is not known; empty when it is
    bool zero_copy_watched = false;   ///< the programs for completions and deferred copies were on
};

/// Turns counts into the model's figures, each with the quality that the plan gives it. Pure.
[[nodiscard]] Trace collect(const RawCounts& raw, const ProbePlan& plan, std::uint64_t measured_bytes);

} // namespace netio::tracer
