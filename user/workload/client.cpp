// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/client.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "workload/client_connection.h"
#include "workload/limits.h"
#include "workload/sockets.h"
#include "workload/start_and_stop.h"
#include "workload/worker_thread.h"

namespace netio::workload {
namespace {

class ClientThreads {
  public:
    ClientThreads(const Options& options, const std::vector<Endpoint>& endpoints, ObserverFactory& observers,
                  const StopEvent& stop, const MeasuringHooks& hooks, StopEvent done)
        : options_(options), stop_(stop), hooks_(hooks), done_(std::move(done)), barrier_(options.threads,
                                                                                          [this] {
                                                                                              if (hooks_.begins)
                                                                                                  hooks_.begins();
                                                                                          }),
          finished_measuring_([this] {
              const unsigned finished = ++finished_;
              if (finished == 1 && hooks_.ends)
                  hooks_.ends();
              if (finished == options_.threads && hooks_.over)
                  hooks_.over();
          }),
          run_{options, endpoints, observers, stop, barrier_, stopping_, finished_measuring_} {}

    Result<EndResult> run() {
        if (Result<void> started = start_all(); !started) {
            end_early();
            wait_for_all();
            return std::move(started).error();
        }
        run_.observers.all_started();
        wait_for_all();
        if (error_)
            return std::move(*error_);
        return add_up();
    }

  private:
    using Slot = ConnectionThread<ClientOutcome>;

    Result<void> start_all() {
        for (unsigned number = 0; number < options_.threads; ++number) {
            slots_.push_back(std::make_unique<Slot>(Progress::Stage::message));
            auto started = slots_.back()->start(done_, [this, number](Channel& channel, Progress& progress) {
                return run_connection(channel, progress, number, run_);
            });
            if (!started) {
                slots_.pop_back();
                return started;
            }
        }
        return {};
    }

    void end_early() {
        if (stopping_.exchange(true))
            return;
        barrier_.break_up();
        cut_at_ = monotonic_ns() + stop_patience_ns;
    }

    void wait_for_all() {
        std::size_t finished = 0;
        while (finished < slots_.size()) {
            std::array<pollfd, 2> descriptors{
                {{done_.fd(), POLLIN, 0}, {stopping_.load() ? -1 : stop_.fd(), POLLIN, 0}}};
            poll(descriptors.data(), descriptors.size(), stopping_.load() ? 100 : look_interval_ms);
            if (descriptors[1].revents != 0)
                end_early();
            done_.clear();
            finished = count_finished();
            give_up_on_the_stalled();
            if (cut_at_ != 0 && monotonic_ns() > cut_at_)
                for (const auto& slot : slots_)
                    slot->channel.cut();
        }
        for (const auto& slot : slots_)
            slot->join();
    }

    /// Ends the run when the server leaves a connection without a message, or goes on when the run is over.
    void give_up_on_the_stalled() {
        const std::uint64_t now = monotonic_ns();
        const std::uint64_t patience = patience_ns(options_, Progress::Stage::message);
        const std::string seconds = std::to_string(patience / 1'000'000'000) + " s";
        const auto opened = barrier_.opened_at();
        const bool is_over = opened && now > *opened + static_cast<std::uint64_t>(options_.duration_s * 1e9);
        const bool should_have_ended = over_.lasts_ns(is_over, now) > patience && is_over;
        for (unsigned number = 0; number < slots_.size() && !stopping_.load(); ++number) {
            Slot& slot = *slots_[number];
            const Progress::State state = slot.progress.state();
            const bool is_stalled =
                slot.watch.lasts_ns(state, now) > patience && state.stage == Progress::Stage::message;
            if (slot.finished() || !(is_stalled || should_have_ended))
                continue;
            Error error{"the server does not answer",
                        "message " + std::to_string(state.messages) + " has not come whole for " + seconds,
                        "check that it runs and is a netio-trace server"};
            if (!is_stalled)
                error = Error{"the server does not end", "it goes on " + seconds + " after the end of the run",
                              "check that it is a netio-trace server"};
            error_ = std::move(error).within("connection " + std::to_string(number));
            end_early();
            cut_at_ = now;
        }
    }

    /// How many have finished; the first that failed ends the others.
    std::size_t count_finished() {
        std::size_t finished = 0;
        for (const auto& slot : slots_) {
            if (!slot->finished())
                continue;
            ++finished;
            if (slot->outcome.error && (!error_ || (error_->is_echo && !slot->outcome.error->is_echo))) {
                error_ = slot->outcome.error;
                end_early();
            }
        }
        return finished;
    }

    EndResult add_up() {
        EndResult total = EndResult::nothing_of(Role::receiver);
        std::uint64_t last = 0;
        for (const auto& slot : slots_) {
            total.add_work(slot->outcome.figures);
            last = std::max(last, slot->outcome.last_message_at);
        }
        if (const auto opened = barrier_.opened_at(); opened && last > *opened)
            total.duration_s = static_cast<double>(last - *opened) * 1e-9;
        return total;
    }

    const Options& options_;
    const StopEvent& stop_;
    const MeasuringHooks& hooks_;
    StopEvent done_; ///< signalled by each thread that has finished
    StartBarrier barrier_;
    std::function<void()> finished_measuring_;
    std::atomic<bool> stopping_ = false;
    std::atomic<unsigned> finished_ = 0; ///< threads that have finished their last message
    std::uint64_t cut_at_ = 0;
    Watch<bool> over_; ///< the planned end has passed
    std::optional<Error> error_;
    ClientRun run_;
    std::vector<std::unique_ptr<Slot>> slots_; ///< last: its threads use the rest
};

} // namespace

std::uint64_t client_memory(const Options& options) {
    const std::uint64_t messages_held = options.pattern == Pattern::rr ? 2 : 1;
    return options.threads * options.field_size * fields_per_message * messages_held;
}

Result<EndResult> run_client(const Options& options, ObserverFactory& observers, const StopEvent& stop,
                             const MeasuringHooks& hooks) {
    NETIO_TRY(check(options));
    NETIO_TRY(check_own_memory(client_memory(options), options.threads));
    NETIO_TRY(allow_files(options.threads));
    NETIO_TRY_TO(std::vector<Endpoint> endpoints, resolve(options, false));
    NETIO_TRY_TO(StopEvent done, StopEvent::create());
    return ClientThreads(options, endpoints, observers, stop, hooks, std::move(done)).run();
}

} // namespace netio::workload
