// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/endpoint_summary.h"

#include <fmt/format.h>

namespace netio::cli {

std::string describe_end(const workload::Options& options, const EndResult& result) {
    std::string text =
        fmt::format("{:<16}8 fields of {} B, {}\n", name_of(result.role), options.field_size, name_of(options.pattern));
    text += fmt::format("{:<16}{} ({} B of payload)\n", "messages", result.messages, result.payload_bytes);
    if (result.duration_s > 0.0) {
        const auto bytes = static_cast<double>(result.payload_bytes);
        text += fmt::format("{:<16}{:.3f} s\n", "duration", result.duration_s);
        text += fmt::format("{:<16}{:.6f} Gbit/s\n", "throughput", bytes * 8.0 / (result.duration_s * 1e9));
    }
    if (!result.latency.empty())
        text += fmt::format("{:<16}mean {:.1f}, p50 {:.1f}, p99 {:.1f}, p99.9 {:.1f}, max {:.1f} us\n", "latency",
                            result.latency.mean() / 1e3, result.latency.quantile(0.5) / 1e3,
                            result.latency.quantile(0.99) / 1e3, result.latency.quantile(0.999) / 1e3,
                            static_cast<double>(result.latency.max()) / 1e3);
    text += fmt::format("{:<16}user {:.3f} s, system {:.3f} s\n", "CPU time", result.cpu_user_s, result.cpu_system_s);
    text += fmt::format("{:<16}send {} ({} B), receive {} ({} B), error queue {}\n", "calls", result.calls.send_calls,
                        result.calls.send_bytes, result.calls.recv_calls, result.calls.recv_bytes,
                        result.calls.errqueue_calls);
    if (result.zerocopy.sends != 0)
        text += fmt::format(
            "{:<16}{} sends, {} completed, {} of them copied after all, ENOBUFS {}, {} outstanding at most\n",
            "zero-copy", result.zerocopy.sends, result.zerocopy.completions, result.zerocopy.copied,
            result.zerocopy.enobufs, result.zerocopy.deepest_outstanding);
    if (options.verify)
        text += fmt::format("{:<16}{} B, every one as expected\n", "verified", result.bytes_verified);
    return text;
}

} // namespace netio::cli
