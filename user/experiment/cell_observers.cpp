// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/cell_observers.h"

#include "perf/counters.h"

namespace netio::experiment {

class CellObservers::Observer final : public workload::ThreadObserver {
  public:
    Observer(CellObservers& owner, perf::CounterSet counters) : owner_(owner), counters_(std::move(counters)) {}

    void begin_measuring() override { counters_.begin(); }
    void end_measuring() override {
        counters_.end();
        owner_.add(counters_.read());
    }

  private:
    CellObservers& owner_;
    perf::CounterSet counters_;
};

Result<std::unique_ptr<workload::ThreadObserver>> CellObservers::thread_started(Role role) {
    perf::CounterSet counters = perf::CounterSet::open_for_this_thread(plan_, last_descriptor_);
    if (session_ != nullptr)
        NETIO_TRY(session_->add_this_task(subject_of(role)));
    return std::unique_ptr<workload::ThreadObserver>(std::make_unique<Observer>(*this, std::move(counters)));
}

std::vector<CounterReading> CellObservers::counters() const {
    const std::lock_guard lock(mutex_);
    return sum_;
}

void CellObservers::add(const std::vector<CounterReading>& readings) {
    const std::lock_guard lock(mutex_);
    perf::add_readings(sum_, readings);
}

} // namespace netio::experiment
