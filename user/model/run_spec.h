// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/names.h"
#include "model/variant.h"

namespace netio {

enum class LinkKind { veth, loopback, devices };

/// What joins sender and receiver.
struct LinkSpec {
    LinkKind kind = LinkKind::veth;
    std::string server_device; ///< LinkKind::devices only
    std::string client_device; ///< LinkKind::devices only

    bool operator==(const LinkSpec&) const = default;
};

/// As the user writes it: "veth", "loopback" or "dev:SERVER_DEV,CLIENT_DEV".
[[nodiscard]] std::string to_string(const LinkSpec& link);
/// The reverse; nothing for what is no link.
[[nodiscard]] std::optional<LinkSpec> link_from(std::string_view text);

/// What may be asked for at most.
inline constexpr std::uint64_t most_field_size = 64 * 1024 * 1024;
inline constexpr unsigned most_threads = 4096;
inline constexpr double most_duration_s = 86'400.0;
inline constexpr std::uint64_t most_think_time_ns = 1'000'000'000;

/// Everything that decides what a run does; every effective option, printed with the results.
struct RunSpec {
    std::string preset; ///< "" when none was named
    std::vector<Variant> variants = default_variants();
    std::vector<std::uint64_t> field_sizes{4096}; ///< bytes, 1 to 64 MiB
    std::vector<unsigned> threads{1};             ///< connections, 1 to 4096
    double duration_s = 2.0;                      ///< measured part of a cell
    unsigned warmup_messages = 32;                ///< per connection, outside all measured figures
    unsigned repeats = 1;
    Pattern pattern = Pattern::rr;
    unsigned request_writes = 1; ///< send calls that a request is written in
    ReceiveUnit receive = ReceiveUnit::field;
    LinkSpec link;
    unsigned mtu = 0;                           ///< bytes; 0: the link's own
    unsigned send_buffer = 0;                   ///< SO_SNDBUF, bytes; 0: the kernel's own
    unsigned receive_buffer = 0;                ///< SO_RCVBUF, bytes; 0: the kernel's own
    bool nagle = false;                         ///< leave Nagle's algorithm on (no TCP_NODELAY)
    bool quickack = false;                      ///< TCP_QUICKACK at both ends, set again after each receive call
    std::string congestion;                     ///< TCP congestion control of both ends; "": the kernel's own
    std::map<std::string, std::string> sysctls; ///< set in the run's network namespaces
    bool pin = false;                           ///< pin worker threads to CPUs
    bool ipv6 = false;
    bool verify = false;             ///< check every payload byte
    std::uint64_t think_time_ns = 0; ///< the server waits this long, busy, before it sends a message
    bool trace = true;
    std::optional<Backend> backend; ///< the only one to time paths with; none: the best that there is
    /// Samples per second and CPU. A tick of the clock is an interrupt, which costs some microseconds on a machine of
    /// its own and up to 100 on a virtual one (docs/measurements/tracing-overhead.md). 97 is prime, so that it does not
    /// keep time with what happens a round number of times a second.
    unsigned sample_frequency = 97;
    double timeline_ms = 0.0; ///< first milliseconds of the measured part to keep event by event; 0: none
    bool stacks = false;      ///< keep the sampled kernel stacks
    std::uint16_t port = 8080;
    unsigned lab = 0;                ///< exercise that the run is made for; 0: none
    std::vector<std::string> events; ///< perf events, libpfm4 names
};

} // namespace netio
