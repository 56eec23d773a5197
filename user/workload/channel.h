// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <span>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/run_result.h"

namespace netio::workload {

/// One TCP connection, and the count of every socket call that is made on it. A worker thread makes its socket calls
/// here and nowhere else, so that the totals can be compared call by call with what the kernel saw:
///
///  * send_calls, send_bytes: each send() and sendmsg() system call, payload or not (hello, requests, go and goodbye
///    bytes), and the bytes that it returned. A call that failed (EAGAIN, EINTR, ENOBUFS, EPIPE, ...) counts as a call
///    of no bytes;
///  * recv_calls, recv_bytes: each recv() system call in the same way; one that returns 0 counts too;
///  * errqueue_calls: each recvmsg(MSG_ERRQUEUE), also when the queue was empty; in none of the others.
///
/// connect, accept, shutdown, poll and socket options move no data and are not counted. The socket blocks; only
/// end_receiving() and cut() may be called from another thread.
class Channel {
  public:
    Channel() = default;
    explicit Channel(UniqueFd socket) : socket_(std::move(socket)) {}
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// Takes a connected socket.
    void open(UniqueFd socket);
    void close();
    [[nodiscard]] int fd() const { return socket_.get(); }
    /// From now on TCP_QUICKACK is set after each receive call: the kernel forgets it.
    void acknowledge_at_once() { quickack_ = true; }

    /// Lets nothing more be received than what has come, when the socket is open: wakes a thread that waits for more.
    void end_receiving();
    /// Ends the connection for its thread too: wakes it, and what it does next fails. A shutdown alone would not end a
    /// thread whose peer goes on sending (tcp_rcv_established() queues what comes after SHUT_RD).
    void cut();
    [[nodiscard]] bool is_cut() const { return is_cut_.load(std::memory_order_relaxed); }

    /// One system call each; errno as it left it. Never raise SIGPIPE.
    ssize_t send(std::span<const std::byte> bytes, int flags);
    ssize_t send(std::span<iovec> vectors, int flags);
    ssize_t receive(std::span<std::byte> bytes, int flags = 0);
    ssize_t read_error_queue(msghdr& message);

    /// Sends everything, in as many calls as it takes.
    [[nodiscard]] Result<void> send_all(std::span<const std::byte> bytes, int flags = 0);
    [[nodiscard]] Result<void> send_all(std::span<iovec> vectors, int flags = 0);
    /// Receives until `bytes` is full or the peer has ended the connection; returns how many bytes came.
    [[nodiscard]] Result<std::size_t> receive_all(std::span<std::byte> bytes, int flags = 0);

    /// What to do about a send or receive call that has just failed with `errno_value`: nothing after EINTR, wait with
    /// poll() until the socket is ready after EAGAIN, and otherwise an error.
    [[nodiscard]] Result<void> recover_send(int errno_value);
    [[nodiscard]] Result<void> recover_receive(int errno_value);

    /// Whether a call has failed because the other end reset the connection.
    [[nodiscard]] bool reset_by_peer() const { return reset_by_peer_; }

    [[nodiscard]] const CallTotals& calls() const { return calls_; }

  private:
    Result<void> recover(int errno_value, short wanted, const char* what);

    void shut_down(int how);

    std::atomic<bool> is_cut_ = false;
    std::mutex closing_; ///< so that shut_down() never meets a descriptor that was closed and given to another file
    UniqueFd socket_;
    CallTotals calls_;
    bool reset_by_peer_ = false;
    bool quickack_ = false;
};

/// What a thread whose channel was cut returns; who cut it knows why.
[[nodiscard]] Error connection_cut();

} // namespace netio::workload
