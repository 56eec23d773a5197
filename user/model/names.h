// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "netio_abi.h"

namespace netio {

/// One of the three ways of sending a message of 8 fields.
enum class Variant {
    A1 = NETIO_VARIANT_A1, ///< one send() per field
    A2 = NETIO_VARIANT_A2, ///< one sendmsg() with 8 iovecs
    A3 = NETIO_VARIANT_A3  ///< the same with MSG_ZEROCOPY and completion handling
};
inline constexpr std::array all_variants{Variant::A1, Variant::A2, Variant::A3};

/// The end of a connection. The server sends the payload under test, so it is the sender.
enum class Role { sender = NETIO_ROLE_SENDER, receiver = NETIO_ROLE_RECEIVER };
inline constexpr std::array all_roles{Role::sender, Role::receiver};

/// How messages follow one another.
enum class Pattern {
    rr,    ///< request and answer: the client asks, the server answers with one message
    stream ///< the server sends messages back to back, without requests
};

/// A place where bytes move or time goes; see netio_abi.h.
enum class Path {
    send_syscall = NETIO_PATH_SEND_SYSCALL,
    recv_syscall = NETIO_PATH_RECV_SYSCALL,
    errqueue_syscall = NETIO_PATH_ERRQUEUE_SYSCALL,
    tcp_sendmsg = NETIO_PATH_TCP_SENDMSG,
    copy_in = NETIO_PATH_COPY_IN,
    pin = NETIO_PATH_PIN,
    deferred_copy = NETIO_PATH_DEFERRED_COPY,
    linearize = NETIO_PATH_LINEARIZE,
    skb_copy = NETIO_PATH_SKB_COPY,
    copy_out = NETIO_PATH_COPY_OUT,
    zc_complete = NETIO_PATH_ZC_COMPLETE,
    wait_send = NETIO_PATH_WAIT_SEND,
    wait_recv = NETIO_PATH_WAIT_RECV
};
inline constexpr std::size_t path_count = NETIO_PATH_COUNT;
inline constexpr std::array all_paths{Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall, Path::tcp_sendmsg,
                                      Path::copy_in,      Path::pin,          Path::deferred_copy,    Path::linearize,
                                      Path::skb_copy,     Path::copy_out,     Path::zc_complete,      Path::wait_send,
                                      Path::wait_recv};
static_assert(all_paths.size() == path_count);

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

/// Where CPU time goes: the eight classes of Cai et al., "Understanding Host Network Stack Overheads", SIGCOMM 2021.
enum class CpuClass { data_copy, tcp_ip, netdev, skb_management, memory, lock, scheduling, other };
inline constexpr std::array all_cpu_classes{CpuClass::data_copy,      CpuClass::tcp_ip, CpuClass::netdev,
                                            CpuClass::skb_management, CpuClass::memory, CpuClass::lock,
                                            CpuClass::scheduling,     CpuClass::other};
inline constexpr std::size_t cpu_class_count = all_cpu_classes.size();

/// The identifiers used in output, files and options.
[[nodiscard]] std::string_view name_of(Variant variant);
[[nodiscard]] std::string_view name_of(Role role);
[[nodiscard]] std::string_view name_of(Pattern pattern);
[[nodiscard]] std::string_view name_of(Path path);
[[nodiscard]] std::string_view name_of(Backend backend);
[[nodiscard]] std::string_view name_of(Quality quality);
[[nodiscard]] std::string_view name_of(CpuClass cpu_class);

/// What happens on a path, in a few words for a reader who sees it for the first time.
[[nodiscard]] std::string_view describe(Path path);

/// The role whose figures of this path belong to the payload (the answers, from sender to receiver); the other role's
/// belong to the requests.
[[nodiscard]] Role payload_role(Path path);

[[nodiscard]] std::optional<Variant> variant_from(std::string_view name);
[[nodiscard]] std::optional<Pattern> pattern_from(std::string_view name);
[[nodiscard]] std::optional<Backend> backend_from(std::string_view name);
[[nodiscard]] std::optional<Path> path_from(std::string_view name);

constexpr std::size_t index_of(Variant variant) { return static_cast<std::size_t>(variant); }
constexpr std::size_t index_of(Role role) { return static_cast<std::size_t>(role); }
constexpr std::size_t index_of(Path path) { return static_cast<std::size_t>(path); }
constexpr std::size_t index_of(CpuClass cpu_class) { return static_cast<std::size_t>(cpu_class); }

} // namespace netio
