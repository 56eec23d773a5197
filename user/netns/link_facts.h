// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"
#include "model/run_result.h"
#include "netns/namespace.h"

namespace netio::netns {

/// Asks through ethtool's ioctls. A question that the device does not answer leaves its field empty.
[[nodiscard]] Result<DeviceFacts> device_facts(const Namespace& where, const std::string& name);

} // namespace netio::netns
