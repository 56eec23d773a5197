// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/recording.h"
#include "tracer/session.h"
#include "tracer/ways.h"

namespace netio::experiment {

/// Times the calls of anybody's programs, all the time or in windows: the tracer of the built-in run, with a subject
/// for each process.
class CallTiming {
  public:
    /// Opens the best session that works here; `notes` gets what did not. `sockets`: that are there already.
    static Result<CallTiming> open(const AttachSpec& spec, std::size_t sockets, std::vector<std::string>& notes);

    [[nodiscard]] const tracer::ProbePlan& plan() const { return plan_; }
    [[nodiscard]] std::uint64_t map_bytes() const { return session_.map_bytes(); }

    /// A thread that is there already; one that is known is passed over. How many found no room is counted.
    void add(const tracer::FoundTask& task);
    [[nodiscard]] bool knows(std::uint32_t tgid) const;
    /// The processes that are timed each by itself, so far.
    [[nodiscard]] std::vector<std::uint32_t> processes() const { return session_.processes(); }

    [[nodiscard]] Result<void> begin();
    /// From now on the fate of zero-copy sends is followed too, as it is from the begin where a command is traced: what
    /// that takes is not attached before there are such sends.
    [[nodiscard]] Result<void> follow_zero_copy();
    /// When something is to be done next, by the monotonic clock.
    [[nodiscard]] std::uint64_t next_ns() const { return next_ns_; }
    /// Opens or closes a window, if it is time to.
    [[nodiscard]] Result<void> act();
    /// Ends the timing, and gives what was seen.
    [[nodiscard]] Result<Trace> end();

    /// After the end: what was seen of a process; null: it had no subject of its own, or was not seen.
    [[nodiscard]] const SubjectTrace* of_process(const Trace& trace, std::uint32_t tgid) const;
    /// How much of the trace was timed, and in how many windows.
    [[nodiscard]] std::uint64_t timed_ns() const { return timed_ns_; }
    [[nodiscard]] unsigned windows() const { return windows_; }
    /// How long attaching and detaching take, where that is done again and again.
    [[nodiscard]] std::uint64_t switch_ns() const { return switch_ns_; }

  private:
    CallTiming(const AttachSpec& spec, tracer::ProbePlan plan, tracer::Session session)
        : in_windows_(spec.timing == Timing::windows), zero_copy_(!spec.command.empty()), percent_(spec.window_percent),
          duration_s_(spec.duration_s), plan_(std::move(plan)), session_(std::move(session)) {}

    void plan_windows();
    void plan_next(std::uint64_t period_begins);
    Result<void> close_window(std::uint64_t now);
    void spread(Trace& trace, std::uint64_t whole_ns) const;

    bool in_windows_;
    bool zero_copy_;
    double percent_;
    double duration_s_;
    tracer::ProbePlan plan_;
    tracer::Session session_;
    std::vector<std::uint32_t> processes_;         ///< by the subjects' numbers, after the end
    std::map<std::uint32_t, std::uint32_t> known_; ///< thread to thread group
    std::uint64_t begins_ns_ = 0;
    std::uint64_t next_ns_ = UINT64_MAX;
    std::uint64_t window_begins_ns_ = 0; ///< 0: none is open
    std::uint64_t window_ns_ = 0;
    std::uint64_t period_ns_ = 0;
    std::uint64_t period_begins_ns_ = 0;
    std::uint64_t switch_ns_ = 0;
    std::uint64_t timed_ns_ = 0;
    unsigned windows_ = 0;
    std::minstd_rand random_{1};
    /// What each window added: inclusive time by subject and path.
    struct Sums {
        std::vector<std::vector<double>> values; ///< a window's, by subject and path
    };
    std::vector<std::vector<double>> before_;
    std::vector<Sums> of_windows_;
};

} // namespace netio::experiment
