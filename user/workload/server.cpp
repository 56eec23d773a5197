// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/server.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <optional>
#include <string>
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

constexpr int accept_pause_ms = 100;

/// Connections that may wait without a hello, besides as many as there may be clients. One more, and the oldest has to
/// go: whoever says nothing keeps nobody out.
constexpr std::size_t most_without_hello = 64;

/// Warnings that others can cause as often as they like: the first at once, then one a second with the number of those
/// that were left out.
class BoundedWarnings {
  public:
    void warn(const std::string& text) {
        const std::uint64_t now = monotonic_ns();
        if (last_ns_ != 0 && now - last_ns_ < 1'000'000'000) {
            ++left_out_;
            return;
        }
        last_ns_ = now;
        if (const std::uint64_t more = std::exchange(left_out_, 0); more != 0)
            spdlog::warn("{} (and {} more since the last of these)", text, more);
        else
            spdlog::warn("{}", text);
    }

  private:
    std::uint64_t last_ns_ = 0;
    std::uint64_t left_out_ = 0;
};

/// A place for a client that has said hello. Threads take places; the one that accepts looks on.
class Places {
  public:
    /// `at_a_time`: of those that are there; `in_all`: of those that ever were, 0 for any number.
    Places(unsigned at_a_time, unsigned in_all) : at_a_time_(at_a_time), in_all_(in_all) {}

    bool take() {
        const std::lock_guard lock(mutex_);
        if (taken_ >= at_a_time_ || (in_all_ != 0 && ever_ >= in_all_))
            return false;
        ++taken_;
        ++ever_;
        return true;
    }
    void give_back() {
        const std::lock_guard lock(mutex_);
        --taken_;
    }
    [[nodiscard]] bool may_take_more() const {
        const std::lock_guard lock(mutex_);
        return in_all_ == 0 || ever_ < in_all_;
    }

  private:
    mutable std::mutex mutex_;
    unsigned at_a_time_;
    unsigned in_all_;
    unsigned taken_ = 0;
    unsigned ever_ = 0;
};

/// Per connection: the request's buffer and the sender's.
class Serving {
  public:
    Serving(int listener, const Options& options, unsigned connections, ObserverFactory& observers,
            const StopEvent& stop, StopEvent done)
        : listener_(listener), options_(options), connections_(connections), stop_(stop), done_(std::move(done)),
          places_(options.threads, connections), run_{options, observers, stopping_,
                                                      [this] { return places_.take(); }} {}

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
    struct Slot : ConnectionThread<ServedConnection> {
        using ConnectionThread::ConnectionThread;
        std::optional<Error> cut_for; ///< why the connection was cut, if it was
    };

    Result<void> accept_and_reap() {
        while (!error_ && (connections_ == 0 || gone_ < connections_)) {
            const bool pauses = monotonic_ns() < accept_again_at_;
            const bool accepting = places_.may_take_more() && !pauses;
            std::array<pollfd, 3> descriptors{
                {{stop_.fd(), POLLIN, 0}, {done_.fd(), POLLIN, 0}, {accepting ? listener_ : -1, POLLIN, 0}}};
            const int wait_ms = pauses ? accept_pause_ms : active_.empty() ? -1 : look_interval_ms;
            if (poll(descriptors.data(), descriptors.size(), wait_ms) < 0 && errno != EINTR)
                return system_error("cannot wait for connections", errno);
            if (descriptors[0].revents != 0)
                return {};
            if (descriptors[1].revents != 0)
                reap();
            if (descriptors[2].revents != 0)
                if (Result<void> accepted = accept_one(); !accepted)
                    return accepted;
            give_up_on_the_stalled();
        }
        return {};
    }

