// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "model/names.h"
#include "model/run_spec.h"
#include "model/variant.h"

namespace netio::workload {

/// How long an end waits for the other before it gives the connection up: generous, for what is slow is no error.
struct Patience {
    std::uint64_t hello_ns = 10'000'000'000;   ///< server: from accept to a whole hello
    std::uint64_t message_ns = 60'000'000'000; ///< for a message, besides what its bytes take
};

/// What both ends must agree on, and what each connection is set up with.
struct Options {
    Variant variant{}; ///< server only
    Pattern pattern = Pattern::rr;
    std::uint64_t field_size = 4096; ///< bytes, 1 to 64 MiB
    unsigned threads = 1;            ///< client: connections; server: most connections at a time
    double duration_s = 2.0;         ///< client only
    unsigned warmup_messages = 32;   ///< per connection; client decides, and tells the server when it connects
    std::string address;             ///< to listen on, or to connect to
    std::uint16_t port = 8080;       ///< 0, server only: any free port
    unsigned send_buffer = 0;        ///< SO_SNDBUF, bytes; 0: the kernel's own
    unsigned receive_buffer = 0;     ///< SO_RCVBUF, bytes; 0: the kernel's own
    bool nagle = false;
    bool quickack = false;
    std::string congestion;                   ///< "": the kernel's own
    unsigned request_writes = 1;              ///< client only
    ReceiveUnit receive = ReceiveUnit::field; ///< client only
    bool pin = false;
    bool verify = false;
    /// Server only: how long it waits, busy, before it sends each message, as a server that has to work for its answer.
    std::uint64_t think_time_ns = 0;
    Patience patience{};
};

/// Fails (exit code 2) when a number is out of its range; run_client() and Server::listen() call it first.
[[nodiscard]] Result<void> check(const Options& options);

} // namespace netio::workload
