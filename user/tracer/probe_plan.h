// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/run_result.h"
#include "tracer/features.h"

namespace netio::tracer {

struct PlanRequest {
    unsigned sample_frequency = 997; ///< samples per second and CPU; 0: no sampling
};

/// A BPF program and the tracepoint that it is attached to.
struct TracepointProgram {
    std::string_view program;
    std::string_view tracepoint;
    bool zero_copy_only = false; ///< of use only in cells whose sender uses MSG_ZEROCOPY
};

/// All programs of the tracepoint backend.
[[nodiscard]] std::span<const TracepointProgram> tracepoint_programs();

/// The sampler's program.
inline constexpr std::string_view sampler_program = "on_sample";

/// Which programs to load, and what each path gets from them. Pure: features + request -> plan.
struct ProbePlan {
    std::vector<std::string> programs;      ///< names of BPF programs to load and attach
    std::array<PathPlan, path_count> paths; ///< with the reason for everything that is not exact
    unsigned sample_frequency = 0;
    std::string backends;                ///< for the header of a run: "tracepoint + sampler"
    std::vector<std::string> impossible; ///< why nothing can be traced at all; empty when something can

    [[nodiscard]] bool has(std::string_view program) const;
};

[[nodiscard]] ProbePlan make_plan(const Features& features, const PlanRequest& request);

} // namespace netio::tracer
