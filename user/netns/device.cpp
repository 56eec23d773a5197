// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/device.h"

#include <netlink/errno.h>
#include <netlink/route/link/veth.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "netns/in_namespace.h"
#include "netns/netlink.h"

namespace netio::netns {
namespace {

using namespace std::chrono_literals;

/// An Ethernet link takes up to some 4 s to agree on its speed, and a switch port may take a few more.
constexpr auto longest_settling = 15s;

LinkObject link_with_index(int index) {
    LinkObject link(rtnl_link_alloc());
    if (link)
        rtnl_link_set_ifindex(link.get(), index);
    return link;
}

Error out_of_memory() { return Error{"cannot describe a network device", "out of memory", {}}; }

/// Asks the kernel to change the device `index` as `change` says.
Result<void> apply(const NetlinkSocket& socket, int index, rtnl_link* change, const std::string& what,
                   const std::string& hint) {
    const LinkObject device = link_with_index(index);
    if (!device)
        return out_of_memory();
    socket.forget_answer();
    if (const int code = rtnl_link_change(socket.get(), device.get(), change, 0); code < 0)
        return socket.failure(what, code,
                              socket.last_errno() == EPERM ? "run as root (CAP_NET_ADMIN is missing)" : hint);
    return {};
}

Result<ObjectCache> address_cache(const NetlinkSocket& socket) {
    nl_cache* cache = nullptr;
    socket.forget_answer();
    if (const int code = rtnl_addr_alloc_cache(socket.get(), &cache); code < 0)
        return socket.failure("cannot list addresses", code);
    return ObjectCache(cache);
}

template <class Visit>
Result<void> for_each_address(const NetlinkSocket& socket, int index, Visit&& visit) {
    NETIO_TRY_TO(auto cache, address_cache(socket));
    for (nl_object* object = nl_cache_get_first(cache.get()); object != nullptr; object = nl_cache_get_next(object)) {
        auto* address = reinterpret_cast<rtnl_addr*>(object);
        if (rtnl_addr_get_ifindex(address) == index)
            visit(address);
    }
    return {};
}

Result<bool> has_tentative_address(const NetlinkSocket& socket, int index) {
    bool tentative = false;
    auto listed = for_each_address(socket, index, [&](rtnl_addr* address) {
        // The link-local address does go through duplicate detection, and nothing here uses it.
        if (rtnl_addr_get_scope(address) != RT_SCOPE_LINK && (rtnl_addr_get_flags(address) & IFA_F_TENTATIVE) != 0)
            tentative = true;
    });
    if (!listed)
        return std::move(listed).error();
    return tentative;
}

ifreq request_for(const std::string& name) {
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    return request;
}

std::optional<bool> feature(int socket, const std::string& name, unsigned command) {
    ethtool_value value{command, 0};
    ifreq request = request_for(name);
    request.ifr_data = &value;
    if (::ioctl(socket, SIOCETHTOOL, &request) != 0)
        return std::nullopt;
    return value.data != 0;
}

std::string driver(int socket, const std::string& name) {
    ethtool_drvinfo info{};
    info.cmd = ETHTOOL_GDRVINFO;
    ifreq request = request_for(name);
    request.ifr_data = reinterpret_cast<char*>(&info);
    if (::ioctl(socket, SIOCETHTOOL, &request) != 0)
        return {};
    return {info.driver, strnlen(info.driver, sizeof info.driver)};
}

} // namespace

Result<Device> find_device(const NetlinkSocket& socket, const std::string& name) {
    if (name.empty() || name.size() >= IFNAMSIZ)
        return input_error("no network device \"" + name + "\"", "a device's name has 1 to 15 characters",
                           "ip link lists the devices");
    rtnl_link* raw = nullptr;
    socket.forget_answer();
    if (const int code = rtnl_link_get_kernel(socket.get(), 0, name.c_str(), &raw); code < 0) {
        if (socket.last_errno() == ENODEV || code == -NLE_NODEV || code == -NLE_OBJ_NOTFOUND)
            return input_error("no network device \"" + name + "\"", "this namespace has no such device",
                               "ip link lists the devices");
        return socket.failure("cannot look up network device " + name, code);
    }
    const LinkObject link(raw);
    const int operational = rtnl_link_get_operstate(raw);
    Device device;
    device.index = rtnl_link_get_ifindex(raw);
    device.name = name;
    device.mtu = rtnl_link_get_mtu(raw);
    device.up = (rtnl_link_get_flags(raw) & IFF_UP) != 0;
    device.carrier = rtnl_link_get_carrier(raw) != 0;
    device.operational = operational == IF_OPER_UP || operational == IF_OPER_UNKNOWN;
    device.master = rtnl_link_get_master(raw);
    if (nl_addr* hardware = rtnl_link_get_addr(raw); hardware != nullptr) {
        char text[64];
        device.hardware_address = nl_addr2str(hardware, text, sizeof text);
    }
    return device;
}

Result<void> set_up(const NetlinkSocket& socket, int index, const std::string& name, bool up) {
    const LinkObject change(rtnl_link_alloc());
    if (!change)
        return out_of_memory();
    if (up)
        rtnl_link_set_flags(change.get(), IFF_UP);
    else
        rtnl_link_unset_flags(change.get(), IFF_UP);
    return apply(socket, index, change.get(), "cannot set " + name + (up ? " up" : " down"), "");
}

Result<void> set_mtu(const NetlinkSocket& socket, int index, const std::string& name, unsigned mtu) {
    const LinkObject change(rtnl_link_alloc());
    if (!change)
        return out_of_memory();
    rtnl_link_set_mtu(change.get(), mtu);
    auto applied =
        apply(socket, index, change.get(), "cannot set the MTU of " + name + " to " + std::to_string(mtu) + " bytes",
              "choose an MTU that the device supports: ip -d link shows minmtu and maxmtu");
    if (!applied && socket.last_errno() == EINVAL)
        applied.error().exit_code = ExitCode::bad_input;
    return applied;
}

Result<void> move_device(const NetlinkSocket& socket, int index, const std::string& name, const Namespace& target) {
    const LinkObject change(rtnl_link_alloc());
    if (!change)
        return out_of_memory();
    rtnl_link_set_ns_fd(change.get(), target.fd());
    auto applied = apply(socket, index, change.get(), "cannot move " + name + " into another namespace", "");
    if (applied)
        return applied;
    if (socket.last_errno() == EINVAL)
        applied.error().hint = "devices such as lo, bridges and some tunnels cannot leave their namespace";
    if (socket.last_errno() == EEXIST)
        applied.error().hint = "a device there has this name: rename one with ip link set NAME name NEW";
    return applied;
}

Result<void> add_address(const NetlinkSocket& socket, int index, const std::string& name, const std::string& address) {
    nl_addr* raw_bytes = nullptr;
    if (const int code = nl_addr_parse(address.c_str(), AF_UNSPEC, &raw_bytes); code < 0)
        return Error{"invalid address " + address, nl_geterror(code), {}};
    const AddressBytes bytes(raw_bytes);
    const AddressObject request(rtnl_addr_alloc());
    if (!request)
        return out_of_memory();
    rtnl_addr_set_ifindex(request.get(), index);
    rtnl_addr_set_local(request.get(), bytes.get());
    const bool ipv6 = nl_addr_get_family(bytes.get()) == AF_INET6;
    if (ipv6)
        rtnl_addr_set_flags(request.get(), IFA_F_NODAD);
    socket.forget_answer();
    const int code = rtnl_addr_add(socket.get(), request.get(), 0);
    if (code >= 0 || socket.last_errno() == EEXIST)
        return {};
    return socket.failure("cannot give " + name + " the address " + address, code,
                          ipv6 ? "IPv6 needs an MTU of at least " + std::to_string(smallest_ipv6_mtu) +
                                     " bytes and a kernel that was not started with ipv6.disable=1"
                               : "");
}

Result<std::vector<AddressObject>> addresses_of(const NetlinkSocket& socket, int index) {
    std::vector<AddressObject> found;
    auto listed = for_each_address(socket, index, [&](rtnl_addr* address) {
        if (rtnl_addr_get_family(address) == AF_INET ||
            (rtnl_addr_get_family(address) == AF_INET6 && rtnl_addr_get_scope(address) == RT_SCOPE_UNIVERSE)) {
            nl_object* copy = nl_object_clone(reinterpret_cast<nl_object*>(address));
            found.emplace_back(reinterpret_cast<rtnl_addr*>(copy));
        }
    });
    if (!listed)
        return std::move(listed).error();
    return found;
}

Result<void> restore_address(const NetlinkSocket& socket, int index, const std::string& name, rtnl_addr* address) {
    rtnl_addr_set_ifindex(address, index);
    // What the kernel says of an address's state, as opposed to what somebody asked for when it was added.
    rtnl_addr_unset_flags(address, IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_DEPRECATED | IFA_F_PERMANENT);
    socket.forget_answer();
    const int code = rtnl_addr_add(socket.get(), address, 0);
    if (code >= 0 || socket.last_errno() == EEXIST)
        return {};
    char text[128];
    return socket.failure("cannot return the address of " + name + ", " +
                              nl_addr2str(rtnl_addr_get_local(address), text, sizeof text),
                          code);
}

Result<void> wait_until_ready(const NetlinkSocket& socket, const std::string& name) {
    const auto deadline = std::chrono::steady_clock::now() + longest_settling;
    for (auto pause = 1ms;; pause = std::min(pause * 2, 50ms)) {
        NETIO_TRY_TO(auto device, find_device(socket, name));
        NETIO_TRY_TO(auto tentative, has_tentative_address(socket, device.index));
        const bool ready = device.up && device.carrier && device.operational;
        if (ready && !tentative)
            return {};
        if (std::chrono::steady_clock::now() > deadline) {
            const std::string waited = " after " + std::to_string(longest_settling.count()) + " s";
            if (!device.carrier)
                return Error{"device " + name + " has no carrier" + waited, "nothing is connected",
                             "check the cable and the port at its other end"};
            if (!ready)
                return Error{"device " + name + " is not operational" + waited, "", "ip link shows its state"};
            return Error{"an IPv6 address of " + name + " is tentative" + waited,
                         "duplicate address detection has not ended", "ip addr show tells more; IPv4 does not need it"};
        }
        std::this_thread::sleep_for(pause);
    }
}

Result<void> create_veth_pair(const Namespace& first, const std::string& first_name, const Namespace& second,
                              const std::string& second_name) {
    NETIO_TRY_TO(auto socket, NetlinkSocket::open_in(first));
    const std::unique_ptr<rtnl_link, Releaser<rtnl_link_veth_release>> pair(rtnl_link_veth_alloc());
    if (!pair)
        return Error{"cannot create a veth pair", "out of memory", {}};
    const LinkObject peer(rtnl_link_veth_get_peer(pair.get())); // a reference of its own
    rtnl_link_set_name(pair.get(), first_name.c_str());
    rtnl_link_set_name(peer.get(), second_name.c_str());
    rtnl_link_set_ns_fd(peer.get(), second.fd());
    socket.forget_answer();
    if (const int code = rtnl_link_add(socket.get(), pair.get(), NLM_F_CREATE | NLM_F_EXCL); code < 0) {
        const int error = socket.last_errno();
        return socket.failure("cannot create a veth pair", code,
                              error == EOPNOTSUPP ? "load the kernel module veth: modprobe veth"
                              : error == EPERM    ? "run as root"
                                                  : "");
    }
    return {};
}

Result<DeviceFacts> device_facts(const Namespace& where, const std::string& name) {
    return in_namespace(where, [&]() -> Result<DeviceFacts> {
        const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        if (!socket)
            return system_error("cannot read the features of " + name, errno);
        ifreq request = request_for(name);
        if (::ioctl(socket.get(), SIOCGIFMTU, &request) != 0)
            return system_error("cannot read the MTU of " + name, errno);
        DeviceFacts facts;
        facts.name = name;
        facts.mtu = static_cast<unsigned>(request.ifr_mtu);
        facts.driver = driver(socket.get(), name);
        facts.scatter_gather = feature(socket.get(), name, ETHTOOL_GSG);
        facts.transmit_checksum = feature(socket.get(), name, ETHTOOL_GTXCSUM);
        facts.segmentation = feature(socket.get(), name, ETHTOOL_GTSO);
        facts.generic_segmentation = feature(socket.get(), name, ETHTOOL_GGSO);
        facts.receive_offload = feature(socket.get(), name, ETHTOOL_GGRO);
        return facts;
    });
}

} // namespace netio::netns
