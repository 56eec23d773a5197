// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/names.h"
#include "model/run_result.h"
#include "model/trace.h"

namespace netio {

/// What the subjects of an attached trace are.
enum class SubjectKind {
    process,   ///< a process with its threads
    comm,      ///< all processes of a name
    cgroup,    ///< all processes of a control group
    connection ///< a TCP connection's end on this machine
};
template <>
inline constexpr std::array<std::string_view, 4> value_names<SubjectKind>{"process", "comm", "cgroup", "connection"};

/// When calls are timed in an attached trace. Bytes are exact in each of them.
enum class Timing {
    all,     ///< every call
    windows, ///< calls in short windows, spread over the trace
    none     ///< no call
};
template <>
inline constexpr std::array<std::string_view, 3> value_names<Timing>{"all", "windows", "none"};

/// What was asked to be traced. Filters that are given must all match; none: every process (`all`).
struct AttachSpec {
    std::vector<std::uint32_t> pids;   ///< as the caller sees them
    std::string comm;                  ///< name of a process, as in /proc/PID/comm; empty: any
    std::string cgroup;                ///< path of a control group below its mount; empty: any
    std::optional<std::uint16_t> port; ///< local or remote
    bool all = false;
    std::vector<std::string> command; ///< started by the trace; empty: none
    double duration_s = 0.0;          ///< 0: until a signal, or the command's end
    SubjectKind by = SubjectKind::process;
    bool by_call = false;       ///< calls are told apart by their way of return as well (`--by call`), with waits
    bool sockets_alone = false; ///< bytes are those of the sockets' own numbers (`--no-ways`): nothing runs at a call
    Timing timing = Timing::all;
    double window_percent = 5.0;    ///< of the time, with Timing::windows
    unsigned sample_frequency = 97; ///< Hz; 0: no samples
    std::optional<Backend> backend; ///< none: the best
};

/// The direction of a way in which bytes moved.
enum class Direction { sent, received };
template <>
inline constexpr std::array<std::string_view, 2> value_names<Direction>{"sent", "received"};

/// What one system call moved for a subject.
struct CallFigures {
    std::string name; ///< of the system call, for instance "sendfile" or "io_uring_enter"
    Direction direction = Direction::sent;
    std::uint64_t calls = 0; ///< of TCP's functions; a sendfile of several pipes' worth makes several
    std::uint64_t bytes = 0;

    bool operator==(const CallFigures&) const = default;
};

/// What the sockets of a subject said of themselves, by their sequence numbers, from the beginning of the trace to its
/// end or theirs.
struct SocketTotals {
    std::uint64_t sockets = 0;         ///< that the subject used
    std::uint64_t adopted = 0;         ///< of those, open before the trace began
    std::uint64_t bytes_sent = 0;      ///< by write_seq, without SYN and FIN
    std::uint64_t bytes_received = 0;  ///< by copied_seq, without FIN
    std::uint64_t uncertain_bytes = 0; ///< by how much either may be wrong: sockets that were in mid-call, or not found

    bool operator==(const SocketTotals&) const = default;
};

/// One subject of an attached trace. `figures.subject.name` names it.
struct AttachedSubject {
    std::optional<std::uint32_t> pid; ///< as the caller sees it; none for several processes
    std::string comm;                 ///< empty: not known, or several
    std::string cgroup;               ///< path; empty: not known, or several
    std::string connection;           ///< "local → remote"; empty: several
    std::uint64_t members = 1;        ///< processes or connections that are summed here
    SubjectTrace figures;
    /// Of its zero-copy sends, those of which it is not known whether they were copied after all, and why.
    std::uint64_t unknown_fates = 0;
    std::string unknown_fates_reason; ///< empty when it is known of all
    std::vector<CallFigures> calls;   ///< by system call, most bytes first
    SocketTotals sockets;
    std::vector<LawCheck> laws;

    /// Bytes that were sent and received.
    [[nodiscard]] std::uint64_t bytes() const { return figures.calls.send_bytes + figures.calls.recv_bytes; }
};

/// An attached trace: what running programs did.
struct Recording {
    Environment environment;
    AttachSpec spec;
    double duration_s = 0.0;               ///< from attached to detached
    double timed_s = 0.0;                  ///< of that, with timing on
    unsigned windows = 0;                  ///< in how many windows; 0: not in windows
    std::optional<unsigned> command_exit;  ///< exit code of the command, 128 + signal if one ended it
    std::vector<AttachedSubject> subjects; ///< busiest first; what found no room is one more, named "others"
    std::vector<Loss> losses;
    std::optional<NamespaceActivity> network; ///< of the tracer's own namespace, with no ends; none: not recorded
    std::optional<SampleCounts> samples;
    std::optional<CopyEvidence> copy_evidence;
    std::vector<std::string> notes;     ///< of targets that ended, were not allowed, never appeared; one sentence each
    std::optional<std::string> failure; ///< what ended the trace early

    [[nodiscard]] std::uint64_t lost_events() const;
};

} // namespace netio
