// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>

#include "base/unique_fd.h"

namespace netio::workload {

/// A proxy on 127.0.0.1 for one connection. Of one byte that the server sends, counted from 0, it flips a bit.
class FlippingProxy {
  public:
    FlippingProxy(std::uint16_t server_port, std::uint64_t flipped_byte) : flipped_byte_(flipped_byte) {
        sockaddr_in address = loopback(0);
        EXPECT_EQ(bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(listen(listener_.get(), 1), 0);
        socklen_t length = sizeof address;
        EXPECT_EQ(getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
        port_ = ntohs(address.sin_port);
        address = loopback(server_port);
        EXPECT_EQ(connect(server_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        thread_ = std::thread([this] { forward(); });
    }
    FlippingProxy(const FlippingProxy&) = delete;
    FlippingProxy& operator=(const FlippingProxy&) = delete;
    ~FlippingProxy() {
        shutdown(listener_.get(), SHUT_RDWR); // wakes accept(), if no client came
        shutdown(server_.get(), SHUT_RDWR);
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }

    /// Until either end closes.
    void forward() {
        client_.reset(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        std::array<pollfd, 2> ends{{{client_.get(), POLLIN, 0}, {server_.get(), POLLIN, 0}}};
        std::array<std::byte, 4096> bytes{};
        while (client_ && poll(ends.data(), ends.size(), -1) > 0)
            for (std::size_t from = 0; from < ends.size(); ++from) {
                if (ends[from].revents == 0)
                    continue;
                const ssize_t count = recv(ends[from].fd, bytes.data(), bytes.size(), 0);
                const auto received = std::span(bytes).first(count > 0 ? static_cast<std::size_t>(count) : 0);
                if (ends[from].fd == server_.get())
                    flip(received);
                // The client never has more than one request on its way, which fits the sockets' buffers: no deadlock.
                if (count > 0 && send(ends[1 - from].fd, received.data(), received.size(), MSG_NOSIGNAL) == count)
                    continue;
                shutdown(client_.get(), SHUT_RDWR);
                shutdown(server_.get(), SHUT_RDWR);
                return;
            }
    }

    void flip(std::span<std::byte> from_server) {
        if (flipped_byte_ >= seen_ && flipped_byte_ - seen_ < from_server.size())
            from_server[flipped_byte_ - seen_] ^= std::byte{1};
        seen_ += from_server.size();
    }

    std::uint64_t flipped_byte_;
    std::uint64_t seen_ = 0; ///< bytes from the server
    UniqueFd listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    UniqueFd server_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    UniqueFd client_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

} // namespace netio::workload
