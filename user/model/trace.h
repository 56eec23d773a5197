// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/cpu_class.h"
#include "model/histogram.h"
#include "model/loss.h"
#include "model/names.h"
#include "model/path.h"

namespace netio {

/// What a figure lies between. `high` is infinite where nothing is known from above.
struct Bounds {
    double low = 0.0;
    double high = 0.0;

    bool operator==(const Bounds&) const = default;
};

/// A number with how far it can be trusted. `value` means nothing when the quality is `unavailable`.
struct Figure {
    double value = 0.0;
    Quality quality = Quality::unavailable;
    double low = 0.0; ///< 95 % confidence interval, for Quality::sampled
    double high = 0.0;
    std::string reason; ///< why unavailable, or what an estimate assumes; may be empty otherwise
    std::optional<Bounds> bounds = std::nullopt; ///< what is known of an unavailable figure nevertheless; see between()

    [[nodiscard]] bool available() const { return quality != Quality::unavailable; }
    /// What the figure lies between, as far as that is known: the interval of one that is available.
    [[nodiscard]] std::optional<Bounds> range() const { return available() ? Bounds{low, high} : bounds; }
    /// This for each of an amount, with its interval; unavailable, for the reason given, where the amount is 0.
    [[nodiscard]] Figure per(double amount, std::string without) const;

    static Figure exact(double value) { return {value, Quality::exact, value, value, {}}; }
    static Figure estimated(double value, std::string assumption) {
        return {value, Quality::estimated, value, value, std::move(assumption)};
    }
    static Figure sampled(double value, double low, double high) { return {value, Quality::sampled, low, high, {}}; }
    static Figure unavailable(std::string reason) { return {0.0, Quality::unavailable, 0.0, 0.0, std::move(reason)}; }
    /// Unavailable, but for its bounds.
    static Figure between(double low, double high, std::string reason) {
        return {0.0, Quality::unavailable, 0.0, 0.0, std::move(reason), Bounds{low, high}};
    }
    static Figure at_least(double low, std::string reason) {
        return between(low, std::numeric_limits<double>::infinity(), std::move(reason));
    }
};

/// What was seen of one path of one subject, over the traced connections (from before connect to after close), except
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

    /// `sampled_time_ns` per payload byte of the time in which samples were taken.
    [[nodiscard]] Figure sampled_time_per_byte_ns() const;
};

using PathTable = std::array<PathFigures, path_count>;

/// CPU time of one subject, sorted by what the kernel was doing. Shares are of all of the subject's sampled CPU time,
/// so that the eight classes and `user_space` add up to 1.
struct CpuProfile {
    Figure total_ns; ///< CPU time of the subject: samples x sampling period
    /// CPU time of its own tasks, with the softirqs that interrupted them, for whomever: what the kernel accounts to
    /// them too, unless it accounts interrupts apart (CONFIG_IRQ_TIME_ACCOUNTING). To compare the two.
    Figure thread_ns;
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
    fragmentation,  ///< a packet larger than the MTU was cut into IP fragments
    other           ///< see the functions
};
template <>
inline constexpr std::array<std::string_view, 6> value_names<CopyReason>{
    "local_delivery", "linearized", "packet_tap", "reallocation", "fragmentation", "other"};
/// For a reader, in a few words.
[[nodiscard]] constexpr std::string_view describe(CopyReason reason) {
    constexpr std::array<std::string_view, 6> texts{"local delivery",   "linearizing for a device without offload",
                                                    "packet tap",       "reallocation",
                                                    "IP fragmentation", "other causes"};
    return texts[index_of(reason)];
}

/// A place in the kernel where bytes of zero-copy sends were copied after all.
struct CopySite {
    CopyReason reason = CopyReason::other;
    Path path = Path::deferred_copy;
    std::uint64_t calls = 0;
    std::uint64_t bytes = 0;
    std::vector<std::string> functions; ///< that led there, innermost first; of the site with the most bytes
};

/// What tells of copies of skbs that no probe counts: samples that lie in such copies, and what the devices say.
struct CopyEvidence {
    /// A place in the kernel where skbs were copied, as far as samples show it.
    struct Site {
        CopyReason reason = CopyReason::other;
        Path path = Path::deferred_copy;
        std::uint64_t samples = 0;
        std::vector<std::string> functions; ///< that led there, innermost first; of the stack with the most samples
    };
    std::vector<Site> sites;     ///< by reason and path, most samples first
    std::uint64_t uncounted = 0; ///< of their samples, those in copies whose bytes no probe counts
    Figure uncounted_ns;         ///< their time, in the measured part
    std::string expected_for;    ///< why the sender's device has payload copied, by what it says; empty: it need not
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
    std::uint32_t subject = 0; ///< whose it is; for what is copied in softirq, that of the socket
    std::uint32_t tid = 0;     ///< in the initial PID namespace; for what is no thread's own, the interrupted thread
    std::uint32_t cpu = 0;     ///< on which it ended
    std::uint32_t lost_before = 0; ///< events that found no room since the one before in the list

