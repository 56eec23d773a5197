// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/unique_fd.h"

namespace netio::workload {

/// The two ends of a TCP connection over 127.0.0.1, with buffers so small that sends do not fit.
struct TcpPair {
    UniqueFd sender;
    UniqueFd receiver;

    static TcpPair create(int buffer_size) {
        const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        EXPECT_EQ(setsockopt(listener.get(), SOL_SOCKET, SO_SNDBUF, &buffer_size, sizeof buffer_size), 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(listen(listener.get(), 1), 0);
        socklen_t length = sizeof address;
        EXPECT_EQ(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
        TcpPair pair;
        pair.receiver.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        EXPECT_EQ(setsockopt(pair.receiver.get(), SOL_SOCKET, SO_RCVBUF, &buffer_size, sizeof buffer_size), 0);
        EXPECT_EQ(connect(pair.receiver.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0)
            << strerror(errno);
        pair.sender.reset(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        EXPECT_TRUE(pair.sender.valid());
        return pair;
    }

    /// Needs root.
    void force_send_buffer(int size) const {
        EXPECT_EQ(setsockopt(sender.get(), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size), 0) << strerror(errno);
    }
    void do_not_block() const { EXPECT_EQ(fcntl(sender.get(), F_SETFL, O_NONBLOCK), 0); }
};

} // namespace netio::workload
