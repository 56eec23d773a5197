// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "perf/counters.h"
#include "perf/event.h"
#include "perf/refusal.h"

namespace netio::perf {

/// One event of a plan: either what to open, or why there is no point in trying.
struct PlannedEvent {
    std::string name;
    perf_event_attr attributes{};
    std::optional<Refusal> refusal;
};

struct EventPlan::State {
    std::vector<PlannedEvent> events;
    std::optional<int> paranoid;
};

} // namespace netio::perf