    [[nodiscard]] std::uint64_t end_ns() const { return start_ns + duration_ns; }
    bool operator==(const TimelineEvent&) const = default;
};

/// The beginning of the measured part, event by event.
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
    task,    ///< the kernel, on behalf of a traced thread
    softirq, ///< the kernel, receiving a packet of the subject, on whoever's time
    user     ///< the traced thread's own code: no kernel stack
};
template <>
inline constexpr std::array<std::string_view, 3> value_names<SampleContext>{"task", "softirq", "user"};

/// A kernel stack that samples were taken of.
struct StackCount {
    std::uint32_t subject = 0;
    SampleContext context = SampleContext::task;
    /// Indices into KernelStacks::symbols, outermost function first; in softirq from where that began. Empty in user
    /// space, and where the stack could not be walked.
    std::vector<std::uint32_t> frames;
    std::uint64_t count = 0;

    bool operator==(const StackCount&) const = default;
};

/// All samples that belong to a subject, by stack: the counts of a subject add up to CpuProfile::samples.
struct KernelStacks {
    std::vector<std::string> symbols; ///< each once
    std::vector<StackCount> stacks;   ///< different from each other, by subject and context

    bool operator==(const KernelStacks&) const = default;
};

/// Whose figures something is: a number, the index in a list of subjects, that owns tasks and sockets.
struct Subject {
    std::string name;                  ///< for a reader
    std::optional<Role> role;          ///< in the built-in run
    std::optional<std::uint32_t> peer; ///< the subject at the other end of its connections, on this machine

    bool operator==(const Subject&) const = default;
};

/// The subjects of the built-in run: the sender, and the receiver.
[[nodiscard]] std::vector<Subject> both_ends();
/// The number of a role among them.
constexpr std::uint32_t subject_of(Role role) { return static_cast<std::uint32_t>(role); }

/// What the tracer saw of one subject.
struct SubjectTrace {
    Subject subject;
    PathTable paths; ///< by path
    CpuProfile cpu;
    CallTotals calls;                       ///< as counted in the kernel
    ZerocopyTotals zerocopy;                ///< as seen in the kernel; the depth is not
    std::vector<CopySite> copied_after_all; ///< of its zero-copy sends, by reason and path, most bytes first
    std::string no_copy_sites;              ///< why `copied_after_all` is not known; empty when it is
    Notifications notifications;            ///< of its zero-copy sends

    [[nodiscard]] const PathFigures& path(Path path) const { return paths[index_of(path)]; }
    [[nodiscard]] PathFigures& path(Path path) { return paths[index_of(path)]; }
};

/// What became of the ticks of the sampling clock.
struct SampleCounts {
    std::uint64_t taken = 0;                ///< samples that are known by their stack
    std::uint64_t of_no_subject = 0;        ///< of those, of idle CPUs and other processes: in no figure
    std::uint64_t unattributed_softirq = 0; ///< of those, softirq work on a traced thread's time for an unknown socket
    std::uint64_t without_stack = 0;        ///< kernel samples of subjects without frames: class `other`, no path

    void add(const SampleCounts& other);
    bool operator==(const SampleCounts&) const = default;
};

/// What the tracer saw between the beginning and the end of what it traced.
struct Trace {
    std::vector<SubjectTrace> subjects;        ///< by their numbers
    std::vector<Loss> losses;                  ///< every kind that could occur, also with count 0
    std::optional<SampleCounts> samples;       ///< none without sampling, and in files that do not tell
    std::optional<CopyEvidence> copy_evidence; ///< of all subjects; none in files that do not tell
    std::optional<Timeline> timeline;          ///< none when it was not asked for
    std::optional<KernelStacks> stacks;        ///< none when they were not asked for

    /// With no figure yet.
    static Trace of(std::vector<Subject> subjects);
    static Trace of_both_ends() { return of(both_ends()); }

    /// The subject of a role, in a trace of both ends.
    [[nodiscard]] const SubjectTrace& of(Role role) const { return subjects.at(subject_of(role)); }
    [[nodiscard]] SubjectTrace& of(Role role) { return subjects.at(subject_of(role)); }

    /// Events that are missing in figures; of those, hits that programs missed.
    [[nodiscard]] std::uint64_t lost_events() const;
    [[nodiscard]] std::uint64_t missed_hits() const;
    /// The figures of a path for the payload's direction, see payload_role().
    [[nodiscard]] const PathFigures& payload_path(Path path) const { return of(payload_role(path)).path(path); }
};

} // namespace netio
