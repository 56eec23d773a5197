// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/link.h"

#include <algorithm>
#include <fstream>
#include <optional>

#include "netns/borrowed_devices.h"
#include "netns/device.h"
#include "netns/in_namespace.h"
#include "netns/netlink.h"
#include "netns/reachability.h"

namespace netio::netns {
namespace {

/// What each end is called: 192.0.2.0/24 is set aside for documentation (RFC 5737), so it cannot be a network that a
/// borrowed device's neighbours use; fd00::/8 is for private use (RFC 4193), and 4e65:7469:6f spells "Netio".
struct EndAddresses {
    std::string server;
    std::string client;
    std::string prefix_length;
};

EndAddresses addresses_for(bool ipv6) {
    if (ipv6)
        return {"fd4e:6574:696f::1", "fd4e:6574:696f::2", "/64"};
    return {"192.0.2.1", "192.0.2.2", "/24"};
}

Result<void> set_mtu_if_asked(const NetlinkSocket& socket, const Device& device, unsigned mtu) {
    if (mtu == 0)
        return {};
    return set_mtu(socket, device.index, device.name, mtu);
}

/// Connections that a client has closed keep their ports for a minute (TIME_WAIT), and a range of ports holds 28,232:
/// a few cells of thousands of connections would run out of them. Only what connects is affected, and only in a
/// namespace that is ours.
void let_ports_be_used_again(const Namespace& client) {
    // Where the setting cannot be written, connect(2) reports when ports run out.
    (void)in_namespace(client, []() -> Result<void> {
        std::ofstream("/proc/sys/net/ipv4/tcp_tw_reuse") << 1;
        return {};
    });
}

/// MTU, address, up; not yet ready, because the other end is not.
Result<void> configure_end(const NetlinkSocket& socket, const std::string& name, const std::string& address,
                           unsigned mtu) {
    NETIO_TRY_TO(auto device, find_device(socket, name));
    if (auto set = set_mtu_if_asked(socket, device, mtu); !set)
        return set;
    if (auto set = set_up(socket, device.index, name, true); !set)
        return set;
    return add_address(socket, device.index, name, address);
}

} // namespace

struct Link::State {
    LinkSpec spec;
    Namespace server;
    std::optional<Namespace> client; ///< none on loopback: both ends share the server's
    std::string address;
    LinkFacts facts;
    std::optional<BorrowedDevices> borrowed; ///< last, so that devices go home before their namespaces are closed

    [[nodiscard]] const Namespace& client_end() const { return client ? *client : server; }
};

namespace {

Result<void> join_two(const Namespace& server, const std::string& server_device, const Namespace& client,
                      const std::string& client_device, const LinkOptions& options) {
    NETIO_TRY_TO(auto at_server, NetlinkSocket::open_in(server));
    NETIO_TRY_TO(auto at_client, NetlinkSocket::open_in(client));
    const EndAddresses ends = addresses_for(options.ipv6);
    if (auto set = configure_end(at_server, server_device, ends.server + ends.prefix_length, options.mtu); !set)
        return set;
    if (auto set = configure_end(at_client, client_device, ends.client + ends.prefix_length, options.mtu); !set)
        return set;
    if (auto ready = wait_until_ready(at_server, server_device); !ready)
        return ready;
    if (auto ready = wait_until_ready(at_client, client_device); !ready)
        return ready;
    return check_reachable(server, client, ends.server);
}

Result<void> prepare_loopback(const Namespace& both, const std::string& address, const LinkOptions& options) {
    NETIO_TRY_TO(auto socket, NetlinkSocket::open_in(both));
    NETIO_TRY_TO(auto device, find_device(socket, "lo"));
    if (auto set = set_mtu_if_asked(socket, device, options.mtu); !set)
        return set;
    if (auto ready = wait_until_ready(socket, "lo"); !ready)
        return ready;
    return check_reachable(both, both, address);
}

Result<LinkFacts> facts_of(const Namespace& server, const std::string& server_device, const Namespace& client,
                           const std::string& client_device) {
    NETIO_TRY_TO(auto at_server, device_facts(server, server_device));
    NETIO_TRY_TO(auto at_client, device_facts(client, client_device));
    return LinkFacts{std::move(at_server), std::move(at_client)};
}

} // namespace

Link::Link(std::unique_ptr<State> state) : state_(std::move(state)) {}
Link::Link(Link&&) noexcept = default;
Link& Link::operator=(Link&&) noexcept = default;
Link::~Link() = default;

Result<Link> Link::create(const LinkSpec& spec, const LinkOptions& options) {
    if (options.ipv6 && options.mtu != 0 && options.mtu < smallest_ipv6_mtu)
        return input_error("an MTU of " + std::to_string(options.mtu) + " bytes cannot carry IPv6",
                           "IPv6 needs at least " + std::to_string(smallest_ipv6_mtu), "choose a larger MTU, or IPv4");
    NETIO_TRY_TO(auto server, Namespace::create());
    auto state = std::make_unique<State>(State{spec, std::move(server), {}, {}, {}, {}});

    if (spec.kind == LinkKind::loopback) {
        state->address = options.ipv6 ? "::1" : "127.0.0.1";
        NETIO_TRY(prepare_loopback(state->server, state->address, options));
        NETIO_TRY_TO(auto facts, facts_of(state->server, "lo", state->server, "lo"));
        state->facts = std::move(facts);
        return Link(std::move(state));
    }

    NETIO_TRY_TO(auto client, Namespace::create());
    state->client.emplace(std::move(client));
    let_ports_be_used_again(*state->client);
    state->address = addresses_for(options.ipv6).server;
    std::string server_device = "server";
    std::string client_device = "client";
    if (spec.kind == LinkKind::devices) {
        server_device = spec.server_device;
        client_device = spec.client_device;
        NETIO_TRY_TO(auto borrowed, BorrowedDevices::take(server_device, state->server, client_device, *state->client));
        state->borrowed.emplace(std::move(borrowed));
    } else if (auto created = create_veth_pair(state->server, server_device, *state->client, client_device); !created) {
        return std::move(created).error();
    }
    NETIO_TRY(join_two(state->server, server_device, *state->client, client_device, options));
    NETIO_TRY_TO(auto facts, facts_of(state->server, server_device, *state->client, client_device));
    state->facts = std::move(facts);
    return Link(std::move(state));
}

const Namespace& Link::server_namespace() const { return state_->server; }
const Namespace& Link::client_namespace() const { return state_->client_end(); }
const std::string& Link::server_address() const { return state_->address; }
unsigned Link::mtu() const { return std::min(state_->facts.server.mtu, state_->facts.client.mtu); }
const LinkFacts& Link::facts() const { return state_->facts; }

std::string Link::description() const {
    std::string text = to_string(state_->spec);
    if (state_->spec.kind == LinkKind::devices && !state_->facts.server.driver.empty())
        text += " (" + state_->facts.server.driver + ")";
    return text + ", MTU " + std::to_string(mtu());
}

} // namespace netio::netns
