// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/reachability.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>

#include "base/unique_fd.h"
#include "netns/in_namespace.h"

namespace netio::netns {
namespace {

using namespace std::chrono_literals;

/// Two retransmissions of the SYN, which the kernel sends 1 s and 3 s after the first (TCP_TIMEOUT_INIT doubled).
constexpr std::chrono::milliseconds longest_wait = 5s;

/// A socket address that stays with its length.
struct Endpoint {
    sockaddr_storage storage{};
    socklen_t length = 0;
    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Endpoint endpoint(const std::string& address) {
    Endpoint result;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&result.storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&result.storage);
    if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        result.length = sizeof *v4;
    } else if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        result.length = sizeof *v6;
    }
    return result;
}

Result<UniqueFd> listen_in(const Namespace& server, Endpoint& where) {
    return in_namespace(server, [&]() -> Result<UniqueFd> {
        UniqueFd listener(::socket(where.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (!listener || ::bind(listener.get(), where.get(), where.length) != 0 || ::listen(listener.get(), 1) != 0 ||
            ::getsockname(listener.get(), where.get(), &where.length) != 0)
            return system_error("cannot listen at the server's address", errno);
        return listener;
    });
}

} // namespace

Result<void> check_reachable(const Namespace& server, const Namespace& client, const std::string& address) {
    Endpoint where = endpoint(address);
    auto listener = listen_in(server, where);
    if (!listener)
        return std::move(listener).error();
    return in_namespace(client, [&]() -> Result<void> {
        const UniqueFd connection(::socket(where.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (!connection)
            return system_error("cannot open a socket at the client's end", errno);
        int error = ::connect(connection.get(), where.get(), where.length) == 0 ? 0 : errno;
        if (error == EINPROGRESS) {
            const auto deadline = std::chrono::steady_clock::now() + longest_wait;
            pollfd waiting{connection.get(), POLLOUT, 0};
            int ready = 0;
            do {
                const auto left =
                    std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
                ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
            } while (ready < 0 && errno == EINTR);
            socklen_t length = sizeof error;
            if (ready == 0)
                error = ETIMEDOUT;
            else if (ready < 0 || ::getsockopt(connection.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0)
                error = errno;
        }
        if (error != 0)
            return system_error("the client's end cannot reach the server's at " + address, error,
                                "check that the two devices are joined, by a cable or a switch");
        return {};
    });
}

} // namespace netio::netns
