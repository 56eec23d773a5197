// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace netio::tracer {

/// The sampling clock: the software event cpu-clock on every CPU, for all tasks, off until start(). A BPF program sees
/// each of its ticks.
class Sampler {
  public:
    /// `frequency`: ticks per second and CPU. `program_fd`: a loaded BPF program of type perf_event.
    static Result<Sampler> open(unsigned frequency, int program_fd);

    void start();
    void stop();
    /// What start() and stop() need to be open.
    [[nodiscard]] std::vector<int> descriptors() const;
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
