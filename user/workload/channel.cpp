// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/channel.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <cerrno>
#include <utility>

#include "workload/buffers.h"

namespace netio::workload {
namespace {

constexpr int patience_ms = 30'000;

std::uint64_t bytes_of(ssize_t returned) { return returned > 0 ? static_cast<std::uint64_t>(returned) : 0; }

} // namespace

Error connection_cut() { return Error{"the connection was cut", {}, {}}.as_echo(); }

void Channel::open(UniqueFd socket) {
    const std::lock_guard lock(closing_);
    socket_ = std::move(socket);
}

void Channel::close() {
    const std::lock_guard lock(closing_);
    socket_.reset();
}

void Channel::shut_down(int how) {
    const std::lock_guard lock(closing_);
    if (socket_)
        ::shutdown(socket_.get(), how); // fails only when the peer has ended the connection already
}

void Channel::end_receiving() { shut_down(SHUT_RD); }

void Channel::cut() {
    is_cut_.store(true, std::memory_order_relaxed);
    shut_down(SHUT_RDWR);
}

ssize_t Channel::send(std::span<const std::byte> bytes, int flags) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), flags | MSG_NOSIGNAL);
    ++calls_.send_calls;
    calls_.send_bytes += bytes_of(sent);
    return sent;
}

ssize_t Channel::send(std::span<iovec> vectors, int flags) {
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = vectors.size();
    const ssize_t sent = ::sendmsg(socket_.get(), &message, flags | MSG_NOSIGNAL);
    ++calls_.send_calls;
    calls_.send_bytes += bytes_of(sent);
    return sent;
}

ssize_t Channel::receive(std::span<std::byte> bytes, int flags) {
    const ssize_t received = ::recv(socket_.get(), bytes.data(), bytes.size(), flags);
    ++calls_.recv_calls;
    calls_.recv_bytes += bytes_of(received);
    if (quickack_ && received > 0) {
        const int on = 1;
        setsockopt(socket_.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on); // fails on no TCP socket
    }
    return received;
}

ssize_t Channel::read_error_queue(msghdr& message) {
    ++calls_.errqueue_calls;
    return ::recvmsg(socket_.get(), &message, MSG_ERRQUEUE | MSG_DONTWAIT);
}

Result<void> Channel::send_all(std::span<const std::byte> bytes, int flags) {
    while (!bytes.empty()) {
        const ssize_t sent = send(bytes, flags);
        if (sent < 0) {
            if (Result<void> recovered = recover_send(errno); !recovered)
                return recovered;
            continue;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return {};
}

Result<void> Channel::send_all(std::span<iovec> vectors, int flags) {
    while (!vectors.empty()) {
        const ssize_t sent = send(vectors, flags);
        if (sent < 0) {
            if (Result<void> recovered = recover_send(errno); !recovered)
                return recovered;
            continue;
        }
        vectors = unsent(vectors, static_cast<std::size_t>(sent));
    }
    return {};
}

Result<std::size_t> Channel::receive_all(std::span<std::byte> bytes, int flags) {
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        if (is_cut())
            return connection_cut();
        const ssize_t received = receive(bytes.subspan(filled), flags);
        if (received == 0)
            break;
        if (received < 0) {
            NETIO_TRY(recover_receive(errno));
            continue;
        }
        filled += static_cast<std::size_t>(received);
    }
    return filled;
}

Result<void> Channel::recover_send(int errno_value) { return recover(errno_value, POLLOUT, "cannot send"); }

Result<void> Channel::recover_receive(int errno_value) { return recover(errno_value, POLLIN, "cannot receive"); }

Result<void> Channel::recover(int errno_value, short wanted, const char* what) {
    if (is_cut())
        return connection_cut();
    if (errno_value == EINTR)
        return {};
    if (errno_value == ECONNRESET || errno_value == EPIPE) {
        reset_by_peer_ = true;
        return system_error("the other end closed the connection during the run", errno_value, "see its messages")
            .as_echo();
    }
    if (errno_value != EAGAIN && errno_value != EWOULDBLOCK)
        return system_error(what, errno_value);
    pollfd descriptor{socket_.get(), wanted, 0};
    if (poll(&descriptor, 1, patience_ms) == 0)
        return Error{what, "the other end did nothing for 30 s", "check that it runs and can be reached"};
    return {};
}

} // namespace netio::workload
