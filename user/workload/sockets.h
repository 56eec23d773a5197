// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "workload/options.h"
#include "workload/start_and_stop.h"

namespace netio::workload {

/// A socket address, and how to write it for a reader.
struct Endpoint {
    sockaddr_storage address{};
    socklen_t length = 0;

    [[nodiscard]] int family() const { return address.ss_family; }
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
    /// "192.0.2.1:8080" or "[2001:db8::1]:8080".
    [[nodiscard]] std::string text() const;
};

/// All addresses of options.address (an IPv4 or IPv6 literal, or a name) with options.port, best first. To be called
/// outside the worker threads: the resolver has sockets of its own. An empty address is, for a listener, any address of
/// IPv6 and IPv4.
[[nodiscard]] Result<std::vector<Endpoint>> resolve(const Options& options, bool to_listen);

/// A listening socket with options' buffer sizes and congestion control, which the accepted sockets inherit.
[[nodiscard]] Result<UniqueFd> listen_on(const std::vector<Endpoint>& endpoints, const Options& options);

/// The port that a socket is bound to.
[[nodiscard]] Result<std::uint16_t> port_of(int socket);

/// Sets TCP_NODELAY unless options.nagle, and TCP_QUICKACK for the first bytes with options.quickack.
[[nodiscard]] Result<void> set_up_connection(int socket, const Options& options);

/// Connects to the first endpoint that answers, and sets the connection up. A refused connection is tried again for a
/// few seconds, because a server may still be starting. Ends early, with an error of exit code `interrupted`, when
/// `stop` is signalled.
[[nodiscard]] Result<UniqueFd> connect_to(const std::vector<Endpoint>& endpoints, const Options& options,
                                          const StopEvent& stop);

/// Fails (exit code 2) for the name of a congestion control that this kernel does not have; "" is the kernel's own.
[[nodiscard]] Result<void> check_congestion_control(const std::string& name);
/// Whether it may be chosen without CAP_NET_ADMIN in the calling thread's network namespace.
[[nodiscard]] bool anyone_may_use(const std::string& congestion);

} // namespace netio::workload
