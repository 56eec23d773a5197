// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/cpu_class.h"
#include "model/histogram.h"
#include "model/names.h"
#include "model/path.h"
#include "model/run_spec.h"
#include "model/surroundings.h"
#include "model/trace.h"

namespace netio {

enum class CounterStatus {
    counted,       ///< all the time
    multiplexed,   ///< part of the time; scaled by enabled / running
    not_supported, ///< the machine has no such counter
    not_permitted, ///< the kernel forbids it
    not_counted,   ///< opened, but never scheduled onto the hardware
    unknown_event  ///< libpfm4 does not know the name
};
template <>
inline constexpr std::array<std::string_view, 6> value_names<CounterStatus>{
    "counted", "multiplexed", "not_supported", "not_permitted", "not_counted", "unknown_event"};

/// One perf event of one role, summed over its worker threads, from barrier to barrier.
struct CounterReading {
    std::string event;
    CounterStatus status = CounterStatus::not_supported;
    std::uint64_t raw = 0;
    double scaled = 0.0; ///< raw x enabled / running
    std::uint64_t enabled_ns = 0;
    std::uint64_t running_ns = 0;
    std::string reason; ///< the kernel's or libpfm4's answer when there is no count

    [[nodiscard]] bool available() const {
        return status == CounterStatus::counted || status == CounterStatus::multiplexed;
    }
};

/// What one end of the workload did.
struct EndResult {
    Role role = Role::sender;
    CallTotals calls;                      ///< from connect or accept to close
    ZerocopyTotals zerocopy;               ///< from connect or accept to close; sender only
    std::uint64_t messages = 0;            ///< whole payload messages in the measured part
    std::uint64_t payload_bytes = 0;       ///< payload bytes of those messages
    std::uint64_t total_payload_bytes = 0; ///< payload bytes from accept to close, warm-up included
    std::vector<std::uint64_t> messages_per_thread;
    double duration_s = 0.0; ///< from the barrier to the end of the last message; receiver only
    double cpu_user_s = 0.0; ///< CPU time of the worker threads in the measured part
    double cpu_system_s = 0.0;
    /// Time that the worker threads were runnable but not running, in the measured part; none where the kernel keeps no
    /// account of it (CONFIG_SCHED_INFO).
    std::optional<double> runnable_s;
    std::optional<ConnectionFigures> connections; ///< none where it is not known
    Histogram latency;                            ///< of messages, receiver only
    std::vector<CounterReading> counters;
    std::uint64_t bytes_verified = 0; ///< with --verify

    /// With nothing done yet, to add to.
    static EndResult nothing_of(Role role);
    /// Adds what another connection or repeat did: all but the duration and the counters, which are the caller's to
    /// judge. What is not known of one of both is not known of the sum.
    void add_work(const EndResult& other);
};

enum class LawOutcome {
    holds,
    broken,
    missed_hits, ///< its sides differ, and events were lost that it rests on: neither shown nor broken
    unchecked    ///< this backend cannot check it
};

/// How often something was lost that a law or a figure rests on.
struct MissedHits {
    std::string loss; ///< Loss::name
    std::uint64_t count = 0;

    bool operator==(const MissedHits&) const = default;
};

/// A statement that the figures of a cell must satisfy, and whether they do.
struct LawCheck {
    std::string name;      ///< stable identifier
    std::string statement; ///< for a reader
    double expected = 0.0; ///< bytes, calls, sends, messages or, of laws on time, nanoseconds
    double observed = 0.0; ///< in the same unit
    bool checked = true;   ///< false: this backend cannot check it; `reason` says why
    bool holds = false;
    std::string reason;
    std::vector<MissedHits> missed{}; ///< of a law whose sides differ: what was lost that it rests on

    [[nodiscard]] LawOutcome outcome() const;
};

/// What identifies a cell of the built-in run.
struct CellKey {
    Variant variant{};
    std::uint64_t field_size = 0; ///< bytes
    unsigned threads = 0;
    unsigned repeat = 0; ///< from 0
};

/// One cell of the built-in run.
struct Cell : CellKey {
    EndResult sender;
    EndResult receiver;
    std::optional<Trace> trace;                ///< none with --no-trace; its subjects are those of both_ends()
    std::vector<NamespaceActivity> namespaces; ///< of both ends; empty: not recorded
    std::optional<MachineLoad> machine;        ///< none: not recorded
    std::vector<LawCheck> laws;

