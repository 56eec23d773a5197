// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "perf/refusal.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace netio::perf {
namespace {

std::string named(int errno_value) {
    const char* name = strerrorname_np(errno_value);
    return name != nullptr ? " [" + std::string(name) + "]" : "";
}

} // namespace

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
        return {CounterStatus::not_supported, "the counter cannot be set like this" + code};
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
        return {CounterStatus::not_counted, "somebody else has the counter to themselves" + code};
    case ENOSPC:
        return {CounterStatus::not_counted, "the hardware has no counter left" + code + "; use fewer events"};
    default:
        return {CounterStatus::not_counted, "perf_event_open failed: " + std::string(strerror(errno_value)) + code};
    }
}

} // namespace netio::perf
