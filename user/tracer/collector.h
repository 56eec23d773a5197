// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/run_result.h"
#include "netio_abi.h"
#include "tracer/losses.h"
#include "tracer/probe_plan.h"
#include "tracer/sample_statistics.h"

namespace netio::tracer {

/// Figures of one (role, path), summed over all CPUs.
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
    Histogram histogram;

    [[nodiscard]] std::uint64_t calls() const { return histogram.count(); }
    void add(const netio_timed_figures& figures);
};

/// What the kernel counted in a cell, read from the maps and summed over CPUs.
struct RawCounts {
    std::array<std::array<TimedSum, NETIO_FIGURE_COUNT>, NETIO_ROLE_COUNT> timed; ///< by role and netio_figure
    std::array<netio_slot_counts, NETIO_ROLE_COUNT> counts{};                     ///< by role and netio_count_kind
    std::optional<SampleStatistics> samples;                                      ///< none without sampling
    LossCounts losses;
    std::optional<Timeline> timeline;       ///< when there was to be one
    std::vector<CopySite> copied_after_all; ///< where the plan has the hooks for it
    std::string no_copy_sites;              ///< why they are not known; empty when they are
    bool zero_copy_watched = false;         ///< the programs for completions and deferred copies were on
};

/// Turns counts into the model's figures, each with the quality that the plan gives it. Pure.
[[nodiscard]] TraceResult collect(const RawCounts& raw, const ProbePlan& plan, std::uint64_t measured_bytes);

} // namespace netio::tracer
