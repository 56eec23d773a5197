// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/tracing.h"

#include <linux/capability.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <variant>

#include "base/confinement.h"

namespace netio::experiment {
namespace {

Error nothing_is_possible(const tracer::ProbePlan& plan) {
    std::string why;
    for (const std::string& reason : plan.impossible)
        why += (why.empty() ? "" : "; ") + reason;
    return Error{"nothing can be traced here", why, {}}.or_choose({Choice::doctor, Choice::no_tracing});
}

/// Loading, attaching and testing of one plan: what works of it is left in `tracing`.
Result<std::optional<tracer::Setback>> carry_out(Tracing& tracing, const TracingRequest& request,
                                                 const netns::Link* link, const SignalReceiver& signals) {
    auto tried = tracer::Session::try_plan(tracing.plan, request.session);
    if (auto* setback = std::get_if<tracer::Setback>(&tried)) {
        if (setback->backend == Backend::none)
            return std::move(setback->error);
        return std::optional(std::move(*setback));
    }
    auto& session = std::get<tracer::Session>(tried);
    auto test = test_session(session, request.test_variant, request.test_s, link, signals);
    if (!test && test.error().exit_code == ExitCode::interrupted)
        return std::move(test).error();
    if (!test)
        return std::optional(tracer::Setback{Backend::none, {}, std::move(test).error()});
    if (auto silent = find_silent(tracing.plan, test->cell))
        return silent;
    keep_to_what_was_seen(*test->cell.trace, tracing.plan.paths);
    tracing.session.emplace(std::move(session));
    tracing.test.emplace(std::move(test).value());
    return std::optional<tracer::Setback>{};
}

} // namespace

void keep_to_what_was_seen(const Trace& trace, std::span<PathPlan> plan) {
    // A test that lost events tells of this moment, not of what the plan can do.
    if (trace.lost_events() != 0)
        return;
    for (PathPlan& path : plan) {
        const auto add_reason = [&reason = path.reason](const std::string& more) {
            if (reason.find(more) == std::string::npos)
                reason += (reason.empty() ? "" : "; ") + more;
        };
        const PathFigures& figures = trace.payload_path(path.path);
        for (const auto& [promised, figure] :
             {std::pair{&path.calls, &figures.calls}, std::pair{&path.bytes, &figures.bytes}}) {
            if (figure->quality <= *promised || figure->bounds)
                continue;
            *promised = figure->quality;
            add_reason(figure->reason);
        }
    }
}

TracingRequest tracing_request(const RunSpec& spec) {
    TracingRequest request;
    request.plan.sample_frequency = spec.sample_frequency;
    request.plan.backend = spec.backend;
    const auto zero_copy = std::ranges::find_if(spec.variants, uses_zero_copy);
    request.session.zero_copy = zero_copy != spec.variants.end();
    request.test_variant = request.session.zero_copy ? *zero_copy : spec.variants.front();
    request.session.connections = *std::max_element(spec.threads.begin(), spec.threads.end());
    request.session.timeline_ns = static_cast<std::uint64_t>(std::llround(spec.timeline_ms * 1e6));
    request.session.keep_stacks = spec.stacks;
    return request;
}

Result<Tracing> open_tracing(tracer::Features features, const TracingRequest& request, const netns::Link* link,
                             const SignalReceiver& signals) {
    NETIO_TRY(tracer::check_memory(request.session));
    Tracing tracing;
    std::vector<tracer::Setback> setbacks;
    for (;;) {
        tracing.plan = tracer::make_plan(features, request.plan);
        if (!tracing.plan.impossible.empty()) {
            tracing.refusal = nothing_is_possible(tracing.plan);
            return tracing;
        }
        NETIO_TRY_TO(auto setback, carry_out(tracing, request, link, signals));
        if (!setback)
            break;
        // One tracepoint of many, or the trace event that stands in for it, can be done without.
        const bool is_asked_for = request.plan.backend == setback->backend && setback->backend != Backend::tracepoint;
        if (is_asked_for || !tracer::give_up(features, *setback)) {
            tracing.refusal = std::move(setback->error);
            return tracing;
        }
        setbacks.push_back(std::move(*setback));
    }
    for (const tracer::Setback& setback : setbacks)
        tracing.notes.push_back(tracer::note_of(setback, tracing.plan));
    if (!tracing.plan.dropped_hits.empty())
        tracing.notes.push_back(tracing.plan.dropped_hits);
    return tracing;
}

void keep_capabilities_of_tracing() {
    keep_capabilities(capabilities(CAP_BPF, CAP_PERFMON, CAP_SYSLOG, CAP_NET_ADMIN, CAP_NET_BIND_SERVICE, CAP_SYS_ADMIN,
                                   CAP_SYS_PTRACE, CAP_SYS_RESOURCE, CAP_IPC_LOCK, CAP_KILL, CAP_SETUID, CAP_SETGID,
                                   CAP_CHOWN, CAP_FOWNER, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH));
}

} // namespace netio::experiment
