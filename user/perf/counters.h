// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/run_result.h"

namespace netio::perf {

/// The events that a run counts unless told otherwise.
[[nodiscard]] std::vector<std::string> default_events();

/// Splits "cycles,instructions" and checks each name with libpfm4. An unknown name is an input error that names the
/// nearest known ones.
[[nodiscard]] Result<std::vector<std::string>> parse_events(const std::string& list);

/// Whether each event can be counted here by this process, with the kernel's answer where it cannot: `raw` and times
/// are those of a short trial.
[[nodiscard]] std::vector<CounterReading> probe_events(std::span<const std::string> events);

/// Counters of the calling thread, user and kernel. An event that cannot be opened is a reading with a status and a
/// reason, never an error and never 0.
class CounterSet {
  public:
    static CounterSet open_for_this_thread(std::span<const std::string> events);
    CounterSet(CounterSet&&) noexcept;
    CounterSet& operator=(CounterSet&&) noexcept;
    ~CounterSet();

    void begin(); ///< resets and enables
    void end();   ///< disables
    /// One reading for each event asked for, in that order.
    [[nodiscard]] std::vector<CounterReading> read() const;

  private:
    struct State;
    explicit CounterSet(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Adds up readings of the same events from several threads: raw, scaled and times are sums, the status is the worst.
void add_readings(std::vector<CounterReading>& sum, std::span<const CounterReading> readings);

} // namespace netio::perf
