// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/preemption.h"

#include <bpf/libbpf.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <thread>

#include "base/result.h"
#include "preemption.skel.h"

namespace netio::tracer {
namespace {

Answer unknown(std::string evidence) { return {false, std::move(evidence), {}}; }

} // namespace

Answer probe_preemption() {
    const std::unique_ptr<preemption, decltype(&preemption::destroy)> programs(preemption::open_and_load(),
                                                                               &preemption::destroy);
    if (!programs)
        return unknown("loading programs that look at the preemption count answered " + system_error("", errno).why);
    if (const int error = preemption::attach(programs.get()); error != 0)
        return unknown("attaching programs that look at the preemption count answered " + system_error("", -error).why);
    // One system call, and one switch to another task.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const auto& seen = *programs->bss;
    if (seen.calls_seen == 0)
        return unknown("the kernel does not show its preemption count");
    if (seen.switches_counted == 0)
        return unknown("the kernel does not count preemption: it preempts no thread in the kernel");
    if (seen.calls_preemptible == 0)
        return unknown("a program at sys_enter ran with preemption disabled");
    return {true, "a program at sys_enter ran with preemption enabled", {}};
}

} // namespace netio::tracer
