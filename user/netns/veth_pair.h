// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"
#include "netns/namespace.h"

namespace netio::netns {

/// Creates two virtual Ethernet devices that are each other's far end, each directly in its own namespace: neither is
/// ever seen anywhere else, so that nothing can be left behind. They go away with either namespace.
[[nodiscard]] Result<void> create_veth_pair(const Namespace& first, const std::string& first_name,
                                            const Namespace& second, const std::string& second_name);

} // namespace netio::netns
