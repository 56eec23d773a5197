// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/options.h"

#include <cmath>
#include <string>

#include "workload/sockets.h"

namespace netio::workload {

Result<void> check(const Options& options) {
    if (options.field_size < 1 || options.field_size > most_field_size)
        return input_error("field size " + std::to_string(options.field_size) + " is out of range",
                           "1 to " + std::to_string(most_field_size) + " bytes", "give a size such as 64, 4K or 1M");
    if (options.threads < 1 || options.threads > most_threads)
        return input_error(std::to_string(options.threads) + " threads are out of range",
                           "1 to " + std::to_string(most_threads), "give a number of this range");
    if (!std::isfinite(options.duration_s) || options.duration_s <= 0.0 || options.duration_s > most_duration_s)
        return input_error("a duration of " + std::to_string(options.duration_s) + " s is out of range",
                           "above 0, and at most 86400 s", "give a number of seconds");
    if (options.think_time_ns > most_think_time_ns)
        return input_error("a think time of " + std::to_string(options.think_time_ns) + " ns is out of range",
                           "0 to " + std::to_string(most_think_time_ns) + " ns", "give a number of nanoseconds");
    if (options.request_writes > 1 && options.pattern == Pattern::stream)
        return input_error("a request cannot be written in several parts", "the pattern stream has no requests",
                           "leave out one of the two");
    if (options.request_writes < 1 || options.request_writes > options.field_size * fields_per_message)
        return input_error("a request cannot be written in " + std::to_string(options.request_writes) + " parts",
                           "it has " + std::to_string(options.field_size * fields_per_message) + " bytes",
                           "give a number from 1 to that");
    return check_congestion_control(options.congestion);
}

} // namespace netio::workload
