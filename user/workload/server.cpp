// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/server.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "workload/limits.h"
#include "workload/message_sender.h"
#include "workload/server_connection.h"
#include "workload/sockets.h"
#include "workload/worker_thread.h"

namespace netio::workload {
namespace {

/// Per connection: the request's buffer and the sender's.
class Serving {
  public:
    Serving(int listener, const Options& options, unsigned connections, ObserverFactory& observers,
            const StopEvent& stop, StopEvent done)
        : listener_(listener), options_(options), connections_(connections), observers_(observers), stop_(stop),
          done_(std::move(done)) {}

    Result<EndResult> run() {
        Result<void> result = accept_and_reap();
        stopping_ = true;
        end_active();
        if (!result)
            return std::move(result).error();
        if (error_)
            return std::move(*error_);
        return add_up();
    }

  private:
    using Slot = ConnectionThread<ServedConnection>;

    Result<void> accept_and_reap() {
        while (!error_ && (connections_ == 0 || gone_ < connections_)) {
            const bool accepting = connections_ == 0 || accepted_ < connections_;
            std::array<pollfd, 3> descriptors{
                {{stop_.fd(), POLLIN, 0}, {done_.fd(), POLLIN, 0}, {accepting ? listener_ : -1, POLLIN, 0}}};
            if (poll(descriptors.data(), descriptors.size(), -1) < 0 && errno != EINTR)
                return system_error("cannot wait for connections", errno);
            if (descriptors[0].revents != 0)
                return {};
            if (descriptors[1].revents != 0)
                reap();
            if (descriptors[2].revents != 0)
                if (Result<void> accepted = accept_one(); !accepted)
                    return accepted;
        }
        return {};
    }

    Result<void> accept_one() {
        UniqueFd socket(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
        if (!socket) {
            // The connection may have been reset while it waited (accept(2), "Error handling").
            if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
                return system_error("cannot accept a connection", errno, "raise the limit of open files (ulimit -n)");
            return {};
        }
        if (active_.size() >= options_.threads) {
            spdlog::warn("refused a connection: at most {} at a time", options_.threads);
            return {};
        }
        active_.push_back(std::make_unique<Slot>(std::move(socket)));
        ++accepted_;
        auto started = active_.back()->start(
            done_, [this](Channel& channel) { return serve_connection(channel, options_, observers_, stopping_); });
        if (!started)
            active_.pop_back();
        return started;
    }

    /// Takes the results of the threads that have finished.
    void reap() {
        done_.clear();
        for (auto& slot : active_)
            if (slot->finished()) {
                slot->join();
                take(std::move(slot->outcome));
                slot.reset();
            }
        std::erase(active_, nullptr);
    }

    void take(ServedConnection served) {
        ++gone_;
        if (served.error && connections_ == 0)
            spdlog::error("{}", served.error->message());
        else if (served.error && (!error_ || (error_->is_echo && !served.error->is_echo)))
            error_ = std::move(served.error);
        // A server by hand may serve connections without end, and need not keep them apart.
        if (connections_ == 0)
            total_.add_work(served.figures);
        else
            finished_.push_back(std::move(served));
    }

    /// Lets every connection finish its message, and cuts those that do not.
    void end_active() {
        for (const auto& slot : active_)
            slot->channel.shut_down(SHUT_RD); // wakes those that wait for a request
        const std::uint64_t deadline = monotonic_ns() + stop_patience_ns;
        while (!active_.empty() && monotonic_ns() < deadline) {
            pollfd descriptor{done_.fd(), POLLIN, 0};
            poll(&descriptor, 1, 100);
            reap();
        }
        for (const auto& slot : active_)
            slot->channel.shut_down(SHUT_RDWR);
        for (const auto& slot : active_) {
            slot->join();
            take(std::move(slot->outcome));
        }
        active_.clear();
    }

    EndResult add_up() {
        std::stable_sort(finished_.begin(), finished_.end(),
                         [](const auto& left, const auto& right) { return left.number < right.number; });
        for (const ServedConnection& served : finished_)
            total_.add_work(served.figures);
        return std::move(total_);
    }

    int listener_;
    const Options& options_;
    unsigned connections_;
    ObserverFactory& observers_;
    const StopEvent& stop_;
    StopEvent done_; ///< signalled by each thread that has finished
    std::atomic<bool> stopping_ = false;
    unsigned accepted_ = 0;
    unsigned gone_ = 0;
    std::optional<Error> error_;
    std::vector<ServedConnection> finished_; ///< where their number is known
    EndResult total_ = EndResult::nothing_of(Role::sender);
    std::vector<std::unique_ptr<Slot>> active_; ///< last: its threads use the rest
};

} // namespace

std::uint64_t server_memory(const Options& options) {
    const std::uint64_t message = options.field_size * fields_per_message;
    const std::uint64_t request = options.pattern == Pattern::rr ? message : 0;
    const std::uint64_t joined = entry_of(options.variant).joins_fields ? message : 0;
    return options.threads * (request + joined + message * MessageSender::buffer_sets(options));
}

struct Server::State {
    Options options;
    UniqueFd listener;
    std::uint16_t port = 0;
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

Result<Server> Server::listen(const Options& options) {
    NETIO_TRY(check(options));
    NETIO_TRY(check_memory(server_memory(options), options.threads));
    NETIO_TRY(allow_files(options.threads));
    NETIO_TRY_TO(std::vector<Endpoint> endpoints, resolve(options, true));
    NETIO_TRY_TO(UniqueFd listener, listen_on(endpoints, options));
    NETIO_TRY_TO(std::uint16_t port, port_of(listener.get()));
    return Server(std::make_unique<State>(State{options, std::move(listener), port}));
}

std::uint16_t Server::port() const { return state_->port; }

Result<EndResult> Server::serve(unsigned connections, ObserverFactory& observers, const StopEvent& stop) {
    NETIO_TRY_TO(StopEvent done, StopEvent::create());
    return Serving(state_->listener.get(), state_->options, connections, observers, stop, std::move(done)).run();
}

} // namespace netio::workload
