// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/sockets.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#ifdef NETIO_STATIC
#include <nss.h>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "base/clock.h"

namespace netio::workload {
namespace {

constexpr std::uint64_t refused_patience_ns = 3'000'000'000;
constexpr int refused_pause_ms = 50;
constexpr int connect_patience_ms = 30'000;

/// In a statically linked program: looks host names up in /etc/hosts and by DNS only, which glibc (from 2.34 on) has
/// built in. For the other services that nsswitch.conf can name it would load modules that were made for the machine's
/// glibc.
void use_name_services_within_reach() {
#ifdef NETIO_STATIC
    __nss_configure_lookup("hosts", "files dns");
#endif
}

Result<void> set_option(int socket, int level, int option, int value, const char* name) {
    if (setsockopt(socket, level, option, &value, sizeof value) != 0)
        return system_error(std::string("cannot set ") + name, errno);
    return {};
}

int set_congestion_control(int socket, const std::string& name) {
    return setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, name.data(), static_cast<socklen_t>(name.size()));
}

/// What a socket needs before it connects or listens.
Result<void> set_before_connecting(int socket, const Options& options) {
    if (!options.congestion.empty() && set_congestion_control(socket, options.congestion) != 0)
        return system_error("cannot use the congestion control " + options.congestion, errno);
    if (options.send_buffer != 0)
        if (Result<void> set =
                set_option(socket, SOL_SOCKET, SO_SNDBUF, static_cast<int>(options.send_buffer), "SO_SNDBUF");
            !set)
            return set;
    if (options.receive_buffer != 0)
        return set_option(socket, SOL_SOCKET, SO_RCVBUF, static_cast<int>(options.receive_buffer), "SO_RCVBUF");
    return {};
}

Endpoint any_ipv6(std::uint16_t port) {
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    any.sin6_port = htons(port);
    any.sin6_addr = in6addr_any;
    Endpoint endpoint;
    std::memcpy(&endpoint.address, &any, sizeof any);
    endpoint.length = sizeof any;
    return endpoint;
}

Error cannot_listen(const Endpoint& endpoint, int errno_value) {
    const std::string what = "cannot listen on " + endpoint.text();
    switch (errno_value) {
    case EADDRINUSE:
        return system_error(what, errno_value, "stop the program that uses the port").or_choose({Choice::other_port});
    case EADDRNOTAVAIL:
        return system_error(what, errno_value).or_choose({Choice::other_address});
    case EACCES:
        return system_error(what, errno_value, "ports below 1024 need root").or_choose({Choice::other_port});
    default:
        return system_error(what, errno_value);
    }
}

Result<UniqueFd> try_listen(const Endpoint& endpoint, const Options& options) {
    UniqueFd socket(::socket(endpoint.family(), SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
    if (!socket)
        return cannot_listen(endpoint, errno);
    // A port whose last connections are still in TIME_WAIT may be taken again at once.
    Result<void> set = set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    if (set && endpoint.family() == AF_INET6 && options.address.empty())
        set = set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0, "IPV6_V6ONLY");
    if (set)
        set = set_before_connecting(socket.get(), options);
    if (!set)
        return std::move(set).error();
    if (bind(socket.get(), endpoint.get(), endpoint.length) != 0 ||
        listen(socket.get(), static_cast<int>(std::max(options.threads, 128U))) != 0)
        return cannot_listen(endpoint, errno);
    return socket;
}

/// 0, or the errno of the failed connection; ECANCELED when stopped.
int finish_connecting(int socket, const StopEvent& stop) {
    std::array<pollfd, 2> descriptors{{{socket, POLLOUT, 0}, {stop.fd(), POLLIN, 0}}};
    int ready = 0;
    do
        ready = poll(descriptors.data(), descriptors.size(), connect_patience_ms);
    while (ready < 0 && errno == EINTR);
    if (descriptors[1].revents != 0)
        return ECANCELED;
    if (ready == 0)
        return ETIMEDOUT;
    int result = 0;
    socklen_t length = sizeof result;
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &result, &length);
    return result;
}

struct Attempt {
    UniqueFd socket;
    int errno_value = 0;
};

Attempt try_connect(const Endpoint& endpoint, const Options& options, const StopEvent& stop) {
    UniqueFd socket(::socket(endpoint.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
    if (!socket)
        return {UniqueFd(), errno};
    // Before connecting, because the window scale is agreed on in the handshake.
    if (!set_before_connecting(socket.get(), options))
        return {UniqueFd(), EINVAL};
    int errno_value = 0;
    if (connect(socket.get(), endpoint.get(), endpoint.length) != 0)
        errno_value = errno == EINPROGRESS ? finish_connecting(socket.get(), stop) : errno;
    if (errno_value == 0 && fcntl(socket.get(), F_SETFL, 0) != 0) // blocking again
        errno_value = errno;
    return {std::move(socket), errno_value};
}

Error cannot_connect(const Endpoint& endpoint, int errno_value) {
    const std::string what = "cannot connect to " + endpoint.text();
    switch (errno_value) {
    case ECANCELED: {
        Error error{what, "stopped", {}};
        error.exit_code = ExitCode::interrupted;
        return error;
    }
    case ECONNREFUSED:
        return system_error(what, errno_value, "start the server there first").or_choose({Choice::server_port});
    case EMFILE:
    case ENFILE:
        return system_error(what, errno_value, "raise the limit of open files (ulimit -n)")
            .or_choose({Choice::fewer_threads});
    case EADDRNOTAVAIL:
        return system_error(what, errno_value,
                            "no local port is free: wait a minute, or widen net.ipv4.ip_local_port_range")
            .or_choose({Choice::fewer_threads});
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ETIMEDOUT:
        return system_error(what, errno_value, "check the address and the route to it");
    default:
        return system_error(what, errno_value);
    }
}

} // namespace

std::string Endpoint::text() const {
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> service{};
    if (getnameinfo(get(), length, host.data(), host.size(), service.data(), service.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return "an address";
    const bool brackets = family() == AF_INET6;
    return std::string(brackets ? "[" : "") + host.data() + (brackets ? "]:" : ":") + service.data();
}

Result<std::vector<Endpoint>> resolve(const Options& options, bool to_listen) {
    std::vector<Endpoint> endpoints;
    if (to_listen && options.address.empty())
        endpoints.push_back(any_ipv6(options.port));
    use_name_services_within_reach();
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = to_listen ? AI_PASSIVE : 0;
    addrinfo* list = nullptr;
    const int result = getaddrinfo(options.address.empty() ? nullptr : options.address.c_str(),
                                   std::to_string(options.port).c_str(), &hints, &list);
    const int errno_value = errno;
    if (result != 0) {
        const std::string why = result == EAI_SYSTEM ? std::strerror(errno_value) : gai_strerror(result);
        return input_error("cannot find the address '" + options.address + "'", why,
                           "give an IPv4 or IPv6 address, or a name that resolves");
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        Endpoint endpoint;
        std::memcpy(&endpoint.address, entry->ai_addr, entry->ai_addrlen);
        endpoint.length = entry->ai_addrlen;
        endpoints.push_back(endpoint);
    }
    return endpoints;
}

Result<UniqueFd> listen_on(const std::vector<Endpoint>& endpoints, const Options& options) {
    Result<UniqueFd> socket = try_listen(endpoints.front(), options);
    // A machine without IPv6 has only the later ones.
    for (std::size_t i = 1; i < endpoints.size() && !socket; ++i)
        if (Result<UniqueFd> next = try_listen(endpoints[i], options); next)
            socket = std::move(next);
    return socket;
}

Result<std::uint16_t> port_of(int socket) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        return system_error("cannot read the port of the listening socket", errno);
    if (address.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

Result<void> set_up_connection(int socket, const Options& options) {
    if (options.quickack)
        NETIO_TRY(set_option(socket, IPPROTO_TCP, TCP_QUICKACK, 1, "TCP_QUICKACK"));
    if (options.nagle)
        return {};
    return set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
}

Result<void> check_congestion_control(const std::string& name) {
    if (name.empty())
        return {};
    const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
    // Who may not use it here (EPERM) may do so in a namespace of their own.
    if (!socket || set_congestion_control(socket.get(), name) == 0 || errno != ENOENT)
        return {};
    std::ifstream file("/proc/sys/net/ipv4/tcp_available_congestion_control");
    std::string available;
    std::getline(file, available);
    return input_error("unknown congestion control \"" + name + '"', "available: " + available,
                       "choose one of them, or load its kernel module (modprobe tcp_" + name + ")");
}

bool anyone_may_use(const std::string& congestion) {
    std::ifstream file("/proc/sys/net/ipv4/tcp_allowed_congestion_control");
    return std::find(std::istream_iterator<std::string>(file), {}, congestion) != std::istream_iterator<std::string>();
}

Result<UniqueFd> connect_to(const std::vector<Endpoint>& endpoints, const Options& options, const StopEvent& stop) {
    const std::uint64_t started = monotonic_ns();
    for (;;) {
        int first_errno = 0;
        for (const Endpoint& endpoint : endpoints) {
            Attempt attempt = try_connect(endpoint, options, stop);
            if (attempt.errno_value == 0) {
                NETIO_TRY(set_up_connection(attempt.socket.get(), options));
                return std::move(attempt.socket);
            }
            first_errno = first_errno == 0 ? attempt.errno_value : first_errno;
            if (attempt.errno_value == ECANCELED)
                return cannot_connect(endpoint, ECANCELED);
        }
        if (first_errno != ECONNREFUSED || monotonic_ns() - started > refused_patience_ns)
            return cannot_connect(endpoints.front(), first_errno);
        pollfd descriptor{stop.fd(), POLLIN, 0};
        if (poll(&descriptor, 1, refused_pause_ms) > 0)
            return cannot_connect(endpoints.front(), ECANCELED);
    }
}

} // namespace netio::workload
