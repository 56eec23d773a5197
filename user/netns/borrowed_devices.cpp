// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/borrowed_devices.h"

#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "base/log.h"
#include "netns/device.h"
#include "netns/guardian.h"
#include "netns/netlink.h"
#include "netns/routes.h"

namespace netio::netns {
namespace {

/// A device as it was, and the namespace that it is moved to.
struct Loan {
    Device device;
    std::vector<AddressObject> addresses;
    std::vector<RouteObject> routes;
    const Namespace* borrower = nullptr;
};

std::string name_of_index(const NetlinkSocket& socket, int index) {
    rtnl_link* raw = nullptr;
    if (rtnl_link_get_kernel(socket.get(), index, nullptr, &raw) < 0)
        return "number " + std::to_string(index);
    const LinkObject link(raw);
    return rtnl_link_get_name(raw);
}

/// Every namespace has a loopback device of its own, and some have fallback tunnels. Such devices cannot leave theirs,
/// and must not be taken for the borrowed one on the way back.
Result<void> refuse_if_there_is_one(const Namespace& borrower, const std::string& name) {
    NETIO_TRY_TO(auto socket, NetlinkSocket::open_in(borrower));
    if (find_device(socket, name)) {
        Error error = input_error("cannot borrow device " + name, "it belongs to its namespace and cannot be moved",
                                  "choose another device");
        return name == "lo" ? std::move(error).or_choose({Choice::loopback_link}) : std::move(error);
    }
    return {};
}

Result<Loan> record(const NetlinkSocket& lender, const std::string& name, const Namespace& borrower) {
    NETIO_TRY_TO(auto device, find_device(lender, name));
    NETIO_TRY(refuse_if_there_is_one(borrower, name));
    if (device.master != 0)
        return input_error("device " + name + " is in use", "it is part of " + name_of_index(lender, device.master),
                           "ip link set " + name + " nomaster takes it out; or choose another device");
    NETIO_TRY_TO(auto routed, carries_default_route(lender, device.index));
    if (routed)
        return input_error("device " + name + " is in use",
                           "it carries a default route: without it this machine may be unreachable",
                           "choose another device, or remove the route first");
    NETIO_TRY_TO(auto addresses, addresses_of(lender, device.index));
    NETIO_TRY_TO(auto routes, routes_of(lender, device.index));
    return Loan{std::move(device), std::move(addresses), std::move(routes), &borrower};
}

/// Moves the device home if it is away, and makes it what it was. Safe to repeat from any point at which an earlier
/// attempt stopped.
Result<void> return_device(const Loan& loan, const Namespace& home, const NetlinkSocket& at_home) {
    const std::string& name = loan.device.name;
    NETIO_TRY_TO(auto away, NetlinkSocket::open_in(*loan.borrower));
    if (const auto device = find_device(away, name); device.ok())
        if (auto moved = move_device(away, device->index, name, home); !moved)
            return moved;
    NETIO_TRY_TO(auto device, find_device(at_home, name));
    if (device.hardware_address != loan.device.hardware_address)
        return Error{"device " + name + " is gone", "another device has its name", {}};
    if (device.mtu != loan.device.mtu)
        if (auto set = set_mtu(at_home, device.index, name, loan.device.mtu); !set)
            return set;
    if (device.up != loan.device.up)
        if (auto set = set_up(at_home, device.index, name, loan.device.up); !set)
            return set;
    // After set_up(): a device that goes down loses its IPv6 addresses.
    for (const AddressObject& address : loan.addresses)
        if (auto restored = restore_address(at_home, device.index, name, address.get()); !restored)
            return restored;
    return {};
}

/// Tries each device whatever becomes of the others; the first failure is the answer.
Result<void> return_all(const std::vector<Loan>& loans, const Namespace& home) {
    NETIO_TRY_TO(auto at_home, NetlinkSocket::open_in(home));
    Result<void> outcome;
    const auto note = [&outcome](Result<void> done) {
        if (!done && outcome.ok())
            outcome = std::move(done);
    };
    for (const Loan& loan : loans)
        note(return_device(loan, home, at_home));
    // When all are home: a route may have hops by both.
    std::vector<std::pair<int, int>> indices;
    for (const Loan& loan : loans)
        if (const auto device = find_device(at_home, loan.device.name); device.ok())
            indices.emplace_back(loan.device.index, device->index);
    for (const Loan& loan : loans)
        for (const RouteObject& route : loan.routes)
            note(restore_route(at_home, indices, loan.device.name, route.get()));
    return outcome;
}

void return_all_as_guardian(const std::vector<Loan>& loans, const Namespace& home) {
    if (const auto returned = return_all(loans, home); !returned) {
        openlog("netio-trace", LOG_PID, LOG_DAEMON);
        syslog(LOG_ERR, "cannot return a device: %s", returned.error().message().c_str());
    }
}

} // namespace

struct BorrowedDevices::State {
    Namespace home;
    std::vector<Loan> loans;
    pid_t owner = ::getpid();
    std::optional<Guardian> guardian;

    Result<void> give_back() {
        if (!guardian || ::getpid() != owner)
            return {};
        auto returned = return_all(loans, home);
        guardian->dismiss();
        guardian.reset();
        return returned;
    }
};

BorrowedDevices::BorrowedDevices(std::unique_ptr<State> state) : state_(std::move(state)) {}
BorrowedDevices::BorrowedDevices(BorrowedDevices&&) noexcept = default;

BorrowedDevices::~BorrowedDevices() {
    try {
        if (const auto returned = give_back(); !returned)
            spdlog::error("cannot return a device: {}", returned.error().message());
    } catch (...) { // out of memory: the guardian, not dismissed, does it when state_ is destroyed
    }
}

Result<void> BorrowedDevices::give_back() {
    if (!state_)
        return {};
    return state_->give_back();
}

Result<BorrowedDevices> BorrowedDevices::take(const std::string& server_device, const Namespace& server,
                                              const std::string& client_device, const Namespace& client) {
    if (server_device == client_device)
        return input_error("the link needs two devices", server_device + " is named for both ends",
                           "name two, as in dev:eth1,eth2");
    NETIO_TRY_TO(auto home, Namespace::current());
    NETIO_TRY_TO(auto at_home, NetlinkSocket::open_in(home));
    auto state = std::make_unique<State>(State{std::move(home), {}, ::getpid(), {}});
    for (const auto& [name, borrower] : {std::pair(&server_device, &server), std::pair(&client_device, &client)}) {
        NETIO_TRY_TO(auto loan, record(at_home, *name, *borrower));
        state->loans.push_back(std::move(loan));
    }

    // Before the first device moves: a kill must find the guardian at its post.
    auto guardian = Guardian::start({state->home.fd(), server.fd(), client.fd()},
                                    [&] { return_all_as_guardian(state->loans, state->home); });
    if (!guardian)
        return std::move(guardian).error();
    state->guardian.emplace(std::move(guardian).value());

    for (const Loan& loan : state->loans) {
        auto moved = move_device(at_home, loan.device.index, loan.device.name, *loan.borrower);
        if (moved)
            continue;
        if (const auto returned = state->give_back(); !returned)
            spdlog::error("cannot return a device: {}", returned.error().message());
        return std::move(moved).error();
    }
    return BorrowedDevices(std::move(state));
}

} // namespace netio::netns
