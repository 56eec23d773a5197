// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/finders.h"
#include "analysis/machine_load.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// The lowest and highest of a share over cells; only available ones are added.
struct ShareRange {
    double low = 1.0;
    double high = 0.0;

    void add(const Figure& share) {
        if (!share.available())
            return;
        low = std::min(low, share.value);
        high = std::max(high, share.value);
    }
    [[nodiscard]] std::string text() const { return share_range(std::min(low, high), high); }
};

} // namespace

std::optional<Finding> find_machine_busy(const FindingInput& input) {
    Finding finding;
    ShareRange runnable;
    ShareRange others;
    ShareRange steal;
    std::size_t busy = 0;
    std::size_t with_others = 0;
    std::size_t stolen_from = 0;
    for (const Cell& cell : input.run.cells) {
        if (!machine_was_busy(cell))
            continue;
        ++busy;
        const Contention contention = contention_of(cell);
        if (others_were_running(cell)) {
            ++with_others;
            runnable.add(contention.runnable);
            others.add(contention.other_tasks);
        }
        if (was_stolen_from(cell)) {
            ++stolen_from;
            steal.add(contention.steal);
        }
        const Location place = location_of(cell);
        finding.evidence.push_back({"threads runnable but not running", "share", contention.runnable, place});
        finding.evidence.push_back({"CPU time of other tasks", "share", contention.other_tasks, place});
        finding.evidence.push_back({"CPU time stolen", "share", contention.steal, place});
        finding.evidence.push_back({"load average", "", Figure::exact(cell.machine->load_average), place});
    }
    if (busy == 0)
        return std::nullopt;
    finding.severity = Severity::warning;
    finding.fact = "The machine was busy in " +
                   (busy == input.run.cells.size() ? (busy == 1 ? std::string("the cell") : "all cells")
                                                   : grouped(busy) + " of " + counted(input.run.cells.size(), "cell")) +
                   ": ";
    const auto in = [&](std::size_t cells) { return cells == busy ? std::string() : "in " + grouped(cells) + " "; };
    if (with_others != 0)
        finding.fact += in(with_others) + "the threads were runnable but not running for " + runnable.text() +
                        " of their time, and other tasks used " + others.text() + " of the CPUs";
    if (stolen_from != 0)
        finding.fact +=
            (with_others == 0 ? "" : "; ") + in(stolen_from) + "the hypervisor took " + steal.text() + " of the CPUs";
    finding.fact += ".";
    finding.meaning =
        "Throughput and latency contain waiting for a CPU, and variants may differ by that alone. Run again "
        "on an idle machine.";
    finding.thresholds = {{"least time runnable but not running", busy_from_runnable, "share"},
                          {"least CPU time of other tasks", busy_from_other_tasks, "share"},
                          {"most idle CPU time", busy_up_to_idle, "share"},
                          {"or least CPU time stolen", busy_from_steal, "share"},
                          {"least time of either", fewest_seconds, "s"}};
    finding.rests_on = {"runnable_s", "machine", "cpu_s"};
    return finding;
}

} // namespace netio::analysis
