// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"
#include "netns/namespace.h"

namespace netio::netns {

/// Makes one TCP connection from `client` to `address` in `server`, at a port that the kernel chooses, and closes it.
/// Devices that are up and have a carrier need not be joined to each other; this tells. It also resolves the
/// neighbours, so that the first measured connection does not pay for it. Waits at most 5 s.
[[nodiscard]] Result<void> check_reachable(const Namespace& server, const Namespace& client,
                                           const std::string& address);

} // namespace netio::netns
