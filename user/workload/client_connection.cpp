// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/client_connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "workload/buffers.h"
#include "workload/hello.h"
#include "workload/measured_part.h"
#include "workload/payload.h"
#include "workload/worker_thread.h"

namespace netio::workload {
namespace {

class ClientConnection {
  public:
    ClientConnection(Channel& channel, Progress& progress, unsigned number, const ClientRun& run)
        : channel_(channel), progress_(progress), number_(number), run_(run), options_(run.options) {}

    ClientOutcome run() {
        Result<void> result = set_up();
        if (result)
            result = warm_up();
        if (result)
            result = measure();
        if (result && !goodbye_said_)
            result = leave();
        channel_.close();
        observer_.reset();
        if (!result && !stopped(result.error()))
            outcome_.error = explained(std::move(result).error()).within("connection " + std::to_string(number_));
        return collect();
    }

  private:
    Result<void> set_up() {
        if (options_.pin)
            if (Result<void> pinned = pin_this_thread(Role::receiver, number_); !pinned)
                return pinned;
        if (options_.pattern == Pattern::rr) {
            NETIO_TRY_TO(Buffer request, Buffer::allocate(options_.field_size * fields_per_message));
            request_ = std::make_unique<Buffer>(std::move(request));
            fill(request_->bytes(), request_name());
        }
        NETIO_TRY(allocate_answer());

        NETIO_TRY_TO(std::unique_ptr<ThreadObserver> observer, run_.observers.thread_started(Role::receiver));
        observer_ = std::move(observer);
        NETIO_TRY_TO(UniqueFd socket, connect_to(run_.endpoints, options_, run_.stop));
        channel_.open(std::move(socket));
        if (options_.quickack)
            channel_.acknowledge_at_once();
        return channel_.send_all(
            encode(Hello{options_.field_size, options_.pattern, options_.verify, options_.warmup_messages, number_}));
    }

    /// 8 buffers, or the parts of one that a call fills.
    Result<void> allocate_answer() {
        const std::uint64_t size = options_.field_size;
        const bool whole = options_.receive == ReceiveUnit::message;
        for (unsigned field = 0; field < fields_per_message; ++field) {
            if (!whole || field == 0) {
                NETIO_TRY_TO(Buffer buffer, Buffer::allocate(whole ? size * fields_per_message : size));
                fill(buffer.bytes(), FieldName{}); // so that its pages exist
                answer_buffers_.push_back(std::move(buffer));
            }
            answer_[field] =
                whole ? answer_buffers_.front().bytes().subspan(field * size, size) : answer_buffers_.back().bytes();
        }
        return {};
    }

    Result<void> warm_up() {
        while (message_ < options_.warmup_messages && !run_.stopping.load(std::memory_order_relaxed)) {
            NETIO_TRY_TO(bool whole, exchange());
            if (!whole)
                return server_closed();
        }
        return {};
    }

    Result<void> measure() {
        progress_.enter(Progress::Stage::others);
        const std::optional<std::uint64_t> opened = run_.barrier.arrive_and_wait();
        progress_.enter(Progress::Stage::message);
        if (!opened)
            return {};
        MeasuredPart part;
        part.begin_connection(channel_.fd());
        part.begin_thread();
        observer_->begin_measuring();
        const std::uint64_t warmup = message_;
        Result<void> result;
        if (options_.pattern == Pattern::stream)
            result = channel_.send_all(std::span(&go_byte, 1));
        if (result)
            result = measured_messages(*opened + static_cast<std::uint64_t>(options_.duration_s * 1e9));
        observer_->end_measuring();
        part.end(channel_.fd(), outcome_.figures);
        run_.finished_measuring();
        outcome_.figures.messages = message_ - warmup;
        return result;
    }

    /// One clock read a message: the end of one is the start of the next. Where payload is looked at there is a second,
    /// so that checking and filling are in no latency.
    Result<void> measured_messages(std::uint64_t deadline) {
        std::uint64_t started = monotonic_ns();
        bool ending = false; // stream: the server has been told, and what is on its way is still read
        for (;;) {
            NETIO_TRY_TO(bool whole, exchange());
            if (!whole)
                return ending ? Result<void>() : server_closed();
            outcome_.figures.latency.record(message_ended_ - started);
            outcome_.last_message_at = message_ended_;
            if (!ending && (message_ended_ >= deadline || run_.stopping.load(std::memory_order_relaxed))) {
                if (options_.pattern == Pattern::rr)
                    return {};
                if (Result<void> said = say_goodbye(); !said)
                    return said;
                ending = true;
            }
            started = options_.verify || message_ == 1 ? monotonic_ns() : message_ended_;
        }
    }

    Result<void> say_goodbye() {
        goodbye_said_ = true;
        return channel_.send_all(std::span(&goodbye_byte, 1));
    }

    /// Ends a run that is not in the middle of a stream. What a streaming server has sent already is read, because a
    /// connection that is closed with bytes unread is reset.
    Result<void> leave() {
        if (Result<void> said = say_goodbye(); !said || options_.pattern == Pattern::rr)
            return said;
        for (;;) {
            NETIO_TRY_TO(bool whole, exchange());
            if (!whole)
                return {};
        }
    }

