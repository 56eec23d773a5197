// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "model/run_result.h"
#include "perf/counters.h"
#include "tracer/session.h"
#include "workload/limits.h"
#include "workload/thread_observer.h"

namespace netio::experiment {

/// Gives each worker thread its counters and makes it known to the tracer.
class CellObservers final : public workload::ObserverFactory {
  public:
    /// `session` may be null (not traced); it is only referred to.
    CellObservers(unsigned threads, const std::vector<std::string>& events, tracer::Session* session)
        : last_descriptor_(workload::last_spare_file(threads)), plan_(perf::EventPlan::make(events)),
          session_(session) {}

    Result<std::unique_ptr<workload::ThreadObserver>> thread_started(Role role) override;

    /// Sums over all threads that have finished measuring; one reading for each event.
    [[nodiscard]] std::vector<CounterReading> counters() const;

  private:
    class Observer;
    void add(const std::vector<CounterReading>& readings);

    int last_descriptor_;  ///< that a counter may have; the connections need the others
    perf::EventPlan plan_; ///< made once: looking up names in each of thousands of threads takes 30 times as long
    tracer::Session* session_;
    mutable std::mutex mutex_;
    std::vector<CounterReading> sum_;
};

} // namespace netio::experiment
