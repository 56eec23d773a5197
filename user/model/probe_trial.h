// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>

namespace netio {

/// What a BPF program that somebody else wrote counted while this process received a known number of bytes over TCP.
struct ProbeTrial {
    std::uint64_t moved = 0;   ///< bytes that this process received meanwhile
    std::uint64_t counted = 0; ///< bytes that the program counted for it
};

} // namespace netio
