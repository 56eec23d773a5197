// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/run_result.h"
#include "tracer/probe_plan.h"

namespace netio::tracer {

struct SessionOptions {
    std::vector<Variant> variants; ///< slots exist for these only
    unsigned threads = 1;          ///< most connections in a cell; tables are sized for both ends
};

/// Marks the calling thread as one to be traced. Usable in a process forked from the one that opened the session.
class ThreadRegistrar {
  public:
    ThreadRegistrar(const ThreadRegistrar&) = delete;
    ThreadRegistrar& operator=(const ThreadRegistrar&) = delete;
    virtual ~ThreadRegistrar() = default;
    [[nodiscard]] virtual Result<void> register_this_thread(Variant variant, Role role) = 0;

  protected:
    ThreadRegistrar() = default;
};

/// BPF programs loaded and attached, from open() until destruction. Nothing is pinned: it all goes away with the
/// process. One cell at a time: begin_cell, then the workload's threads register, then end_cell.
class Session {
  public:
    static Result<Session> open(const ProbePlan& plan, const SessionOptions& options);
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();

    /// Owned by the session; valid in forked children for as long as they live.
    [[nodiscard]] ThreadRegistrar& registrar();

    /// Sets all figures to zero and forgets all threads and sockets.
    [[nodiscard]] Result<void> begin_cell(Variant variant);
    /// Samples are taken only between these two, the measured part of the cell.
    void start_sampling();
    void stop_sampling();
    /// Reads what was counted. `measured_bytes` is the payload of the measured part, for time per byte of sampled
    /// paths.
    [[nodiscard]] Result<TraceResult> end_cell(Variant variant, std::uint64_t measured_bytes);

    /// Bytes of kernel memory of all maps, and the names of the attached programs.
    [[nodiscard]] std::uint64_t map_bytes() const;

  private:
    struct State;
    explicit Session(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace netio::tracer
