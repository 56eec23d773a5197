// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "perf/event_plan.h"

#include <cerrno>

#include "perf/event_names.h"

namespace netio::perf {
namespace {

/// Opens the event once. A refusal that holds for every thread goes into the plan, so that thousands of threads need
/// not ask again; one that depends on the moment (descriptors, memory, busy hardware) does not.
PlannedEvent plan_event(const std::string& name, std::optional<int> paranoid) {
    PlannedEvent planned;
    planned.name = name;
    auto encoded = encode(name);
    if (!encoded) {
        planned.refusal = Refusal{CounterStatus::unknown_event, encoded.error().message()};
        return planned;
    }
    planned.attributes = *encoded;
    OpenedEvent opened = open_event(planned.attributes);
    if ((opened.error == EACCES || opened.error == EPERM) && is_clock(planned.attributes)) {
        planned.attributes.exclude_kernel = 1; // a clock runs on in the kernel all the same
        opened = open_event(planned.attributes);
    }
    if (opened.error != 0) {
        Refusal refusal = explain_refusal(opened.error, paranoid);
        if (refusal.status != CounterStatus::not_counted)
            planned.refusal = std::move(refusal);
    }
    return planned;
}

} // namespace

EventPlan::EventPlan(std::shared_ptr<const State> state) : state_(std::move(state)) {}
EventPlan::EventPlan(EventPlan&&) noexcept = default;
EventPlan& EventPlan::operator=(EventPlan&&) noexcept = default;
EventPlan::~EventPlan() = default;

EventPlan EventPlan::make(std::span<const std::string> events) {
    auto state = std::make_shared<State>();
    state->paranoid = perf_event_paranoid();
    for (const std::string& event : events)
        state->events.push_back(plan_event(event, state->paranoid));
    return EventPlan(std::move(state));
}

} // namespace netio::perf
