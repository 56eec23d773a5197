// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <vector>

#include "experiment/cell_runner.h"
#include "tracer/session.h"

namespace netio::experiment {

/// What a session saw of some messages that were sent for nothing else.
struct SelfTest {
    Cell cell; ///< as any other: with the tracer's figures and its laws
    std::vector<tracer::ProgramRuns> runs;
};

/// Sends messages over one connection for `duration_s`. `link` is a loopback link, or null for the loopback of the
/// namespace that this process is in.
[[nodiscard]] Result<SelfTest> test_session(tracer::Session& session, Variant variant, double duration_s,
                                            const netns::Link* link, const SignalReceiver& signals);

/// The backend whose programs were attached and saw nothing of what the two ends did; nothing when all of them saw
/// something. What a plan leaves to estimates is not looked at, nor what such messages need not meet. Pure.
[[nodiscard]] std::optional<tracer::Setback> find_silent(const tracer::ProbePlan& plan, const Cell& cell);

} // namespace netio::experiment
