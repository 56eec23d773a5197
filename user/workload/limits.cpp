// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/limits.h"

#include <sys/resource.h>

#include <cerrno>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace netio::workload {
namespace {

constexpr std::uint64_t other_files = 64;

} // namespace

std::optional<std::uint64_t> available_memory() {
    std::ifstream file("/proc/meminfo");
    std::string name;
    std::uint64_t kilobytes = 0;
    while (file >> name >> kilobytes) {
        if (name == "MemAvailable:")
            return kilobytes * 1024;
        file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return std::nullopt;
}

Result<void> check_memory(std::uint64_t needed, unsigned threads) {
    const std::optional<std::uint64_t> available = available_memory();
    if (!available || needed <= *available)
        return {};
    const auto mebibytes = [](std::uint64_t bytes) { return std::to_string(bytes / (1024 * 1024)) + " MiB"; };
    return input_error("not enough memory for the buffers of " + std::to_string(threads) + " threads",
                       "they need " + mebibytes(needed) + ", and " + mebibytes(*available) + " are free")
        .or_choose({Choice::smaller_fields, Choice::fewer_threads});
}

Result<void> allow_files(std::uint64_t needed) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return system_error("cannot read the limit of open files", errno);
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit); // may be refused in a sandbox; the check below decides
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < needed + other_files)
        return input_error("the limit of open files is too low",
                           std::to_string(needed) + " connections are asked for and the limit is " +
                               std::to_string(limit.rlim_cur),
                           "raise the hard limit (ulimit -Hn)")
            .or_choose({Choice::fewer_threads});
    return {};
}

int last_spare_file(unsigned connections) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > std::numeric_limits<int>::max())
        return std::numeric_limits<int>::max();
    return static_cast<int>(limit.rlim_cur) - static_cast<int>(connections + other_files);
}

} // namespace netio::workload
