// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/limits.h"

#include <linux/capability.h>
#include <sys/resource.h>

#include <cerrno>
#include <limits>
#include <optional>
#include <string>

#include "base/capability.h"
#include "base/memory_headroom.h"
#include "workload/sockets.h"
#include "workload/worker_thread.h"

namespace netio::workload {
namespace {

constexpr std::uint64_t other_files = 64;

/// Of a thread's stack, in user space and in the kernel, and of the kernel's objects for it and its connection.
constexpr std::uint64_t touched_of_a_thread = 64 * 1024;

Result<void> check_fits(std::uint64_t needed, const std::optional<MemoryHeadroom>& headroom, unsigned threads) {
    if (!headroom || needed <= headroom->bytes)
        return {};
    const auto mebibytes = [](std::uint64_t bytes) { return std::to_string(bytes / (1024 * 1024)) + " MiB"; };
    return input_error("not enough memory for " + std::to_string(threads) + (threads == 1 ? " thread" : " threads"),
                       "buffers and stacks need " + mebibytes(needed) + ", and " + headroom->limited_by + " leaves " +
                           mebibytes(headroom->bytes))
        .or_choose({Choice::smaller_fields, Choice::fewer_threads});
}

} // namespace

Result<void> check_memory(std::uint64_t buffers, unsigned threads) {
    return check_fits(buffers + threads * touched_of_a_thread, memory_headroom(), threads);
}

Result<void> check_own_memory(std::uint64_t buffers, unsigned threads) {
    NETIO_TRY(check_memory(buffers, threads));
    return check_fits(buffers + threads * std::uint64_t{thread_stack_size}, own_memory_headroom(), threads);
}

CapabilitySet needed_capabilities(const Options& options, Role role) {
    CapabilitySet needed = 0;
    if (!options.congestion.empty() && !anyone_may_use(options.congestion))
        needed |= capabilities(CAP_NET_ADMIN);
    if (role == Role::sender && uses_zero_copy(options.variant) && exempt_from_memory_lock_limit() &&
        !lift_memory_lock_limit())
        needed |= capabilities(CAP_IPC_LOCK);
    return needed;
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
