// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/self_test.h"
#include "tracer/features.h"
#include "tracer/probe_plan.h"
#include "tracer/session.h"

namespace netio::experiment {

/// What a session is opened for.
struct TracingRequest {
    tracer::PlanRequest plan;
    tracer::SessionOptions session;
    Variant test_variant{}; ///< of the self-test
    double test_s = 0.001;  ///< length of its measured part
};

/// The best session that works here, or why there is none.
struct Tracing {
    tracer::ProbePlan plan;                 ///< of the session; without one, that which could not be carried out
    std::optional<tracer::Session> session; ///< none: nothing can be traced, and `refusal` says why
    std::optional<Error> refusal;
    std::optional<SelfTest> test;   ///< of the session
    std::vector<std::string> notes; ///< of what was tried and did not work, one sentence each
};

/// Loads, attaches and tests the best plan; when something of that fails, the best without it, and so on, unless the
/// request names a backend. An error when it is not the kernel that refuses: no memory, or a signal. The test's
/// messages use `link`, as test_session() does.
[[nodiscard]] Result<Tracing> open_tracing(tracer::Features features, const TracingRequest& request,
                                           const netns::Link* link, const SignalReceiver& signals);

/// What a plan promises, the figures may take back: bytes that are not hooked are estimated, or not known. What doctor
/// says of each path and what a run says are the same plan, held to the same test.
void keep_to_what_was_seen(const Trace& trace, std::span<PathPlan> plan);

/// What a run of this spec asks of a session.
[[nodiscard]] TracingRequest tracing_request(const RunSpec& spec);

/// Gives up what no run and no trace needs of a privileged user's capabilities once its programs are attached: to load
/// kernel code, reach hardware, change the clock, and so on. Namespaces, networks, BPF, processes and files of others
/// are needed to the end.
void keep_capabilities_of_tracing();

} // namespace netio::experiment