    Result<void> accept_one() {
        UniqueFd socket(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
        if (!socket)
            return accept_failed(errno);
        accept_again_at_ = 0;
        make_room_without_hello();
        active_.push_back(std::make_unique<Slot>(std::move(socket), Progress::Stage::hello));
        auto started = active_.back()->start(
            done_, [this](Channel& channel, Progress& progress) { return serve_connection(channel, progress, run_); });
        if (started) {
            if (++started_ == connections_)
                run_.observers.all_started();
            return {};
        }
        active_.pop_back();
        return go_on_after(std::move(started).error());
    }

    /// Most errors are of a connection that ended while it waited, or of the network (accept(2), "Error handling").
    Result<void> accept_failed(int errno_value) {
        const bool is_lack =
            errno_value == EMFILE || errno_value == ENFILE || errno_value == ENOMEM || errno_value == ENOBUFS;
        const bool is_files = errno_value == EMFILE || errno_value == ENFILE;
        Error error = system_error("cannot accept a connection", errno_value,
                                   is_files  ? "raise the limit of open files (ulimit -n)"
                                   : is_lack ? "free memory"
                                             : "look for a firewall between the ends");
        // What is wrong stays wrong for a while, and the listener stays ready.
        const std::uint64_t now = monotonic_ns();
        constexpr std::uint64_t pause_ns = accept_pause_ms * std::uint64_t{1'000'000};
        const bool failed_just_now = accept_again_at_ != 0 && now - accept_again_at_ < 10 * pause_ns;
        accept_again_at_ = now + pause_ns;
        accept_fails_since_ = failed_just_now ? accept_fails_since_ : now;
        const bool is_hopeless = is_lack || now - accept_fails_since_ > patience_ns(options_, Progress::Stage::message);
        return is_hopeless ? go_on_after(std::move(error)) : Result<void>{};
    }

    /// A server by hand outlives what went wrong with one connection; where all are counted on, none may fail.
    Result<void> go_on_after(Error error) {
        if (connections_ != 0)
            return error;
        warnings_.warn(error.message());
        return {};
    }

    void make_room_without_hello() {
        const auto says_nothing = [](const auto& slot) {
            return !slot->cut_for && !slot->finished() && slot->progress.state().stage == Progress::Stage::hello;
        };
        if (static_cast<std::size_t>(std::ranges::count_if(active_, says_nothing)) <
            options_.threads + most_without_hello)
            return;
        cut(**std::ranges::find_if(active_, says_nothing),
            Error{"cut a connection", "it said no hello, and others wait", {}});
    }

    static void cut(Slot& slot, Error reason) {
        slot.cut_for = std::move(reason);
        slot.channel.cut();
    }

    void give_up_on_the_stalled() {
        const std::uint64_t now = monotonic_ns();
        for (const auto& slot : active_) {
            const Progress::State state = slot->progress.state();
            const std::uint64_t patience = patience_ns(options_, state.stage);
            if (slot->watch.lasts_ns(state, now) <= patience || slot->cut_for || slot->finished())
                continue;
            const std::string seconds = std::to_string(patience / 1'000'000'000) + " s";
            if (state.stage == Progress::Stage::hello)
                cut(*slot, Error{"cut a connection", "it said no hello within " + seconds, {}});
            else
                cut(*slot, Error{"the client does not go on",
                                 "nothing came of message " + std::to_string(state.messages) + " for " + seconds,
                                 "see its messages"}
                               .as_echo());
        }
    }

    /// Takes the results of the threads that have finished.
    void reap() {
        done_.clear();
        for (auto& slot : active_)
            if (slot->finished()) {
                slot->join();
                take(*slot);
                slot.reset();
            }
        std::erase(active_, nullptr);
    }

    void take(Slot& slot) {
        ServedConnection served = std::move(slot.outcome);
        if (slot.cut_for)
            served.error = std::move(slot.cut_for);
        if (served.standing == ServedConnection::Standing::stranger) {
            take_stranger(served);
            return;
        }
        if (served.standing == ServedConnection::Standing::client)
            places_.give_back();
        ++gone_;
        if (served.error && connections_ == 0)
            warnings_.warn(served.error->message());
        else if (served.error && (!error_ || (error_->is_echo && !served.error->is_echo)))
            error_ = std::move(served.error);
        // A server by hand may serve connections without end, and need not keep them apart.
        if (connections_ == 0)
            total_.add_work(served.figures);
        else
            finished_.push_back(std::move(served));
    }

    /// A stranger is no reason to end; but the calls that it caused were made.
    void take_stranger(const ServedConnection& served) {
        total_.calls.add(served.figures.calls);
        if (served.error)
            warnings_.warn(served.error->message());
    }

    /// Lets every connection finish its message, and cuts those that do not.
    void end_active() {
        for (const auto& slot : active_)
            slot->channel.end_receiving(); // wakes those that wait for a request
        const std::uint64_t deadline = monotonic_ns() + stop_patience_ns;
        while (!active_.empty() && monotonic_ns() < deadline) {
            pollfd descriptor{done_.fd(), POLLIN, 0};
            poll(&descriptor, 1, 100);
            reap();
        }
        for (const auto& slot : active_)
            slot->channel.cut();
        for (const auto& slot : active_) {
            slot->join();
            take(*slot);
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
    const StopEvent& stop_;
    StopEvent done_; ///< signalled by each thread that has finished
    std::atomic<bool> stopping_ = false;
    Places places_;
    ServerRun run_;
    unsigned started_ = 0;
    unsigned gone_ = 0;                 ///< of those that were admitted
    std::uint64_t accept_again_at_ = 0; ///< 0: accept() has not failed since it last succeeded
    std::uint64_t accept_fails_since_ = 0;
    BoundedWarnings warnings_;
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
    NETIO_TRY(check_own_memory(server_memory(options), options.threads));
    NETIO_TRY(allow_files(options.threads));
    NETIO_TRY_TO(std::vector<Endpoint> endpoints, resolve(options, true));
    NETIO_TRY_TO(UniqueFd listener, listen_on(endpoints, options));
    NETIO_TRY_TO(std::uint16_t port, port_of(listener.get()));
    return Server(std::make_unique<State>(State{options, std::move(listener), port}));
}

std::uint16_t Server::port() const { return state_->port; }
int Server::listener() const { return state_->listener.get(); }

Result<EndResult> Server::serve(unsigned connections, ObserverFactory& observers, const StopEvent& stop) {
    NETIO_TRY_TO(StopEvent done, StopEvent::create());
    return Serving(state_->listener.get(), state_->options, connections, observers, stop, std::move(done)).run();
}

} // namespace netio::workload
