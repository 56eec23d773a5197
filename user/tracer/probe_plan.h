// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/run_result.h"
#include "tracer/features.h"

namespace netio::tracer {

struct PlanRequest {
    /// The only backend to time paths with: fentry, kprobe or tracepoint. None: for each path the best that there is.
    std::optional<Backend> backend;
    unsigned sample_frequency = RunSpec{}.sample_frequency; ///< samples per second and CPU; 0: no sampling
};

/// A BPF program to load and attach.
struct PlannedProgram {
    std::string name;
    std::string target; ///< the tracepoint or function that it is attached to, for messages
    bool zero_copy_only = false;

    bool operator==(const PlannedProgram&) const = default;
};

/// Which programs to load, and what each path gets from them. Pure: features + request -> plan.
struct ProbePlan {
    std::vector<PlannedProgram> programs;       ///< the sampler's is not among them
    std::array<PathPlan, run_path_count> paths; ///< with the reason for what is unavailable or bracketed
    unsigned sample_frequency = 0;              ///< 0: no sampling
    std::string no_sampling;                    ///< why samples were asked for and are not taken; empty: they are
    bool copy_in_hooked = false;                ///< copy_in and pin are counted by hooks, not by sequence numbers
    bool copy_out_timed = false;                ///< copy_out is timed, and its bytes counted, between two tracepoints
    bool deferred_copy_hooked = false;          ///< deferred copies are counted where they happen
    bool completion_hooked = false;             ///< completions are taken from __msg_zerocopy_callback()
    std::vector<PlannedProgram> calibration;    ///< programs that put a bracket around nothing
    std::string no_notifications;               ///< why the reading of notifications is not timed; empty: it is
    std::string backends;                       ///< for the header of a run: "tracepoint + sampler"
    std::string dropped_hits; ///< why the kernel may drop hits of some programs, and the way out; empty: it does not
    std::vector<std::string> impossible; ///< why nothing can be traced at all; empty when something can

    [[nodiscard]] bool has(std::string_view program) const;
    /// What a program is attached to; empty when the plan does not have it.
    [[nodiscard]] std::string target_of(std::string_view program) const;
};

[[nodiscard]] ProbePlan make_plan(const Features& features, const PlanRequest& request);

} // namespace netio::tracer
