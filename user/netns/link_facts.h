// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "netns/namespace.h"

namespace netio::netns {

/// What a device says of itself that decides whether a zero-copy send can stay one. A frame whose pages the user still
/// owns reaches the wire uncopied only if the device gathers fragments and computes the checksum by itself; otherwise
/// validate_xmit_skb() (net/core/dev.c) makes the frame linear first, which is a copy.
struct DeviceFacts {
    std::string name;
    std::string driver; ///< empty when the device does not say (loopback)
    unsigned mtu = 0;   ///< bytes
    std::optional<bool> scatter_gather;
    std::optional<bool> transmit_checksum;
    std::optional<bool> segmentation; ///< TCP segmentation in the device or, for virtual ones, never (TSO)
};

/// Both ends of a link; on loopback both are the same device.
struct LinkFacts {
    DeviceFacts server;
    DeviceFacts client;
};

/// Asks through ethtool's ioctls. A question that the device does not answer leaves its field empty.
[[nodiscard]] Result<DeviceFacts> device_facts(const Namespace& where, const std::string& name);

} // namespace netio::netns
