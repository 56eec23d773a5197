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
#include "model/loss.h"
#include "model/names.h"
#include "model/path.h"
#include "model/run_spec.h"

namespace netio {

/// A number with how far it can be trusted. `value` means nothing when the quality is `unavailable`.
struct Figure {
    double value = 0.0;
    Quality quality = Quality::unavailable;
    double low = 0.0; ///< 95 % confidence interval, for Quality::sampled
    double high = 0.0;
    std::string reason; ///< why unavailable, or what an estimate assumes; may be empty otherwise

    [[nodiscard]] bool available() const { return quality != Quality::unavailable; }

    static Figure exact(double value) { return {value, Quality::exact, value, value, {}}; }
    static Figure estimated(double value, std::string assumption) {
        return {value, Quality::estimated, value, value, std::move(assumption)};
    }
    static Figure sampled(double value, double low, double high) { return {value, Quality::sampled, low, high, {}}; }
    static Figure unavailable(std::string reason) { return {0.0, Quality::unavailable, 0.0, 0.0, std::move(reason)}; }
};

/// What was seen of one path in one role, over the traced connections (from before connect to after close), except
/// `time_ns` where it is sampled: that covers the measured part only (see PathFigures::sampled_bytes).
struct PathFigures {
    Backend backend = Backend::none;
    Figure calls;
    Figure bytes;
    Figure time_ns;      ///< inclusive; nanoseconds in total
    Figure exclusive_ns; ///< without the paths nested in it, and without preempted_ns
    Figure preempted_ns; ///< runnable, but not on a CPU; contained in time_ns
    /// System calls: inclusive time of deferred_copy, linearize and skb_copy that ran inside, for whichever socket.
    Figure skb_path_ns;
    /// Where time_ns was measured at the edges of the path: the same as the sampler saw it, in the measured part.
    Figure sampled_time_ns;
    std::uint64_t sampled_bytes = 0;    ///< payload bytes of the time in which samples were taken; 0 without sampling
    std::optional<Histogram> histogram; ///< of inclusive durations, where each was timed

    /// Nanoseconds per byte, with the quality of `time_ns`.
    [[nodiscard]] Figure time_per_byte_ns() const;
    /// `sampled_time_ns` per payload byte of the time in which samples were taken.
    [[nodiscard]] Figure sampled_time_per_byte_ns() const;
};

using PathTable = std::array<PathFigures, path_count>;

/// CPU time of one role, sorted by what the kernel was doing. Shares are of all of the role's sampled CPU time, so that
/// the eight classes and `user_space` add up to 1.
struct CpuProfile {
    Figure total_ns; ///< CPU time of the role: samples x sampling period
    std::uint64_t samples = 0;
    std::array<Figure, cpu_class_count> share; ///< kernel time by class
    Figure user_space;                         ///< share spent outside the kernel
    Figure softirq;                            ///< share spent in softirq context (contained in the classes)
    Figure tracing;                            ///< share spent in tracing BPF programs (contained in class other)
    std::vector<std::pair<std::string, std::uint64_t>> hottest_symbols; ///< innermost kernel symbol, samples
};

/// Socket calls as the workload made them, or as the tracer saw them.
struct CallTotals {
    std::uint64_t send_calls = 0;
    std::uint64_t send_bytes = 0;
    std::uint64_t recv_calls = 0;
    std::uint64_t recv_bytes = 0;
    std::uint64_t errqueue_calls = 0;

    void add(const CallTotals& other);
    bool operator==(const CallTotals&) const = default;
};

/// Zero-copy sends and what became of them. From the workload: what the error queue said. From the tracer: what the
/// kernel did.
struct ZerocopyTotals {
    std::uint64_t sends = 0;               ///< send calls with MSG_ZEROCOPY that returned bytes
    std::uint64_t completions = 0;         ///< sends reported complete
    std::uint64_t copied = 0;              ///< of those, reported as copied after all
    std::uint64_t notifications = 0;       ///< error-queue messages read; merged ranges make it less than `completions`
    std::uint64_t enobufs = 0;             ///< sends refused with ENOBUFS and tried again
    std::uint64_t deepest_outstanding = 0; ///< most sends without a completion at one time, on one connection

    void add(const ZerocopyTotals& other); ///< `deepest_outstanding` is the larger of the two
    bool operator==(const ZerocopyTotals&) const = default;
};

/// Why bytes of zero-copy sends were copied after all.
enum class CopyReason {
    local_delivery, ///< the frames reached a receiver on this machine, whose protocol must not keep the sender's pages
    linearized,     ///< made linear for a device without scatter-gather or checksum offload
    packet_tap,     ///< a packet socket (tcpdump) got a copy
    reallocation,   ///< the skb's header was reallocated or the skb copied
    other           ///< see the functions
};
inline constexpr std::array all_copy_reasons{CopyReason::local_delivery, CopyReason::linearized, CopyReason::packet_tap,
                                             CopyReason::reallocation, CopyReason::other};
[[nodiscard]] std::string_view name_of(CopyReason reason);
/// For a reader, in a few words.
[[nodiscard]] std::string_view describe(CopyReason reason);

/// A place in the kernel where bytes of zero-copy sends were copied after all.
struct CopySite {
    CopyReason reason = CopyReason::other;
    Path path = Path::deferred_copy;
    std::uint64_t calls = 0;
    std::uint64_t bytes = 0;
    std::vector<std::string> functions; ///< that led there, innermost first; of the site with the most bytes
};

/// What became of the notifications of zero-copy completions.
struct Notifications {
    std::string reason;               ///< why nothing is known; empty when it is
    std::uint64_t read = 0;           ///< taken from the error queue
    std::uint64_t merged = 0;         ///< of those, such that report more than one send
    std::uint64_t merged_sends = 0;   ///< sends that merged ones report
    std::optional<Histogram> latency; ///< from a send's completion to the reading of its notification
};

/// One path that was open within the timeline's window, from edge to edge.
struct TimelineEvent {
    std::uint64_t start_ns = 0; ///< since the window began
    std::uint64_t duration_ns = 0;
    std::uint64_t bytes = 0; ///< moved; 0 where the path moves none, or the call failed
    Path path = Path::send_syscall;
    /// With Path::zc_complete: from the send's completion to the reading of its notification, instead of from the send
    /// to its completion.
    bool notification = false;
    Role role = Role::sender; ///< whose it is; for what is copied in softirq, the role of the socket
    std::uint32_t tid = 0;    ///< in the initial PID namespace; for what is no thread's own, the interrupted thread
    std::uint32_t cpu = 0;    ///< on which it ended
    std::uint32_t lost_before = 0; ///< events that found no room since the one before in the list

