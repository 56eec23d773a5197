// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/run_result.h"
#include "netns/namespace.h"
#include "netns/netlink.h"

namespace netio::netns {

constexpr unsigned smallest_ipv6_mtu = 1280; ///< bytes (RFC 8200, section 5)

/// A network device as the kernel describes it, in the namespace of the socket that was asked.
struct Device {
    int index = 0;
    std::string name;
    unsigned mtu = 0; ///< bytes
    bool up = false;
    bool carrier = false;         ///< the far end is there
    bool operational = false;     ///< operational state "up", or "unknown" from a driver that does not say
    int master = 0;               ///< index of the bridge or bond that it belongs to; 0: none
    std::string hardware_address; ///< printable; distinguishes two devices of the same name
};

/// ENODEV becomes an input error that names the device.
[[nodiscard]] Result<Device> find_device(const NetlinkSocket& socket, const std::string& name);

[[nodiscard]] Result<void> set_up(const NetlinkSocket& socket, int index, const std::string& name, bool up);
[[nodiscard]] Result<void> set_mtu(const NetlinkSocket& socket, int index, const std::string& name, unsigned mtu);
/// Moves a device into another namespace, where it arrives down, without addresses, and with the same name.
[[nodiscard]] Result<void> move_device(const NetlinkSocket& socket, int index, const std::string& name,
                                       const Namespace& target);

/// Adds an address with its prefix length, for instance "192.0.2.1/24". IPv6 addresses skip duplicate detection: on a
/// link that only these two ends share there is nobody to ask, and it takes a second or more.
[[nodiscard]] Result<void> add_address(const NetlinkSocket& socket, int index, const std::string& name,
                                       const std::string& address);

/// The addresses of a device that an administrator gave it: every IPv4 address, and the IPv6 addresses of global scope
/// (link-local ones come back by themselves).
[[nodiscard]] Result<std::vector<AddressObject>> addresses_of(const NetlinkSocket& socket, int index);
/// Gives the device an address that addresses_of() returned. Success when it has it already.
[[nodiscard]] Result<void> restore_address(const NetlinkSocket& socket, int index, const std::string& name,
                                           rtnl_addr* address);

/// Waits until the device is up, has a carrier and is operational, and none of its addresses is tentative.
[[nodiscard]] Result<void> wait_until_ready(const NetlinkSocket& socket, const std::string& name);

/// Creates two virtual Ethernet devices that are each other's far end, each directly in its own namespace: neither is
/// ever seen anywhere else, so that nothing can be left behind. They go away with either namespace.
[[nodiscard]] Result<void> create_veth_pair(const Namespace& first, const std::string& first_name,
                                            const Namespace& second, const std::string& second_name);

/// Asks through ethtool's ioctls. A question that the device does not answer leaves its field empty.
[[nodiscard]] Result<DeviceFacts> device_facts(const Namespace& where, const std::string& name);

} // namespace netio::netns
