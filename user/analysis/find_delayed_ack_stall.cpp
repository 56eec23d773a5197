// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/finders.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

// Nagle's algorithm (RFC 896) holds a short segment back until what was sent before it is acknowledged, and the peer
// delays its acknowledgement (RFC 1122, 4.2.3.2) by 40 ms or more (TCP_DELACK_MIN, include/net/tcp.h).
constexpr std::uint64_t shortest_ns = 38'000'000;
constexpr std::uint64_t longest_ns = 50'000'000;
constexpr double least_share = 0.2;
constexpr double most_cpu = 0.1;

/// Share of the messages whose latency lies in the buckets of the mode.
double share_in_mode(const Histogram& latency) {
    if (latency.empty())
        return 0.0;
    std::uint64_t inside = 0;
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i)
        if (Histogram::lower_bound(i) >= shortest_ns && Histogram::upper_bound(i) <= longest_ns)
            inside += latency.bucket(i);
    return static_cast<double>(inside) / static_cast<double>(latency.count());
}

/// Share of their time that the worker threads were on a CPU.
double busy_share(const Cell& cell) {
    const double thread_seconds = 2.0 * cell.duration_s() * cell.threads;
    const double busy_seconds = cell.cpu_ns_per_byte() * static_cast<double>(cell.payload_bytes()) / 1e9;
    return thread_seconds > 0.0 ? busy_seconds / thread_seconds : 1.0;
}

/// Of each message's time, the part that the receiver was blocked.
Figure blocked_ms(const Cell& cell) {
    if (!cell.trace)
        return Figure::unavailable("not traced");
    const Figure& waited = cell.trace->payload_path(Path::wait_recv).time_ns;
    const std::uint64_t messages = cell.receiver.total_payload_bytes / cell.message_size();
    if (!waited.available() || waited.quality == Quality::sampled || messages == 0)
        return Figure::unavailable("blocked time was not measured");
    return Figure::exact(waited.value / static_cast<double>(messages) / 1e6);
}

struct Stall {
    double share_low = 1.0;
    double share_high = 0.0;
    double busiest = 0.0;
    Figure blocked; ///< in milliseconds a message, where it is first known
    std::string blocked_in;
    std::vector<std::string> variants;
    std::vector<Location> places;
};

void note_stall(Stall& stall, Finding& finding, const Cell& cell, double share, double busy) {
    const Location place = location_of(cell);
    const Figure blocked = blocked_ms(cell);
    stall.share_low = std::min(stall.share_low, share);
    stall.share_high = std::max(stall.share_high, share);
    stall.busiest = std::max(stall.busiest, busy);
    if (!stall.blocked.available() && blocked.available()) {
        stall.blocked = blocked;
        stall.blocked_in = name_of(cell);
    }
    stall.places.push_back(place);
    if (const std::string name(name_of(cell.variant)); std::ranges::find(stall.variants, name) == stall.variants.end())
        stall.variants.push_back(name);
    finding.evidence.push_back({"messages of 38 to 50 ms", "share", Figure::exact(share), place});
    finding.evidence.push_back({"time on a CPU", "share", Figure::exact(busy), place});
    if (blocked.available())
        finding.evidence.push_back({"blocked for data", "ms/message", blocked, place});
}

} // namespace

std::optional<Finding> find_delayed_ack_stall(const FindingInput& input) {
    if (!input.run.spec.nagle)
        return std::nullopt;
    Finding finding;
    Stall stall;
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants) {
            const double share = share_in_mode(summary.merged.receiver.latency);
            const double busy = busy_share(summary.merged);
            if (share >= least_share && busy <= most_cpu)
                note_stall(stall, finding, summary.merged, share, busy);
        }
    if (stall.places.empty())
        return std::nullopt;
    finding.severity = Severity::warning;
    std::ranges::sort(stall.variants);
    finding.fact = joined_by_and(stall.variants) + " " + (stall.variants.size() == 1 ? "stalls " : "stall ") +
                   say_where(stall.places, input.groups) + ": " + share_range(stall.share_low, stall.share_high) +
                   " of the messages take 38 to 50 ms, while the threads are on a CPU for " +
                   (stall.places.size() == 1 ? "" : "at most ") + share_text(stall.busiest) + " of their time.";
    finding.meaning =
        (stall.blocked.available() ? "For " + fixed(stall.blocked.value, 1) +
                                         " ms of a message the receiver is blocked (" + stall.blocked_in + "). "
                                   : std::string()) +
        "This is waiting, not copying: Nagle's algorithm holds a short segment until the previous one is "
        "acknowledged, and the receiver delays acknowledgements by 40 ms. Set TCP_NODELAY, or send a message with "
        "one call.";
    finding.advice.add(Advice::Change::disable_nagle);
    finding.thresholds = {{"least share of messages of 38 to 50 ms", least_share, "share"},
                          {"most time on a CPU", most_cpu, "share"}};
    finding.rests_on = {"latency_histogram", "wait_recv", "cpu_s"};
    return finding;
}

} // namespace netio::analysis
