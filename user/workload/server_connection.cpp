// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/server_connection.h"

#include <poll.h>

#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "workload/hello.h"
#include "workload/measured_part.h"
#include "workload/message_sender.h"
#include "workload/payload.h"
#include "workload/sockets.h"
#include "workload/worker_thread.h"

namespace netio::workload {
namespace {

/// How often a streaming server looks whether the client has had enough. The coarse clock that decides it costs a few
/// nanoseconds a message, the poll() a system call each time.
constexpr std::uint64_t look_interval_ns = 5'000'000;

class ServerConnection {
  public:
    ServerConnection(Channel& channel, Progress& progress, const ServerRun& run)
        : channel_(channel), progress_(progress), run_(run), options_(run.options), stopping_(run.stopping) {}

    ServedConnection serve() {
        Result<void> served = set_up();
        if (served)
            served = exchange();
        end_measuring();
        if (served)
            served = sender_->finish();
        channel_.close();
        observer_.reset();
        if (!served && !stopping_.load(std::memory_order_relaxed))
            served_.error = std::move(served).error().within("connection " + std::to_string(hello_.connection));
        return collect();
    }

  private:
    Result<void> set_up() {
        NETIO_TRY_TO(std::unique_ptr<ThreadObserver> observer, run_.observers.thread_started(Role::sender));
        observer_ = std::move(observer);
        if (Result<void> set = set_up_connection(channel_.fd(), options_); !set)
            return set;
        if (options_.quickack)
            channel_.acknowledge_at_once();
        if (Result<void> agreed = receive_hello(); !agreed)
            return agreed;
        if (options_.pin)
            if (Result<void> pinned = pin_this_thread(Role::sender, hello_.connection); !pinned)
                return pinned;
        if (options_.pattern == Pattern::rr) {
            NETIO_TRY_TO(Buffer request, Buffer::allocate(options_.field_size * fields_per_message));
            request_ = std::make_unique<Buffer>(std::move(request));
            fill(request_->bytes(), FieldName{}); // so that its pages exist
        }
        NETIO_TRY_TO(std::unique_ptr<MessageSender> sender, MessageSender::create(options_, channel_));
        sender_ = std::move(sender);
        return {};
    }

    Result<void> receive_hello() {
        served_.standing = ServedConnection::Standing::stranger; // until it has said hello
        HelloBytes bytes{};
        NETIO_TRY_TO(std::size_t received, channel_.receive_all(bytes));
        if (received != bytes.size())
            return Error{"the client closed the connection without a hello", "it is another program, or was killed",
                         "connect with netio-trace client"};
        NETIO_TRY_TO(Hello hello, decode_hello(bytes));
        hello_ = hello;
        if (!run_.admit())
            return Error{"refused a connection", "at most " + std::to_string(options_.threads) + " at a time", {}};
        served_.standing = ServedConnection::Standing::client;
        progress_.enter(Progress::Stage::message);
        return check_hello(hello_, options_);
    }

    Result<void> exchange() {
        for (;; ++message_) {
            if (message_ == hello_.warmup_messages)
                if (Result<bool> measuring = begin_measuring(); !measuring || !*measuring)
                    return measuring ? Result<void>() : std::move(measuring).error();
            NETIO_TRY_TO(bool wanted, options_.pattern == Pattern::rr ? receive_request() : client_still_reads());
            if (!wanted || stopping_.load(std::memory_order_relaxed))
                return {};
            // Not before: the last of the warm-up may still be on its way.
            if (message_ == hello_.warmup_messages)
                measured_part_.begin_connection(channel_.fd());
            progress_.enter(Progress::Stage::message);
            NETIO_TRY_TO(BufferSet * buffers, sender_->next_buffers());
            if (options_.verify || message_ == 0) // by the first, the client knows whom it has met
                fill_message(*buffers, hello_.connection, message_);
            think();
            if (Result<void> sent = sender_->send(); !sent)
                return sent;
            progress_.message_done();
        }
    }

    /// False when the client has ended the run in the warm-up.
    Result<bool> begin_measuring() {
        progress_.enter(Progress::Stage::others);
        if (options_.pattern == Pattern::stream) {
            Result<bool> go = receive_word(go_byte);
            if (!go || !*go)
                return go;
        }
        measured_part_.begin_thread();
        observer_->begin_measuring();
        measured_from_ = message_;
        return true;
    }

