// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "model/trace.h"
#include "tracer/fallback.h"
#include "tracer/map_sizes.h"
#include "tracer/probe_plan.h"

namespace netio::tracer {

struct SessionOptions {
    std::vector<Subject> subjects = both_ends();
    unsigned connections = 1;                           ///< most at a time; tables are sized for both ends
    bool zero_copy = false;                             ///< there is room to follow zero-copy sends
    std::uint64_t timeline_ns = 0;                      ///< length of the timeline's window; 0: no timeline
    std::uint32_t timeline_bytes = timeline_ring_bytes; ///< of its ring: a power of two of at least a page
    bool keep_stacks = false;                           ///< give the sampled stacks back too
    /// Nothing is attached once the session is open: for a process that is about to lose the capabilities for it.
    bool stay_attached = false;
    /// The programs are anybody's: all system calls that move bytes are followed. All subjects but the last are given
    /// to processes, each its own, as they are added or created; the last is that of those that find none left.
    bool foreign = false;
};

/// How often a program ran.
struct ProgramRuns {
    std::string program;
    std::string target;                ///< the tracepoint or function that it is attached to
    std::optional<std::uint64_t> runs; ///< nothing when the kernel did not count them, which takes CAP_SYS_ADMIN
};

/// Whether there is memory for such a session, before anything is loaded; an error that says what limits it if not.
[[nodiscard]] Result<void> check_memory(const SessionOptions& options);

/// BPF programs loaded and attached, from open() until destruction. Nothing is pinned: it all goes away with the
/// process. One trace at a time: begin, then tasks are added, then end.
///
/// Traced are the socket calls send, sendto, sendmsg, recv, recvfrom and recvmsg of the subjects' threads on TCP
/// sockets over IPv4 and IPv6, from the thread's first such call on a socket until the socket is destroyed. Threads and
/// processes that a traced thread creates are traced too, as its subject's.
class Session {
  public:
    static Result<Session> open(const ProbePlan& plan, const SessionOptions& options);
    /// The same for a caller that has other plans: what went wrong with this one.
    static std::variant<Session, Setback> try_plan(const ProbePlan& plan, const SessionOptions& options);
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();

    /// Sets all figures to zero and forgets all threads and sockets. No traced thread may be running. `zero_copy`: some
    /// sends will be with MSG_ZEROCOPY; without it nobody looks for their fate.
    [[nodiscard]] Result<void> begin(bool zero_copy);
    /// Traces a thread, by its id in the initial PID namespace, for a subject: its number in SessionOptions. It and the
    /// next work in forked children too.
    [[nodiscard]] Result<void> add_task(std::uint32_t tid, std::uint32_t subject);
    /// The same for the calling thread, in any PID namespace.
    [[nodiscard]] Result<void> add_this_task(std::uint32_t subject);
    /// With SessionOptions::foreign: traces a thread for its process, both by their ids in the initial PID namespace.
    [[nodiscard]] Result<void> add_task_of_process(std::uint32_t tid, std::uint32_t tgid);
    /// The processes that have a subject of their own, by their subjects' numbers.
    [[nodiscard]] std::vector<std::uint32_t> processes() const;
    /// In a trace that was begun without: some sends are with MSG_ZEROCOPY from now on.
    [[nodiscard]] Result<void> follow_zero_copy();
    /// Detaches all programs but those that follow tasks, and attaches them again: what is counted stays. Calls that
    /// are under way at either are not counted.
    void pause();
    [[nodiscard]] Result<void> resume();
    /// Opens the timeline's window, from now on for its length. Without effect when there is no timeline. Works in
    /// forked children too, so that it can be called where the measured part begins.
    void start_timeline();
    /// Samples are taken only between these two, the measured part. They work in forked children too.
    void start_sampling();
    void stop_sampling();
    /// What these, and add_this_task(), need to be open; and whether that needs bpf(2): in a PID namespace below the
    /// first, whose threads do not know the ids that BPF programs see.
    [[nodiscard]] std::vector<int> measuring_descriptors() const;
    [[nodiscard]] bool measuring_needs_bpf() const;
    /// Reads what was counted. `measured_bytes` is the payload of the measured part, for time per byte of sampled
    /// paths.
    [[nodiscard]] Result<Trace> end(std::uint64_t measured_bytes, double accounted_ns = 0.0);

    /// Median nanoseconds of our own bookkeeping inside a bracketed time, measured when the session was opened; an
    /// error says why it is not known.
    [[nodiscard]] const Result<double>& bracket_ns() const;

    /// How often each program of the plan, the sampler's too, ran in this call to `work`, on behalf of anyone.
    [[nodiscard]] std::vector<ProgramRuns> count_runs(const std::function<void()>& work) const;

    /// Bytes of kernel memory of all maps, as the kernel accounts for them.
    [[nodiscard]] std::uint64_t map_bytes() const;

  private:
    struct State;
    explicit Session(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace netio::tracer
