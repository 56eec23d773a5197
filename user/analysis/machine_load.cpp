// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/machine_load.h"

#include <algorithm>

namespace netio::analysis {
namespace {

bool reaches(const Figure& share, double limit) { return share.available() && share.value >= limit; }

} // namespace

Contention contention_of(const Cell& cell) {
    const Figure not_recorded = Figure::unavailable("not recorded");
    Contention contention{not_recorded, not_recorded, not_recorded, not_recorded};
    const double threads_s = 2.0 * cell.duration_s() * cell.threads;
    if (cell.sender.runnable_s && cell.receiver.runnable_s && threads_s > 0.0)
        contention.runnable =
            Figure::exact(std::min((*cell.sender.runnable_s + *cell.receiver.runnable_s) / threads_s, 1.0));
    if (!cell.machine || cell.machine->wall_s <= 0.0)
        return contention;
    const MachineLoad& machine = *cell.machine;
    double workers_s = 0.0;
    for (const EndResult* end : {&cell.sender, &cell.receiver})
        workers_s += end->cpu_user_s + end->cpu_system_s;
    const double others_s = std::max(machine.user_s + machine.system_s - workers_s, 0.0);
    contention.other_tasks = Figure::estimated(others_s / machine.wall_s, "CPUs are accounted for in ticks of 10 ms");
    contention.idle = Figure::exact(machine.idle_s / machine.wall_s);
    contention.steal = Figure::exact(machine.steal_s / machine.wall_s);
    return contention;
}

bool was_stolen_from(const Cell& cell) {
    return reaches(contention_of(cell).steal, busy_from_steal) && cell.machine->steal_s >= fewest_seconds;
}

bool others_were_running(const Cell& cell) {
    const Contention contention = contention_of(cell);
    return reaches(contention.runnable, busy_from_runnable) && reaches(contention.other_tasks, busy_from_other_tasks) &&
           contention.other_tasks.value * cell.machine->wall_s >= fewest_seconds &&
           contention.idle.value <= busy_up_to_idle;
}

bool machine_was_busy(const Cell& cell) { return was_stolen_from(cell) || others_were_running(cell); }

double time_lost_to_others(const Cell& cell) {
    if (!machine_was_busy(cell))
        return 0.0;
    const Contention contention = contention_of(cell);
    const double waited = contention.runnable.available() ? std::min(2.0 * contention.runnable.value, 1.0) : 0.0;
    return 1.0 - (1.0 - waited) * (1.0 - contention.steal.value);
}

} // namespace netio::analysis
