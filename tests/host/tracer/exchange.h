// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "model/run_result.h"
#include "netns/link.h"
#include "tracer/session.h"

namespace netio::tracer {

/// What one end of an exchange did, counted by itself.
struct EndCounts {
    CallTotals calls;
    ZerocopyTotals zerocopy;
    std::uint64_t blocked_ns = 0; ///< time spent inside recv(), seen from user space
};

struct ExchangeOptions {
    LinkKind link = LinkKind::loopback;
    Variant variant = Variant::A2;
    unsigned messages = 100;
    std::size_t message_bytes = 4096;
    bool register_threads = true;
    std::uint32_t sender = subject_of(Role::sender);     ///< whose the sender's thread is
    std::uint32_t receiver = subject_of(Role::receiver); ///< whose the receiver's is
    bool ipv6 = false;                                   ///< over loopback only
    bool read_completions_at_end = false;                ///< so that the kernel merges them
    unsigned receiver_pause_ms = 0;                      ///< before each of the first reads
    int send_buffer = 0;                                 ///< SO_SNDBUF; 0: the kernel's own
    std::function<void(int fd)> before_send;             ///< called by the sender before each message
    std::function<void()> in_sender_thread;              ///< called by the sender once it is registered
};

struct ExchangeCounts {
    EndCounts sender;
    EndCounts receiver;
    std::uint64_t retransmissions = 0; ///< segments that the sender's namespace sent again
};

/// A TCP connection over a real link between two threads, registered with the tracer before their first socket call:
/// the sender sends messages and closes, the receiver reads to the end. Throws std::runtime_error when anything fails.
ExchangeCounts exchange(Session& session, const ExchangeOptions& options);

/// Throws std::runtime_error with what failed and errno's words.
void require(bool condition, const std::string& what);

/// A session with everything that this kernel can do, for zero-copy and so many connections too.
Session open_session(unsigned sample_frequency = 0, SessionOptions options = {}, unsigned threads = 4);

const PathFigures& figures_of(const Trace& result, Role role, Path path);
/// Name and count of everything that was lost; empty when nothing was. Not context switches: whether the kernel tells
/// of all of them depends on what else runs on the machine.
std::string lost_in(const Trace& result);
std::uint64_t lost_of(const Trace& result, const std::string& name);

} // namespace netio::tracer