    /// False when the client has ended the run.
    Result<bool> receive_request() {
        const std::span<std::byte> request = request_->bytes();
        NETIO_TRY_TO(std::size_t received, channel_.receive_all(request));
        if (received == 1 && request.front() == goodbye_byte)
            return false;
        if (received != request.size())
            return connection_ended(std::to_string(received) + " of " + std::to_string(request.size()) +
                                    " bytes of a request came");
        if (options_.verify) {
            const FieldName name{Direction::request, hello_.connection, message_, 0};
            if (const auto mismatch = find_mismatch(request, name))
                return Error{"wrong payload", describe(*mismatch, name), {}};
            served_.figures.bytes_verified += request.size();
        }
        return true;
    }

    /// In the stream pattern: false when the client has ended the run.
    Result<bool> client_still_reads() {
        const std::uint64_t now = clock_ns(CLOCK_MONOTONIC_COARSE);
        if (now < look_again_at_)
            return true;
        look_again_at_ = now + look_interval_ns;
        pollfd descriptor{channel_.fd(), POLLIN, 0};
        if (poll(&descriptor, 1, 0) <= 0 || (descriptor.revents & (POLLIN | POLLHUP)) == 0)
            return true;
        return receive_word(goodbye_byte);
    }

    /// Receives one byte: true when it is `expected`, false when it is the goodbye byte.
    Result<bool> receive_word(std::byte expected) {
        std::byte word{};
        NETIO_TRY_TO(std::size_t received, channel_.receive_all(std::span(&word, 1)));
        if (received == 0)
            return connection_ended("it did not end the run");
        if (word == goodbye_byte)
            return false;
        if (word != expected)
            return Error{"the client does not speak this protocol", "it sent an unknown byte", {}};
        return true;
    }

    /// The client said no goodbye: no error only when the server itself has shut its receiving side, to stop.
    Result<bool> connection_ended(std::string why) const {
        if (stopping_.load(std::memory_order_relaxed))
            return false;
        return Error{"the client closed the connection during the run", std::move(why),
                     "it was killed or failed: see its messages"}
            .as_echo();
    }

    /// Busy rather than asleep: a timer would add tens of microseconds of its own, and a wake-up.
    void think() const {
        if (options_.think_time_ns == 0)
            return;
        const std::uint64_t until = monotonic_ns() + options_.think_time_ns;
        while (monotonic_ns() < until)
            continue;
    }

    void end_measuring() {
        if (!measured_from_)
            return;
        observer_->end_measuring();
        measured_part_.end(channel_.fd(), served_.figures);
        served_.figures.messages = message_ - *measured_from_;
    }

    ServedConnection collect() {
        EndResult& figures = served_.figures;
        figures.role = Role::sender;
        figures.calls = channel_.calls();
        figures.zerocopy = sender_ ? sender_->zerocopy() : ZerocopyTotals{};
        figures.payload_bytes = figures.messages * message_size();
        figures.total_payload_bytes = figures.calls.send_bytes; // it sends nothing else
        figures.messages_per_thread = {figures.messages};
        served_.number = hello_.connection;
        return std::move(served_);
    }

    [[nodiscard]] std::uint64_t message_size() const { return options_.field_size * fields_per_message; }

    Channel& channel_;
    Progress& progress_;
    const ServerRun& run_;
    const Options& options_;
    const std::atomic<bool>& stopping_;
    std::unique_ptr<ThreadObserver> observer_;
    std::unique_ptr<Buffer> request_;
    std::unique_ptr<MessageSender> sender_;
    Hello hello_;
    std::uint64_t message_ = 0; ///< the one that is next, or on its way
    std::optional<std::uint64_t> measured_from_;
    std::uint64_t look_again_at_ = 0;
    MeasuredPart measured_part_;
    ServedConnection served_;
};

} // namespace

ServedConnection serve_connection(Channel& channel, Progress& progress, const ServerRun& run) {
    return ServerConnection(channel, progress, run).serve();
}

} // namespace netio::workload
