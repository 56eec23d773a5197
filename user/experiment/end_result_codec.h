// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "experiment/control_channel.h"

namespace netio::experiment {

/// CBOR (RFC 8949) of a message between two processes of the same program; not a file format.
[[nodiscard]] std::vector<std::uint8_t> encode(const ControlMessage& message);
[[nodiscard]] Result<ControlMessage> decode(std::span<const std::uint8_t> packet);

} // namespace netio::experiment
