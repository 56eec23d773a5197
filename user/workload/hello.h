// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "workload/options.h"

namespace netio::workload {

/// The first bytes on every connection, from client to server: what both ends must agree on. There is no answer to it,
/// so that nothing but payload ever travels from server to client; a server that does not agree closes the connection,
/// and what is no server of ours is known by its first message, which always has its pattern.
struct Hello {
    std::uint64_t field_size = 0;
    Pattern pattern = Pattern::rr;
    bool verify = false;
    std::uint32_t warmup_messages = 0;
    std::uint32_t connection = 0; ///< number of the connection at the client, from 0

    bool operator==(const Hello&) const = default;
};

/// On the wire: magic (8 bytes), version (4), pattern (1), verify (1), zero (2), field size (8), warm-up messages (4),
/// connection (4); integers little-endian.
inline constexpr std::size_t hello_size = 32;
inline constexpr std::uint32_t hello_version = 2;
using HelloBytes = std::array<std::byte, hello_size>;

/// In the stream pattern the client sends this one byte when it is past its barrier; the server waits for it after the
/// warm-up, so that no measured message is on its way before the measured part begins.
inline constexpr std::byte go_byte{0x47};

/// The client's last byte, in the place of a request or of the go byte or in mid-stream: without it, the end of the
/// connection means that the client was killed or cut off.
inline constexpr std::byte goodbye_byte{0x42};

[[nodiscard]] HelloBytes encode(const Hello& hello);

/// Fails when the bytes do not come from a client of this version.
[[nodiscard]] Result<Hello> decode_hello(std::span<const std::byte, hello_size> bytes);

/// Fails when the client asks for something else than the server was started with, and names each difference.
[[nodiscard]] Result<void> check_hello(const Hello& hello, const Options& server);

} // namespace netio::workload
