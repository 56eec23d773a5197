// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/finders.h"
#include "analysis/phrases.h"

namespace netio::analysis {

std::optional<Finding> find_oversubscribed_cpus(const FindingInput& input) {
    unsigned threads = 0;
    for (const Cell& cell : input.run.cells)
        threads = std::max(threads, cell.threads);
    const unsigned workers = 2 * threads;
    const unsigned cpus = input.run.environment.cpus;
    if (cpus == 0 || workers <= cpus)
        return std::nullopt;
    Finding finding;
    finding.fact = counted(threads, "connection") + (threads == 1 ? " has " : " have ") + grouped(workers) +
                   " worker threads, a sender and a receiver each, on " + counted(cpus, "CPU") + ".";
    finding.meaning = "Threads may wait for a CPU; latencies include this (see preempted times).";
    finding.evidence = {{"worker threads", "", Figure::exact(workers), {}},
                        {"usable CPUs", "", Figure::exact(cpus), {}}};
    finding.thresholds = {{"most worker threads without waiting", static_cast<double>(cpus), ""}};
    finding.rests_on = {"environment.cpus", "threads"};
    return finding;
}

} // namespace netio::analysis
