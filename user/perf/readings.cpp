// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "perf/readings.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "perf/counters.h"

namespace netio::perf {
namespace {

/// Later is worse. What holds for the machine outranks what happened to one thread.
int badness(CounterStatus status) {
    switch (status) {
    case CounterStatus::counted:
        return 0;
    case CounterStatus::multiplexed:
        return 1;
    case CounterStatus::not_counted:
        return 2;
    case CounterStatus::not_permitted:
        return 3;
    case CounterStatus::not_supported:
        return 4;
    case CounterStatus::unknown_event:
        return 5;
    }
    return 5;
}

void add(CounterReading& sum, const CounterReading& reading) {
    if (badness(reading.status) > badness(sum.status)) {
        sum.status = reading.status;
        sum.reason = reading.reason;
    }
    sum.raw += reading.raw;
    sum.scaled += reading.scaled;
    sum.enabled_ns += reading.enabled_ns;
    sum.running_ns += reading.running_ns;
}

std::string named(int errno_value) {
    const char* name = strerrorname_np(errno_value);
    return name != nullptr ? " [" + std::string(name) + "]" : "";
}

} // namespace

CounterReading to_reading(std::string event, const EventValues& values) {
    CounterReading reading;
    reading.event = std::move(event);
    reading.raw = values.count;
    reading.enabled_ns = values.enabled_ns;
    reading.running_ns = values.running_ns;
    if (values.enabled_ns == 0) {
        reading.status = CounterStatus::not_counted;
        reading.reason = "never enabled";
    } else if (values.running_ns == 0) {
        reading.status = CounterStatus::not_counted;
        reading.reason = "never got a hardware counter; use fewer events";
    } else if (values.running_ns < values.enabled_ns) {
        reading.status = CounterStatus::multiplexed;
        reading.scaled = static_cast<double>(values.count) * static_cast<double>(values.enabled_ns) /
                         static_cast<double>(values.running_ns);
    } else {
        reading.status = CounterStatus::counted;
        reading.scaled = static_cast<double>(values.count);
    }
    return reading;
}

void add_readings(std::vector<CounterReading>& sum, std::span<const CounterReading> readings) {
    for (const CounterReading& reading : readings) {
        const auto same =
            std::find_if(sum.begin(), sum.end(), [&](const auto& known) { return known.event == reading.event; });
        if (same == sum.end())
            sum.push_back(reading);
        else
            add(*same, reading);
    }
}

std::optional<int> perf_event_paranoid() {
    std::ifstream file("/proc/sys/kernel/perf_event_paranoid");
    int level = 0;
    if (file >> level)
        return level;
    return std::nullopt;
}

Refusal explain_refusal(int errno_value, std::optional<int> paranoid) {
    const std::string code = named(errno_value);
    switch (errno_value) {
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
    case ENXIO:
        return {CounterStatus::not_supported,
                "this machine has no such counter" + code + "; virtual machines often have no PMU"};
    case EINVAL:
        return {CounterStatus::not_supported, "the processor does not support this event" + code};
    case ENOSYS:
        return {CounterStatus::not_supported, "this kernel has no perf events" + code};
    case EACCES:
    case EPERM:
        // perf_allow_kernel(), include/linux/perf_event.h: above 1, only CAP_PERFMON may count the kernel.
        if (paranoid.value_or(0) > 1)
            return {CounterStatus::not_permitted, "kernel.perf_event_paranoid is " + std::to_string(*paranoid) + code +
                                                      "; run as root, or set it to 1, or count user space only "
                                                      "(EVENT:u)"};
        return {CounterStatus::not_permitted, "a container's system call filter or a security module forbids it" +
                                                  code + "; allow perf_event_open(2), or give CAP_PERFMON"};
    case EMFILE:
        return {CounterStatus::not_counted,
                "out of file descriptors" + code + "; raise ulimit -n, or use fewer threads or events"};
    case ENFILE:
        return {CounterStatus::not_counted,
                "the machine is out of file descriptors" + code + "; raise sysctl fs.file-max"};
    case ENOMEM:
        return {CounterStatus::not_counted, "out of memory" + code + "; use fewer threads or events"};
    case EBUSY:
        return {CounterStatus::not_counted, "another program has exclusive use of the counter" + code};
    case ENOSPC:
        return {CounterStatus::not_counted, "the hardware has no counter left" + code + "; use fewer events"};
    default:
        return {CounterStatus::not_counted, "perf_event_open failed: " + std::string(strerror(errno_value)) + code};
    }
}

} // namespace netio::perf
