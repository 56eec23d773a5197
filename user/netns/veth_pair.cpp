// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/veth_pair.h"

#include <netlink/route/link/veth.h>

#include <cerrno>

#include "netns/netlink.h"

namespace netio::netns {

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

} // namespace netio::netns
