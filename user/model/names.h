// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "netio_abi.h"

namespace netio {

/// The end of a connection. The server sends the payload under test, so it is the sender.
enum class Role { sender, receiver };
inline constexpr std::array all_roles{Role::sender, Role::receiver};

/// How messages follow one another.
enum class Pattern {
    rr,    ///< request and answer: the client asks, the server answers with one message
    stream ///< the server sends messages back to back, without requests
};

/// How a path is observed.
enum class Backend { none, fentry, kprobe, tracepoint, sampler };

/// How far a figure can be trusted.
enum class Quality {
    exact,      ///< every occurrence was counted or timed
    bracketed,  ///< exact but for a stated few nanoseconds around it
    sampled,    ///< estimated from periodic samples; carries a 95 % confidence interval
    estimated,  ///< derived from other figures under a stated assumption, or counted while a stated number was missed
    unavailable ///< could not be measured; carries the reason
};

/// The identifiers used in output, files and options.
[[nodiscard]] std::string_view name_of(Role role);
[[nodiscard]] std::string_view name_of(Pattern pattern);
[[nodiscard]] std::string_view name_of(Backend backend);
[[nodiscard]] std::string_view name_of(Quality quality);

[[nodiscard]] std::optional<Pattern> pattern_from(std::string_view name);
[[nodiscard]] std::optional<Backend> backend_from(std::string_view name);

constexpr std::size_t index_of(Role role) { return static_cast<std::size_t>(role); }

} // namespace netio
