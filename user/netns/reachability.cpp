// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/reachability.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

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

/// An IPv6 address without duplicate detection is ready at once, but the kernel joins its solicited-node multicast
/// group (RFC 4291, section 2.7.1) a moment later, in a work item: addrconf_dad_work(), net/ipv6/addrconf.c. A
/// neighbour solicitation that arrives before is not heard, and the next one comes after 1 s.
void wait_for_solicited_node_group(const Namespace& server, const in6_addr& address) {
    char group[33];
    std::snprintf(group, sizeof group, "ff0200000000000000000001ff%02x%02x%02x", address.s6_addr[13],
                  address.s6_addr[14], address.s6_addr[15]);
    (void)in_namespace(server, [&]() -> Result<void> {
        for (int attempt = 0; attempt < 500; ++attempt) {
            std::ifstream joined("/proc/thread-self/net/igmp6");
            if (!joined)
                return {};
            for (std::string line; std::getline(joined, line);)
                if (line.find(group) != std::string::npos)
                    return {};
            std::this_thread::sleep_for(2ms);
        }
        return {}; // the connection attempt will tell
    }).ok();
}

} // namespace

Result<void> check_reachable(const Namespace& server, const Namespace& client, const std::string& address) {
    Endpoint where = endpoint(address);
    NETIO_TRY_TO(auto listener, listen_in(server, where));
    if (where.storage.ss_family == AF_INET6 && server.fd() != client.fd())
        wait_for_solicited_node_group(server, reinterpret_cast<const sockaddr_in6*>(&where.storage)->sin6_addr);
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
                                "check that a cable or switch connects the two devices");
        return {};
    });
}

} // namespace netio::netns
