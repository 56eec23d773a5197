// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/names.h"

namespace netio {

/// The connections of one end as the kernel describes them (TCP_INFO, tcp(7)): their state at the end of the measured
/// part, one value for each connection, and what they did in the measured part, summed.
struct ConnectionFigures {
    std::string congestion_control;               ///< several are joined by ", "; "" when the kernel does not say
    std::vector<std::uint32_t> rtt_us;            ///< smoothed round-trip time
    std::vector<std::uint32_t> rtt_variance_us;   ///< mean deviation of round-trip times
    std::vector<std::uint32_t> congestion_window; ///< segments
    std::uint64_t retransmits = 0;                ///< segments sent again
    /// The kernel's TCP_INFO grew with time: none where this kernel's ends before a field.
    std::optional<std::uint64_t> delivered;                 ///< segments that the peer has acknowledged
    std::optional<std::uint64_t> busy_us;                   ///< with data to send or to be acknowledged
    std::optional<std::uint64_t> receive_window_limited_us; ///< of that: the peer's window was full
    std::optional<std::uint64_t> send_buffer_limited_us;    ///< of that: the send buffer was too small for more

    void add(const ConnectionFigures& other);
    bool operator==(const ConnectionFigures&) const = default;
};

/// What happened in a network namespace from just before to just after the measured part of a cell.
struct NamespaceActivity {
    std::vector<Role> ends; ///< that are in it: on loopback both
    /// Counters of /proc/net/netstat, snmp and snmp6 that moved, by names such as "TcpExt.DelayedACKs".
    std::map<std::string, std::uint64_t> counters;
    unsigned packet_taps = 0; ///< packet sockets that got a copy of each frame

    bool operator==(const NamespaceActivity&) const = default;
};

/// What all CPUs of the machine did from just before to just after the measured part of a cell (/proc/stat). The kernel
/// counts in ticks of 10 ms.
struct MachineLoad {
    unsigned cpus = 0;         ///< online
    double wall_s = 0.0;       ///< of all CPUs together; the rest are parts of it
    double user_s = 0.0;       ///< also of niced tasks and of guests
    double system_s = 0.0;     ///< without interrupts
    double interrupts_s = 0.0; ///< hard and soft
    double idle_s = 0.0;       ///< also while waiting for input and output
    double steal_s = 0.0;      ///< wanted to run, but the hypervisor ran something else
    double load_average = 0.0; ///< of the last minute, at the end; the largest, over several cells

    void add(const MachineLoad& other);
    bool operator==(const MachineLoad&) const = default;
};

} // namespace netio