    [[nodiscard]] std::uint64_t message_size() const { return field_size * fields_per_message; }
    [[nodiscard]] std::uint64_t messages() const { return receiver.messages; }
    [[nodiscard]] std::uint64_t payload_bytes() const { return receiver.payload_bytes; }
    [[nodiscard]] double duration_s() const { return receiver.duration_s; }
    /// Payload bits per second / 1e9; 0 when nothing was measured.
    [[nodiscard]] double throughput_gbps() const;
    [[nodiscard]] double messages_per_second() const;
    /// The published experiment's "latency": duration / messages of all threads, in microseconds. It is the inverse of
    /// throughput, not a latency, and is kept for comparison only.
    [[nodiscard]] double published_latency_us() const;
    /// CPU time of both ends' worker threads, in nanoseconds per payload byte.
    [[nodiscard]] double cpu_ns_per_byte() const;
    /// By how much a counter of the network moved, in the namespaces of both ends together. None when that was not
    /// recorded; 0 also for a counter that this kernel does not have.
    [[nodiscard]] std::optional<std::uint64_t> network_count(const std::string& counter) const;
    /// The same of the namespace in which only this end is; none also where both ends are in one.
    [[nodiscard]] std::optional<std::uint64_t> network_count(const std::string& counter, Role end) const;
};

/// What one path got from this kernel, and why not more.
struct PathPlan {
    Path path = Path::send_syscall;
    Backend backend = Backend::none;
    Quality calls = Quality::unavailable;
    Quality bytes = Quality::unavailable;
    Quality time = Quality::unavailable;
    std::string reason; ///< why a figure is not exact, or not there
};

/// What a device says of itself that decides whether a zero-copy send can stay one. A frame whose pages the user still
/// owns reaches the wire uncopied only if the device gathers fragments and computes the checksum by itself; otherwise
/// validate_xmit_skb() (net/core/dev.c) makes the frame linear first, which is a copy.
struct DeviceFacts {
    std::string name;
    std::string driver; ///< empty when the device does not say (loopback)
    unsigned mtu = 0;   ///< bytes
    std::optional<bool> scatter_gather;
    std::optional<bool> transmit_checksum;
    std::optional<bool> segmentation;           ///< TCP segmentation in the device or, for virtual ones, never (TSO)
    std::optional<bool> generic_segmentation{}; ///< in the kernel, just before the device (GSO)
    std::optional<bool> receive_offload{};      ///< segments are put together when they come in (GRO)

    bool operator==(const DeviceFacts&) const = default;
};

/// Why payload that leaves by this device is copied for it first, by what it says; empty: it need not be.
[[nodiscard]] std::string why_payload_is_copied(const DeviceFacts& sender);

/// Both ends of a link; on loopback both are the same device.
struct LinkFacts {
    DeviceFacts server;
    DeviceFacts client;

    bool operator==(const LinkFacts&) const = default;
};

/// The machine and its settings, as they were when the run was made.
struct Environment {
    std::string tool_version;
    std::string started_at; ///< ISO 8601, UTC
    std::string command_line;
    std::string kernel_release;
    std::string architecture;
    std::string cpu_model;
    unsigned cpus = 0; ///< usable by this process
    std::uint64_t memory_bytes = 0;
    std::string virtualization; ///< "" when none was recognised
    std::string clock_source;
    std::string congestion_control;
    std::string link;
    unsigned mtu = 0;                            ///< bytes
    std::optional<LinkFacts> devices;            ///< of the link; none when no link was made, or it is not known
    std::string backends;                        ///< for instance "tracepoint + sampler", or "none"
    std::string untraced;                        ///< why nothing was traced though it was asked for; empty otherwise
    std::vector<PathPlan> plan;                  ///< empty when nothing was traced
    std::optional<double> bracket_ns;            ///< bookkeeping inside a bracketed time, median
    std::string no_bracket;                      ///< why it is not known; empty when it is, or nothing is bracketed
    std::map<std::string, std::string> settings; ///< sysctls and the like that bear on the figures
    std::vector<std::string> notes;              ///< what the reader ought to know, one sentence each
};

/// A whole run: what was asked for, where, and what came out.
struct Run {
    Environment environment;
    RunSpec spec;
    std::vector<Cell> cells;
    bool interrupted = false;           ///< some cells of the spec are missing
    std::optional<std::string> failure; ///< why the run ended early

    /// Of all cells, each kind once, also with count 0.
    [[nodiscard]] std::vector<Loss> losses() const;
};

} // namespace netio
