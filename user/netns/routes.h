// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <netlink/route/route.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "netns/netlink.h"

namespace netio::netns {

using RouteObject = std::unique_ptr<rtnl_route, Releaser<rtnl_route_put>>;

/// Whether a route to everywhere (of any table) leaves by the device.
[[nodiscard]] Result<bool> carries_default_route(const NetlinkSocket& socket, int index);

/// The routes by the device that somebody added, of all tables, those without a gateway first: the kernel takes a
/// gateway only when it knows a way to it. Those that follow from addresses (RTPROT_KERNEL) or come from router
/// advertisements return by themselves.
[[nodiscard]] Result<std::vector<RouteObject>> routes_of(const NetlinkSocket& socket, int index);

/// Gives back a route of routes_of(). `indices`: of each device that was away, its number before and now. Success when
/// the route is there already.
[[nodiscard]] Result<void> restore_route(const NetlinkSocket& socket, std::span<const std::pair<int, int>> indices,
                                         const std::string& name, rtnl_route* route);

} // namespace netio::netns
