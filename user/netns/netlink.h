// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <netlink/addr.h>
#include <netlink/cache.h>
#include <netlink/netlink.h>
#include <netlink/object.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "netns/namespace.h"

namespace netio::netns {

/// Calls libnl's function for giving an object up.
template <auto Release>
struct Releaser {
    template <class Object>
    void operator()(Object* object) const {
        Release(object);
    }
};

using LinkObject = std::unique_ptr<rtnl_link, Releaser<rtnl_link_put>>;
using AddressObject = std::unique_ptr<rtnl_addr, Releaser<rtnl_addr_put>>;
using AddressBytes = std::unique_ptr<nl_addr, Releaser<nl_addr_put>>;
using ObjectCache = std::unique_ptr<nl_cache, Releaser<nl_cache_free>>;

/// An rtnetlink socket. A socket belongs for ever to the network namespace in which it was opened, whichever thread
/// uses it, so one of these is a handle on the devices of that namespace. It also keeps the namespace alive.
class NetlinkSocket {
  public:
    static Result<NetlinkSocket> open_in(const Namespace& target);

    [[nodiscard]] nl_sock* get() const { return socket_.get(); }

    /// The Error for a request that libnl answered with `code` (negative): the kernel's errno and, where it sent one,
    /// its own sentence (NETLINK_EXT_ACK), for instance "mtu greater than device maximum".
    [[nodiscard]] Error failure(std::string what, int code, std::string hint = {}) const;

    /// The errno of the last refused request; 0 when the request failed before the kernel answered.
    [[nodiscard]] int last_errno() const { return answer_->error; }
    /// To be called before a request, so that last_errno() and failure() speak of that request alone.
    void forget_answer() const { *answer_ = {}; }

    /// What the kernel said when it refused a request.
    struct Reply {
        int error = 0;
        std::string sentence;
    };

  private:
    using Socket = std::unique_ptr<nl_sock, Releaser<nl_socket_free>>;
    explicit NetlinkSocket(Socket socket);

    Socket socket_;
    std::unique_ptr<Reply> answer_; ///< libnl's callback writes into it, so its address must not change
};

} // namespace netio::netns
