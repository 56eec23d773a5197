// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "perf/counters.h"

#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "perf/event_names.h"
#include "perf/readings.h"

namespace netio::perf {
namespace {

/// A descriptor that counts the calling thread on any CPU, or the errno with which the kernel refused.
struct OpenedEvent {
    UniqueFd fd;
    int error = 0;
};

OpenedEvent open_event(const perf_event_attr& attributes) {
    constexpr pid_t calling_thread = 0;
    constexpr int any_cpu = -1;
    constexpr int no_group = -1;
    OpenedEvent opened;
    opened.fd = UniqueFd(static_cast<int>(
        syscall(SYS_perf_event_open, &attributes, calling_thread, any_cpu, no_group, PERF_FLAG_FD_CLOEXEC)));
    if (!opened.fd)
        opened.error = errno;
    return opened;
}

/// False when there is nothing to read: the kernel answers with an end of file when an event that must always be on
/// the hardware (modifier "pinned") could not be.
bool read_event(int fd, EventValues& values) {
    static_assert(sizeof(EventValues) == 3 * sizeof(std::uint64_t));
    return ::read(fd, &values, sizeof values) == static_cast<ssize_t>(sizeof values);
}

/// One event of a plan: either what to open, or why there is no point in trying.
struct PlannedEvent {
    std::string name;
    perf_event_attr attributes{};
    std::optional<Refusal> refusal;
};

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

struct Counter {
    OpenedEvent opened;
    EventValues before; ///< at begin(): PERF_EVENT_IOC_RESET sets the count back, but not the times
};

EventValues difference(const EventValues& now, const EventValues& before) {
    return {now.count - before.count, now.enabled_ns - before.enabled_ns, now.running_ns - before.running_ns};
}

CounterReading without_count(const std::string& event, const Refusal& refusal) {
    CounterReading reading;
    reading.event = event;
    reading.status = refusal.status;
    reading.reason = refusal.reason;
    return reading;
}

} // namespace

struct EventPlan::State {
    std::vector<PlannedEvent> events;
    std::optional<int> paranoid;
};

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

struct CounterSet::State {
    std::shared_ptr<const EventPlan::State> plan;
    std::vector<Counter> counters; ///< one for each event of the plan
    bool begun = false;
};

CounterSet::CounterSet(std::unique_ptr<State> state) : state_(std::move(state)) {}
CounterSet::CounterSet(CounterSet&&) noexcept = default;
CounterSet& CounterSet::operator=(CounterSet&&) noexcept = default;
CounterSet::~CounterSet() = default;

CounterSet CounterSet::open_for_this_thread(const EventPlan& plan, int last_descriptor) {
    auto state = std::make_unique<State>();
    state->plan = plan.state_;
    state->counters.resize(plan.state_->events.size());
    for (std::size_t i = 0; i < state->counters.size(); ++i)
        if (const PlannedEvent& event = plan.state_->events[i]; !event.refusal) {
            OpenedEvent& opened = state->counters[i].opened;
            opened = open_event(event.attributes);
            if (opened.fd.get() > last_descriptor)
                opened = OpenedEvent{UniqueFd(), EMFILE};
        }
    return CounterSet(std::move(state));
}

CounterSet CounterSet::open_for_this_thread(std::span<const std::string> events) {
    return open_for_this_thread(EventPlan::make(events));
}

void CounterSet::begin() {
    for (Counter& counter : state_->counters) {
        if (!counter.opened.fd)
            continue;
        if (state_->begun && !read_event(counter.opened.fd.get(), counter.before))
            counter.before = {};
        ioctl(counter.opened.fd.get(), PERF_EVENT_IOC_ENABLE, 0);
    }
    state_->begun = true;
}

void CounterSet::end() {
    for (const Counter& counter : state_->counters)
        if (counter.opened.fd)
            ioctl(counter.opened.fd.get(), PERF_EVENT_IOC_DISABLE, 0);
}

std::vector<CounterReading> CounterSet::read() const {
    std::vector<CounterReading> readings;
    readings.reserve(state_->counters.size());
    for (std::size_t i = 0; i < state_->counters.size(); ++i) {
        const PlannedEvent& event = state_->plan->events[i];
        const Counter& counter = state_->counters[i];
        EventValues now;
        if (event.refusal)
            readings.push_back(without_count(event.name, *event.refusal));
        else if (!counter.opened.fd)
            readings.push_back(
                without_count(event.name, explain_refusal(counter.opened.error, state_->plan->paranoid)));
        else if (!read_event(counter.opened.fd.get(), now))
            readings.push_back(without_count(
                event.name, {CounterStatus::not_counted, "it could not stay on the hardware (modifier pinned)"}));
        else
            readings.push_back(to_reading(event.name, difference(now, counter.before)));
    }
    return readings;
}

std::vector<CounterReading> probe_events(std::span<const std::string> events) {
    // Events that share counters take turns every few milliseconds, so each has its turn in this time.
    constexpr std::uint64_t trial_ns = 20'000'000;
    CounterSet counters = CounterSet::open_for_this_thread(events);
    counters.begin();
    const std::uint64_t end = thread_cpu_ns() + trial_ns;
    while (thread_cpu_ns() < end) {
    }
    counters.end();
    return counters.read();
}

} // namespace netio::perf
