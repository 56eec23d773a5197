// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/resource.h>

namespace netio::workload {

/// CPU seconds of one thread, as the scheduler accounts them.
struct CpuTime {
    double user_s = 0.0;
    double system_s = 0.0;

    /// Of the calling thread, since it started.
    static CpuTime now() {
        rusage usage{};
        getrusage(RUSAGE_THREAD, &usage);
        return {seconds(usage.ru_utime), seconds(usage.ru_stime)};
    }

    CpuTime since(const CpuTime& start) const { return {user_s - start.user_s, system_s - start.system_s}; }

  private:
    static double seconds(const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    }
};

} // namespace netio::workload
