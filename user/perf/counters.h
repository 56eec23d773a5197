// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/run_result.h"

namespace netio::perf {

/// The events that a run counts unless told otherwise.
[[nodiscard]] std::vector<std::string> default_events();

/// Splits "cycles,instructions" and checks each name with libpfm4, modifiers included ("cycles:u"). An unknown name is
/// an input error that names the nearest known ones; so are modifiers that have no meaning for a thread's own count. An
/// event named twice is kept once.
[[nodiscard]] Result<std::vector<std::string>> parse_events(const std::string& list);

/// "ns" for the clocks (task-clock, cpu-clock), whose count is a time; empty for events that are counted.
[[nodiscard]] std::string_view unit_of(std::string_view event);

/// What is to be opened for each event, found out once for all threads: libpfm4's encoding of the names and the
/// kernel's first answer. Immutable, so that any number of threads may use it at once.
///
/// An event counts user and kernel space, unless its name says otherwise ("cycles:u"). Where the kernel lets this
/// process count user space only (kernel.perf_event_paranoid of 2 or more, without CAP_PERFMON), the event is
/// not_permitted and is not quietly narrowed: nearly all of a socket workload's time is spent in the kernel, so the
/// narrowed count would be another quantity under the same name. The clocks are the exception: they measure how long
/// the thread ran, whichever side it was on (task_clock_event_update(), kernel/events/core.c), so a narrowed clock is
/// the same clock.
class EventPlan {
  public:
    static EventPlan make(std::span<const std::string> events);
    EventPlan(EventPlan&&) noexcept;
    EventPlan& operator=(EventPlan&&) noexcept;
    ~EventPlan();

  private:
    friend class CounterSet;
    struct State;
    explicit EventPlan(std::shared_ptr<const State> state);
    std::shared_ptr<const State> state_;
};

/// Whether each event can be counted here by this process, with the kernel's answer where it cannot: `raw` and times
/// are those of a short trial, in which all of them count at once, as they would in a run.
[[nodiscard]] std::vector<CounterReading> probe_events(std::span<const std::string> events);

/// Counters of the calling thread, user and kernel. An event that cannot be opened is a reading with a status and a
/// reason, never an error and never 0.
class CounterSet {
  public:
    /// Opens one descriptor for each event that the plan found open to us. Running out of descriptors is a status too,
    /// and so is one beyond `last_descriptor`: those are for others.
    static CounterSet open_for_this_thread(const EventPlan& plan,
                                           int last_descriptor = std::numeric_limits<int>::max());
    /// The same, with a plan of its own; where many threads count the same events, make the plan once and pass it on.
    static CounterSet open_for_this_thread(std::span<const std::string> events);
    CounterSet(CounterSet&&) noexcept;
    CounterSet& operator=(CounterSet&&) noexcept;
    ~CounterSet();

    void begin(); ///< counts from 0 again
    void end();   ///< stops counting
    /// One reading for each event asked for, in that order. An event that was never begun is not_counted.
    [[nodiscard]] std::vector<CounterReading> read() const;

  private:
    struct State;
    explicit CounterSet(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Adds up readings of the same events from several threads: raw, scaled and times are sums, the status is the worst,
/// and an event that some threads could not count has no count, because a sum with a part missing is not one. Events
/// that are new are appended.
void add_readings(std::vector<CounterReading>& sum, std::span<const CounterReading> readings);

} // namespace netio::perf
