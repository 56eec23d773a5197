// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <ctime>

#include <cstdint>

namespace netio {

inline std::uint64_t clock_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

/// Nanoseconds of CLOCK_MONOTONIC, the clock that bpf_ktime_get_ns() reads too.
inline std::uint64_t monotonic_ns() { return clock_ns(CLOCK_MONOTONIC); }

/// Nanoseconds of CPU time that the calling thread has used, user and kernel.
inline std::uint64_t thread_cpu_ns() { return clock_ns(CLOCK_THREAD_CPUTIME_ID); }

} // namespace netio
