// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/routes.h"

#include <linux/rtnetlink.h>
#include <netlink/route/nexthop.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace netio::netns {
namespace {

std::vector<rtnl_nexthop*> hops_of(rtnl_route* route) {
    std::vector<rtnl_nexthop*> hops;
    for (int i = 0; i < rtnl_route_get_nnexthops(route); ++i)
        hops.push_back(rtnl_route_nexthop_n(route, i));
    return hops;
}

bool leaves_by(rtnl_route* route, int index) {
    const auto hops = hops_of(route);
    return std::ranges::any_of(hops, [&](rtnl_nexthop* hop) { return rtnl_route_nh_get_ifindex(hop) == index; });
}

bool is_default(rtnl_route* route) {
    nl_addr* destination = rtnl_route_get_dst(route);
    return destination == nullptr || nl_addr_get_prefixlen(destination) == 0;
}

bool was_added(rtnl_route* route) {
    const int protocol = rtnl_route_get_protocol(route);
    return protocol != RTPROT_KERNEL && protocol != RTPROT_RA && protocol != RTPROT_REDIRECT &&
           rtnl_route_get_table(route) != RT_TABLE_LOCAL && (rtnl_route_get_flags(route) & RTM_F_CLONED) == 0;
}

bool has_gateway(const RouteObject& route) {
    const auto hops = hops_of(route.get());
    return std::ranges::any_of(hops, [](rtnl_nexthop* hop) {
        return rtnl_route_nh_get_gateway(hop) != nullptr || rtnl_route_nh_get_via(hop) != nullptr;
    });
}

/// Calls `take` with each route that leaves by the device.
template <class Take>
Result<void> for_each_route(const NetlinkSocket& socket, int index, Take take) {
    nl_cache* raw = nullptr;
    socket.forget_answer();
    if (const int code = rtnl_route_alloc_cache(socket.get(), AF_UNSPEC, 0, &raw); code < 0)
        return socket.failure("cannot list routes", code);
    const ObjectCache cache(raw);
    for (nl_object* object = nl_cache_get_first(raw); object != nullptr; object = nl_cache_get_next(object))
        if (auto* route = reinterpret_cast<rtnl_route*>(object); leaves_by(route, index))
            take(route);
    return {};
}

} // namespace

Result<bool> carries_default_route(const NetlinkSocket& socket, int index) {
    bool found = false;
    NETIO_TRY(for_each_route(socket, index, [&](rtnl_route* route) { found |= is_default(route); }));
    return found;
}

Result<std::vector<RouteObject>> routes_of(const NetlinkSocket& socket, int index) {
    std::vector<RouteObject> routes;
    NETIO_TRY(for_each_route(socket, index, [&](rtnl_route* route) {
        if (was_added(route))
            routes.emplace_back(reinterpret_cast<rtnl_route*>(nl_object_clone(reinterpret_cast<nl_object*>(route))));
    }));
    std::ranges::stable_partition(routes, [](const RouteObject& route) { return !has_gateway(route); });
    return routes;
}

Result<void> restore_route(const NetlinkSocket& socket, std::span<const std::pair<int, int>> indices,
                           const std::string& name, rtnl_route* route) {
    constexpr unsigned state = RTNH_F_DEAD | RTNH_F_LINKDOWN; // said by the kernel, and not taken back from others
    const auto hops = hops_of(route);
    for (rtnl_nexthop* hop : hops) {
        for (const auto& [before, now] : indices)
            if (rtnl_route_nh_get_ifindex(hop) == before) {
                rtnl_route_nh_set_ifindex(hop, now);
                break;
            }
        rtnl_route_nh_unset_flags(hop, state);
    }
    rtnl_route_unset_flags(route, state);
    // Of a route with several hops, those by other devices have stayed.
    const int flags = hops.size() > 1 ? NLM_F_REPLACE : NLM_F_EXCL;
    socket.forget_answer();
    const int code = rtnl_route_add(socket.get(), route, flags);
    if (code >= 0 || socket.last_errno() == EEXIST)
        return {};
    std::array<char, 128> text{};
    return socket.failure("cannot return a route by " + name + ", to " +
                              nl_addr2str(rtnl_route_get_dst(route), text.data(), text.size()),
                          code);
}

} // namespace netio::netns
