// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "model/run_result.h"
#include "netns/namespace.h"

namespace netio::netns {

struct LinkOptions {
    unsigned mtu = 0; ///< bytes; 0 leaves the device's own
    bool ipv6 = false;
};

/// Two namespaces (one, for loopback) and the device or devices that join them, up, with addresses, and able to talk:
/// create() returns only when a connection can be made (carrier up, IPv6 addresses past duplicate detection).
///
/// Existing devices (LinkKind::devices) are moved in and given back to the namespace that they came from with the name,
/// MTU, addresses and up/down state that they had; so are they when the process is killed, by a guardian process that
/// holds nothing else.
class Link {
  public:
    static Result<Link> create(const LinkSpec& spec, const LinkOptions& options);
    Link(Link&&) noexcept;
    Link& operator=(Link&&) noexcept;
    ~Link(); ///< gives devices back; failures are logged

    [[nodiscard]] const Namespace& server_namespace() const;
    [[nodiscard]] const Namespace& client_namespace() const;
    /// The server's address, as getaddrinfo(3) takes it.
    [[nodiscard]] const std::string& server_address() const;
    /// The MTU in force, in bytes.
    [[nodiscard]] unsigned mtu() const;
    /// What the devices say of themselves, as far as it bears on zero-copy.
    [[nodiscard]] const LinkFacts& facts() const;
    /// What the run's header says of the link, for instance "veth, MTU 1500".
    [[nodiscard]] std::string description() const;

  private:
    struct State;
    explicit Link(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace netio::netns
