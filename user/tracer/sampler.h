// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace netio::tracer {

/// What became of the ticks of the sampling clock on all CPUs.
struct TickCounts {
    std::uint64_t taken = 0;
    std::uint64_t idle = 0; ///< of those, such that found their CPU idle
    /// Ticks that did not happen, by how many of the two around them found the CPU idle.
    std::array<std::uint64_t, 3> missed{};
};

/// CPU time that a sample of a CPU at work stands for: the clock's period, and its share of the ticks that were missed
/// while a CPU was at work. Between two ticks of which one found the CPU idle, half of those that are missing are taken
/// to be so. Ticks that an idle CPU missed, which are most where a virtual CPU wakes late, are nobody's work.
[[nodiscard]] double time_of_sample_ns(const TickCounts& ticks, unsigned frequency);

/// The sampling clock: the software event cpu-clock on every CPU, for all tasks, off until start(). A BPF program sees
/// each of its ticks.
class Sampler {
  public:
    /// `frequency`: ticks per second and CPU. `program_fd`: a loaded BPF program of type perf_event.
    static Result<Sampler> open(unsigned frequency, int program_fd);

    void start();
    void stop();
    /// Forgets the time that it has been on so far.
    void begin();
    /// Ticks that should have happened since begin(), from the time that each event was on.
    [[nodiscard]] std::uint64_t expected() const;

  private:
    struct Clock {
        UniqueFd event;
        UniqueFd link;
        std::uint64_t enabled_before_ns = 0;
    };
    explicit Sampler(unsigned frequency) : frequency_(frequency) {}

    unsigned frequency_;
    std::vector<Clock> clocks_;
};

} // namespace netio::tracer
