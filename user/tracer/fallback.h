// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "tracer/features.h"
#include "tracer/probe_plan.h"

namespace netio::tracer {

/// Why a plan that the features allow does not work after all: the kernel refused to load or to attach a program, or a
/// program was attached and saw nothing of what it is there to see.
struct Setback {
    Backend backend = Backend::none; ///< whose it was; none: not that of one backend, as when memory is short
    std::string target;              ///< tracepoint or function of the program; may be empty
    Error error;                     ///< for the user, when there is no other way
};

/// Takes out of the features what did not work, with the setback as evidence, so that a plan made of the rest does
/// without: a hook takes its backend along, a tracepoint only itself, unless no plan can do without it. False, and no
/// change, when there is nothing to take out. Pure.
[[nodiscard]] bool give_up(Features& features, const Setback& setback);

/// The note in the run about a setback that another plan replaced.
[[nodiscard]] std::string note_of(const Setback& setback, const ProbePlan& instead);

} // namespace netio::tracer
