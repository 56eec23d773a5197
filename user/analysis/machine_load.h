// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "model/run_result.h"

namespace netio::analysis {

/// What a cell had to share the machine with. Unavailable, with the reason, where it was not recorded.
struct Contention {
    Figure runnable;    ///< share of the worker threads' time in which they were runnable but not running
    Figure other_tasks; ///< share of all CPUs' time in which tasks other than the worker threads ran
    Figure idle;        ///< share of all CPUs' time
    Figure steal;       ///< share of all CPUs' time that the hypervisor gave to others
};
[[nodiscard]] Contention contention_of(const Cell& cell);

/// From these shares on a machine was busy: the worker threads wait for CPUs, others run in the meantime, and little is
/// idle. Threads that wait for one another alone, or for the scheduler to move them to an idle CPU, are no busy
/// machine.
inline constexpr double busy_from_runnable = 0.1;
inline constexpr double busy_from_other_tasks = 0.1;
inline constexpr double busy_up_to_idle = 0.5;
/// Or the hypervisor took this share of the CPUs' time.
inline constexpr double busy_from_steal = 0.05;
/// Times of CPUs are counted in ticks of 10 ms: of fewer than these, a share is no evidence.
inline constexpr double fewest_seconds = 0.05;

/// Whether the hypervisor took so much of the cell's CPU time.
[[nodiscard]] bool was_stolen_from(const Cell& cell);
/// Whether other tasks kept the cell's threads from running.
[[nodiscard]] bool others_were_running(const Cell& cell);

/// Whether others used the machine so much that figures of the cell may come from that. False where it is not known.
[[nodiscard]] bool machine_was_busy(const Cell& cell);

/// Share of the cell's time that the threads may have lost to others, where the machine was busy; else 0. A message
/// waits for either end in turn, so that it is the sum of both ends' waiting, and what the hypervisor took.
[[nodiscard]] double time_lost_to_others(const Cell& cell);

} // namespace netio::analysis