    [[nodiscard]] std::uint64_t end_ns() const { return start_ns + duration_ns; }
    bool operator==(const TimelineEvent&) const = default;
};

/// The beginning of a cell's measured part, event by event.
struct Timeline {
    std::uint64_t begins_ns = 0;       ///< CLOCK_MONOTONIC, when the workers were let go
    std::uint64_t window_ns = 0;       ///< length
    std::vector<TimelineEvent> events; ///< that began and ended in the window, in the order of their ends
    std::uint32_t lost_at_end = 0;     ///< events that found no room after the last one that did

    [[nodiscard]] std::uint64_t lost() const;
    bool operator==(const Timeline&) const = default;
};

/// What a processor did when a sample was taken.
enum class SampleContext {
    task,    ///< the kernel, on behalf of a worker thread
    softirq, ///< the kernel, receiving a packet of the role, on whoever's time
    user     ///< the worker thread's own code: no kernel stack
};
inline constexpr std::array all_sample_contexts{SampleContext::task, SampleContext::softirq, SampleContext::user};
[[nodiscard]] std::string_view name_of(SampleContext context);

/// A kernel stack that samples were taken of.
struct StackCount {
    Role role = Role::sender;
    SampleContext context = SampleContext::task;
    /// Indices into KernelStacks::symbols, outermost function first; in softirq from where that began. Empty in user
    /// space, and where the stack could not be walked.
    std::vector<std::uint32_t> frames;
    std::uint64_t count = 0;

    bool operator==(const StackCount&) const = default;
};

/// All samples of a cell that belong to a role, by stack: the counts of a role add up to CpuProfile::samples.
struct KernelStacks {
    std::vector<std::string> symbols; ///< each once
    std::vector<StackCount> stacks;   ///< different from each other, by role and context

    bool operator==(const KernelStacks&) const = default;
};

/// What the tracer saw of one cell.
struct TraceResult {
    std::array<PathTable, NETIO_ROLE_COUNT> paths;  ///< by role
    std::array<CpuProfile, NETIO_ROLE_COUNT> cpu;   ///< by role
    std::array<CallTotals, NETIO_ROLE_COUNT> calls; ///< as counted in the kernel
    ZerocopyTotals zerocopy;                        ///< as seen in the kernel; the depth is not
    std::vector<CopySite> copied_after_all;         ///< by reason and path, most bytes first
    std::string no_copy_sites;                      ///< why `copied_after_all` is not known; empty when it is
    Notifications notifications;
    std::vector<Loss> lost;             ///< every kind of loss that could occur, also with count 0
    std::optional<Timeline> timeline;   ///< none when it was not asked for
    std::optional<KernelStacks> stacks; ///< none when they were not asked for

    /// Events that are missing in figures; of those, hits that programs missed.
    [[nodiscard]] std::uint64_t lost_events() const;
    [[nodiscard]] std::uint64_t missed_hits() const;
    /// The figures of a path for the payload's direction, see payload_role().
    [[nodiscard]] const PathFigures& payload_path(Path path) const {
        return paths[index_of(payload_role(path))][index_of(path)];
    }
};

enum class CounterStatus {
    counted,       ///< all the time
    multiplexed,   ///< part of the time; scaled by enabled / running
    not_supported, ///< the machine has no such counter
    not_permitted, ///< the kernel forbids it
    not_counted,   ///< opened, but never scheduled onto the hardware
    unknown_event  ///< libpfm4 does not know the name
};
[[nodiscard]] std::string_view name_of(CounterStatus status);

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
    Histogram latency; ///< of messages, receiver only
    std::vector<CounterReading> counters;
    std::uint64_t bytes_verified = 0; ///< with --verify

    /// Adds what another connection or repeat did: all but the duration and the counters, which are the caller's to
    /// judge.
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

/// One (variant, field size, threads, repeat).
struct Cell {
    Variant variant{};
    std::uint64_t field_size = 0; ///< bytes
    unsigned threads = 0;
    unsigned repeat = 0; ///< from 0
    EndResult sender;
    EndResult receiver;
    std::optional<TraceResult> trace; ///< none with --no-trace
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
    /// Copies per payload byte from sender to receiver; see docs/method.md.
    [[nodiscard]] Figure copies_per_byte() const;
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
    std::optional<bool> segmentation; ///< TCP segmentation in the device or, for virtual ones, never (TSO)

    bool operator==(const DeviceFacts&) const = default;
};

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