    /// Asks for a message (rr) and receives it. False when the server ended the connection before its first byte.
    Result<bool> exchange() {
        if (options_.pattern == Pattern::rr) {
            NETIO_TRY(send_request());
        }
        for (unsigned i = 0; i < answer_buffers_.size(); ++i) {
            const std::span<std::byte> bytes = answer_buffers_[i].bytes();
            NETIO_TRY_TO(std::size_t received, channel_.receive_all(bytes, receive_flags_));
            if (received == 0 && i == 0)
                return false;
            if (received != bytes.size()) {
                if (message_ == 0)
                    NETIO_TRY(recognise(i, received));
                return Error{"the server closed the connection during a message",
                             "message " + std::to_string(message_) + " ended in field " +
                                 std::to_string(i + received / options_.field_size),
                             "see the server's messages"};
            }
        }
        message_ended_ = monotonic_ns();
        if (options_.verify)
            NETIO_TRY(verify());
        else if (message_ == 0)
            for (unsigned i = 0; i < answer_buffers_.size(); ++i)
                NETIO_TRY(recognise(i, answer_buffers_[i].bytes().size()));
        ++message_;
        progress_.message_done();
        if (options_.verify && request_)
            fill(request_->bytes(), request_name());
        return true;
    }

    Result<void> send_request() {
        const std::span<const std::byte> request = request_->bytes();
        for (unsigned part = 0; part < options_.request_writes; ++part) {
            const std::size_t begin = request.size() * part / options_.request_writes;
            const std::size_t end = request.size() * (part + 1) / options_.request_writes;
            NETIO_TRY(channel_.send_all(request.subspan(begin, end - begin)));
        }
        return {};
    }

    /// Looks whether the first `received` bytes of a buffer of the first message come from a server of ours.
    Result<void> recognise(unsigned buffer, std::size_t received) const {
        for (unsigned field = buffer; received != 0; ++field) {
            const std::size_t length = std::min<std::size_t>(received, options_.field_size);
            const FieldName name{Direction::answer, number_, 0, field};
            if (const auto mismatch = find_mismatch(answer_[field].first(length), name))
                return Error{"what answers is no netio-trace server", describe(*mismatch, name),
                             "connect to one, of the same version"};
            received -= length;
        }
        return {};
    }

    Result<void> verify() {
        for (unsigned field = 0; field < fields_per_message; ++field) {
            const FieldName name{Direction::answer, number_, message_, field};
            if (const auto mismatch = find_mismatch(answer_[field], name))
                return Error{"wrong payload", describe(*mismatch, name), {}};
            outcome_.figures.bytes_verified += options_.field_size;
        }
        return {};
    }

    bool stopped(const Error& error) const {
        return run_.stopping.load(std::memory_order_relaxed) || error.exit_code == ExitCode::interrupted;
    }

    /// A server that does not agree closes with our request unread, and that arrives here as a reset.
    Error explained(Error error) const {
        return message_ == 0 && channel_.reset_by_peer() ? server_closed() : std::move(error);
    }

    Error server_closed() const {
        if (message_ == 0)
            return Error{
                "the server closed the connection", "it sent no message",
                "use the same field size, pattern and verification at both ends, and let the server take as many "
                "connections"}
                .as_echo();
        return Error{"the server closed the connection", "after " + std::to_string(message_) + " messages",
                     "see the server's messages"}
            .as_echo();
    }

    ClientOutcome collect() {
        EndResult& figures = outcome_.figures;
        figures.role = Role::receiver;
        figures.calls = channel_.calls();
        figures.payload_bytes = figures.messages * options_.field_size * fields_per_message;
        figures.total_payload_bytes = figures.calls.recv_bytes; // nothing else is ever received
        figures.messages_per_thread = {figures.messages};
        return std::move(outcome_);
    }

    [[nodiscard]] FieldName request_name() const { return {Direction::request, number_, message_, 0}; }

    Channel& channel_;
    Progress& progress_;
    unsigned number_;
    const ClientRun& run_;
    const Options& options_;
    std::unique_ptr<ThreadObserver> observer_;
    std::unique_ptr<Buffer> request_;    ///< one piece, because it is sent with one send(); none in the stream pattern
    std::vector<Buffer> answer_buffers_; ///< one for each receive call
    std::array<std::span<std::byte>, fields_per_message> answer_;
    /// A call waits for all of a message; not where each piece is to be acknowledged when it comes.
    int receive_flags_ = options_.receive == ReceiveUnit::message && !options_.quickack ? MSG_WAITALL : 0;
    std::uint64_t message_ = 0; ///< the one that is next, or on its way
    std::uint64_t message_ended_ = 0;
    bool goodbye_said_ = false;
    ClientOutcome outcome_;
};

} // namespace

ClientOutcome run_connection(Channel& channel, Progress& progress, unsigned number, const ClientRun& run) {
    return ClientConnection(channel, progress, number, run).run();
}

} // namespace netio::workload
