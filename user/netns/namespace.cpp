// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/namespace.h"

#include <fcntl.h>
#include <sched.h>

#include <cerrno>

#include "netns/device.h"
#include "netns/in_namespace.h"
#include "netns/netlink.h"

namespace netio::netns {
namespace {

constexpr const char* this_thread_namespace = "/proc/thread-self/ns/net";

Error creation_error(int error) {
    switch (error) {
    case EPERM:
        return system_error("cannot create a network namespace", error, "run as root").or_choose({Choice::no_tracing});
    case ENOSPC:
        return system_error("cannot create a network namespace", error,
                            "raise the limit: sysctl user.max_net_namespaces");
    case EINVAL:
        return system_error("cannot create a network namespace", error, "use a kernel with CONFIG_NET_NS");
    default:
        return system_error("cannot create a network namespace", error);
    }
}

Result<UniqueFd> open_this_threads_namespace() {
    UniqueFd fd(::open(this_thread_namespace, O_RDONLY | O_CLOEXEC));
    if (!fd)
        return system_error(std::string("cannot open ") + this_thread_namespace, errno,
                            errno == ENOENT ? "mount /proc" : "");
    return fd;
}

} // namespace

Result<Namespace> Namespace::create() {
    auto created = in_helper_thread([]() -> Result<UniqueFd> {
        if (::unshare(CLONE_NEWNET) != 0)
            return creation_error(errno);
        return open_this_threads_namespace();
    });
    if (!created)
        return std::move(created).error();
    Namespace result(std::move(created).value());

    NETIO_TRY_TO(auto socket, NetlinkSocket::open_in(result));
    NETIO_TRY_TO(auto loopback, find_device(socket, "lo"));
    NETIO_TRY(set_up(socket, loopback.index, "lo", true));
    return result;
}

Result<Namespace> Namespace::current() {
    NETIO_TRY_TO(auto fd, open_this_threads_namespace());
    return Namespace(std::move(fd));
}

Result<void> Namespace::enter() const {
    if (::setns(fd_.get(), CLONE_NEWNET) != 0)
        return system_error("cannot enter a network namespace", errno, errno == EPERM ? "run as root" : "");
    return {};
}

} // namespace netio::netns
