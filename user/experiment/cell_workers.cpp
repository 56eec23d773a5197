// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/cell_workers.h"

#include <linux/capability.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "base/capability.h"
#include "base/confinement.h"
#include "base/log.h"
#include "model/run_result.h"
#include "perf/counters.h"
#include "tracer/session.h"
#include "workload/client.h"
#include "workload/limits.h"
#include "workload/server.h"
#include "workload/thread_observer.h"

namespace netio::experiment {
namespace {

/// To open counters: CAP_SYS_ADMIN may stand in for CAP_PERFMON, and Debian's kernels ask for it where
/// kernel.perf_event_paranoid is 3, their default.
constexpr CapabilitySet of_counters = capabilities(CAP_PERFMON, CAP_SYS_ADMIN);

/// Gives each worker thread its counters and makes it known to the tracer; then the thread has no more privileges than
/// it needs.
class CellObservers final : public workload::ObserverFactory {
  public:
    /// `session` may be null (not traced); it is only referred to.
    CellObservers(unsigned threads, const std::vector<std::string>& events, tracer::Session* session)
        : last_descriptor_(workload::last_spare_file(threads)), plan_(perf::EventPlan::make(events)),
          session_(session) {}

    /// Takes from the process, which has one thread yet, what it needs no more: all but `descriptors` and what its
    /// threads need.
    void confine(std::vector<int> descriptors, const workload::Options& options, Role role);

    Result<std::unique_ptr<workload::ThreadObserver>> thread_started(Role role) override;
    void all_started() override { keep_capabilities(of_threads_); }

    /// Sums over all threads that have finished measuring; one reading for each event.
    [[nodiscard]] std::vector<CounterReading> counters() const;

  private:
    class Observer;
    void add(const std::vector<CounterReading>& readings);

    int last_descriptor_;  ///< that a counter may have; the connections need the others
    perf::EventPlan plan_; ///< made once: looking up names in each of thousands of threads takes 30 times as long
    tracer::Session* session_;
    CapabilitySet of_threads_ = 0;
    mutable std::mutex mutex_;
    std::vector<CounterReading> sum_;
};

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
    keep_capabilities(of_threads_);
    return std::unique_ptr<workload::ThreadObserver>(std::make_unique<Observer>(*this, std::move(counters)));
}

void CellObservers::confine(std::vector<int> descriptors, const workload::Options& options, Role role) {
    of_threads_ = workload::needed_capabilities(options, role);
    const bool bpf = session_ != nullptr && session_->measuring_needs_bpf();
    const CapabilitySet to_start_threads =
        of_threads_ | of_counters | (bpf ? capabilities(has_capability(CAP_BPF) ? CAP_BPF : CAP_SYS_ADMIN) : 0);
    if (const std::string why = netio::confine({descriptors, to_start_threads, bpf}); !why.empty())
        spdlog::info("no filter of system calls for the workload: {}", why);
}

std::vector<CounterReading> CellObservers::counters() const {
    const std::lock_guard lock(mutex_);
    return sum_;
}

void CellObservers::add(const std::vector<CounterReading>& readings) {
    const std::lock_guard lock(mutex_);
    perf::add_readings(sum_, readings);
}

using Kind = ControlMessage::Kind;

void report(const ControlChannel& channel, const ControlMessage& message) {
    if (auto sent = channel.send(message); !sent)
        spdlog::error(sent.error().message());
}

void report_outcome(const ControlChannel& channel, Result<EndResult> outcome, const CellObservers& observers,
                    ControlMessage message = {}) {
    if (outcome) {
        message.kind = Kind::result;
        message.result = std::move(outcome).value();
        message.result->counters = observers.counters();
    } else {
        message.kind = Kind::error;
        message.error = std::move(outcome).error();
    }
    report(channel, message);
}

Result<void> enter(const netns::Namespace* where) { return where != nullptr ? where->enter() : Result<void>{}; }

Result<EndResult> serve(const WorkerSetup& setup, const netns::Namespace* where, const ControlChannel& channel,
                        CellObservers& observers) {
    NETIO_TRY(enter(where));
    NETIO_TRY_TO(auto server, workload::Server::listen(setup.options));
    ControlMessage listening;
    listening.kind = Kind::listening;
    listening.port = server.port();
    report(channel, listening);
    std::vector<int> descriptors{channel.fd(), setup.stop.fd(), server.listener()};
    if (setup.session != nullptr)
        std::ranges::copy(setup.session->measuring_descriptors(), std::back_inserter(descriptors));
    observers.confine(std::move(descriptors), setup.options, Role::sender);
    return server.serve(setup.options.threads, observers, setup.stop);
}

Result<EndResult> ask(const WorkerSetup& setup, const netns::Namespace* where, const ControlChannel& channel,
                      CellObservers& observers) {
    NETIO_TRY(enter(where));
    std::vector<int> descriptors{channel.fd(), setup.stop.fd()};
    std::ranges::copy(setup.surroundings.descriptors(), std::back_inserter(descriptors));
    if (setup.session != nullptr)
        std::ranges::copy(setup.session->measuring_descriptors(), std::back_inserter(descriptors));
    observers.confine(std::move(descriptors), setup.options, Role::receiver);
    const auto begin = [&] {
        ControlMessage measuring;
        measuring.kind = Kind::measuring;
        report(channel, measuring);
        setup.surroundings.begin();
        setup.measuring_begins();
    };
    const auto over = [&] { setup.surroundings.end(); };
    return workload::run_client(setup.options, observers, setup.stop, {begin, setup.measuring_ends, over});
}

template <class Body>
Result<EndResult> or_out_of_memory(Body body) {
    try {
        return body();
    } catch (const std::bad_alloc&) {
        return out_of_memory();
    }
}

} // namespace

Result<WorkerProcess> start_server(const WorkerSetup& setup, const netns::Namespace* where) {
    return WorkerProcess::start("netio-server", [&](const ControlChannel& channel) {
        CellObservers observers(setup.options.threads, setup.events, setup.session);
        report_outcome(channel, or_out_of_memory([&] { return serve(setup, where, channel, observers); }), observers);
    });
}

Result<WorkerProcess> start_client(const WorkerSetup& setup, const netns::Namespace* where) {
    return WorkerProcess::start("netio-client", [&](const ControlChannel& channel) {
        CellObservers observers(setup.options.threads, setup.events, setup.session);
        auto outcome = or_out_of_memory([&] { return ask(setup, where, channel, observers); });
        ControlMessage message;
        message.namespaces = setup.surroundings.namespaces();
        message.machine = setup.surroundings.machine();
        report_outcome(channel, std::move(outcome), observers, std::move(message));
    });
}

} // namespace netio::experiment
