// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/link_facts.h"

#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "netns/in_namespace.h"

namespace netio::netns {
namespace {

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

Result<DeviceFacts> device_facts(const Namespace& where, const std::string& name) {
    return in_namespace(where, [&]() -> Result<DeviceFacts> {
        const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        if (!socket)
            return system_error("cannot ask " + name + " for its features", errno);
        ifreq request = request_for(name);
        if (::ioctl(socket.get(), SIOCGIFMTU, &request) != 0)
            return system_error("cannot ask " + name + " for its MTU", errno);
        DeviceFacts facts;
        facts.name = name;
        facts.mtu = static_cast<unsigned>(request.ifr_mtu);
        facts.driver = driver(socket.get(), name);
        facts.scatter_gather = feature(socket.get(), name, ETHTOOL_GSG);
        facts.transmit_checksum = feature(socket.get(), name, ETHTOOL_GTXCSUM);
        facts.segmentation = feature(socket.get(), name, ETHTOOL_GTSO);
        return facts;
    });
}

} // namespace netio::netns
