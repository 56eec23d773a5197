// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What tests do to a link in a guest: switches a device's offloads off, or listens on it as tcpdump does.
//
// usage: link_helper no-offload DEVICE
//        link_helper tap DEVICE     in the first other namespace of a process that has the device, until it is ended
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

namespace {

[[noreturn]] void fail(const std::string& what) {
    std::perror(("link_helper: " + what).c_str());
    std::exit(1);
}

void switch_off(int socket, const std::string& device, __u32 command) {
    ethtool_value value{.cmd = command, .data = 0};
    ifreq request{};
    device.copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_data = reinterpret_cast<char*>(&value);
    if (ioctl(socket, SIOCETHTOOL, &request) != 0)
        fail("offloads of " + device);
}

/// Without a checksum in the device there is no scatter-gather either: the kernel sees to that.
void switch_offloads_off(const std::string& device) {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        fail("socket");
    for (__u32 command : {__u32{ETHTOOL_STXCSUM}, __u32{ETHTOOL_SSG}})
        switch_off(socket, device, command);
}

/// The inode number of a network namespace; 0: cannot be read.
ino_t namespace_of(const std::string& file) {
    struct stat status {};
    return stat(file.c_str(), &status) == 0 ? status.st_ino : 0;
}

/// Enters the network namespace of a process that has the device, other than `home`; false: there is none.
bool enter_namespace_with(const std::string& device, ino_t home) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string file = entry.path() / "ns/net";
        const int space = namespace_of(file) == home ? -1 : open(file.c_str(), O_RDONLY | O_CLOEXEC);
        if (space < 0)
            continue;
        const bool entered = setns(space, CLONE_NEWNET) == 0;
        close(space);
        if (entered && if_nametoindex(device.c_str()) != 0)
            return true;
    }
    return false;
}

[[noreturn]] void listen_on(const std::string& device) {
    // Not where it is now, though it may be on its way there from the run before: a run takes it elsewhere, and a
    // packet socket does not go along.
    const ino_t home = namespace_of("/proc/self/ns/net");
    while (!enter_namespace_with(device, home))
        usleep(1000);
    const int socket = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(if_nametoindex(device.c_str()));
    if (socket < 0 || bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
        fail("packet socket on " + device);
    std::printf("listening on %s\n", device.c_str());
    std::fflush(stdout);
    std::array<char, 65536> packet{};
    while (read(socket, packet.data(), packet.size()) >= 0 || errno == EINTR || errno == ENETDOWN) {
    }
    fail("reading packets of " + device);
}

} // namespace

int main(int count, char** words) {
    if (count == 3 && words[1] == std::string_view("no-offload"))
        switch_offloads_off(words[2]);
    else if (count == 3 && words[1] == std::string_view("tap"))
        listen_on(words[2]);
    else
        return 2;
    return 0;
}
