// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/costs.h"
#include "analysis/finders.h"
#include "analysis/occurrences.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

// A receiver that delays an acknowledgement (RFC 1122, 4.2.3.2) sends it when a timer expires, after 40 ms or more
// (TCP_DELACK_MIN, include/net/tcp.h), and counts it as DelayedACKs (tcp_delack_timer_handler(), net/ipv4/tcp_timer.c).
constexpr double timer_s = 0.04;
constexpr double least_lost_time = 0.1;
constexpr const char* counter = "TcpExt.DelayedACKs";

/// Share of their time that the worker threads are not asleep.
double awake_share(const Cell& cell) {
    double awake_s = 0.0;
    for (const EndResult* end : {&cell.sender, &cell.receiver})
        awake_s += end->cpu_user_s + end->cpu_system_s + end->runnable_s.value_or(0.0);
    return std::min(awake_s / (cell.duration_s() * cell.threads), 1.0);
}

struct Stalls {
    Occurrences where;
    std::uint64_t acknowledgements = 0;
    std::uint64_t messages = 0;
    bool several_calls = false;
    bool small_buffer = false;
    bool requests = false; ///< requests are held up
    bool messages_too = false;
};

/// An acknowledgement that is delayed while an end has work to do holds nobody up: only while both ends of a connection
/// sleep, time is lost.
double lost_share(const Cell& cell, std::uint64_t acknowledgements) {
    const double delayed = static_cast<double>(acknowledgements) * timer_s / (cell.duration_s() * cell.threads);
    return std::min(delayed, 1.0 - awake_share(cell));
}

/// Whether it is the request that waits: the end that sends the messages delays acknowledgements. Where one namespace
/// has both ends, a request of several writes is held up, and a message of one call is not.
bool holds_up_requests(const RunSpec& spec, const Cell& cell, std::uint64_t acknowledgements) {
    if (const auto at_sender = cell.network_count(counter, Role::sender))
        return 2 * *at_sender > acknowledgements;
    return spec.nagle && spec.request_writes > 1 && entry_of(cell.variant).calls_per_message == 1;
}

bool buffer_is_small(const RunSpec& spec, const Cell& cell) {
    return spec.send_buffer != 0 && spec.send_buffer < cell.message_size();
}

std::string explain(const RunSpec& spec, const Stalls& stalls) {
    const std::string waits = "This is waiting, not copying: ";
    if (stalls.small_buffer)
        return waits + "the send buffer (" + binary_size(spec.send_buffer) +
               ") holds less than a message and is full until the receiver acknowledges, and the receiver delays "
               "acknowledgements by 40 ms. Use a larger send buffer.";
    if (stalls.requests && !stalls.messages_too)
        return waits + (spec.nagle ? "Nagle's algorithm holds a short segment of the request" : "a request") +
               (spec.request_writes > 1 ? ", which is made in " + grouped(spec.request_writes) + " writes," : "") +
               (spec.nagle ? " until the previous one is acknowledged" : " waits for an acknowledgement") +
               ", and the server delays acknowledgements by 40 ms. " +
               (spec.request_writes > 1
                    ? "Make the request in one write" + std::string(spec.nagle ? ", or set TCP_NODELAY." : ".")
                    : "Set TCP_NODELAY.");
    if (spec.nagle)
        return waits +
               "Nagle's algorithm holds a short segment until the previous one is acknowledged, and the receiver "
               "delays acknowledgements by 40 ms. Set TCP_NODELAY" +
               (stalls.several_calls ? ", or send a message with one call." : ".");
    return waits + "the sender waits for an acknowledgement, and the receiver delays acknowledgements by 40 ms.";
}

} // namespace

std::optional<Finding> find_delayed_ack_stall(const FindingInput& input) {
    const RunSpec& spec = input.run.spec;
    Finding finding;
    Stalls stalls;
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants) {
            const Cell& cell = summary.merged;
            const auto acknowledgements = cell.network_count(counter);
            if (!acknowledgements || cell.messages() == 0 || cell.duration_s() <= 0.0)
                continue;
            const double lost = lost_share(cell, *acknowledgements);
            if (lost < least_lost_time)
                continue;
            stalls.where.add(cell, lost);
            stalls.acknowledgements += *acknowledgements;
            stalls.messages += cell.messages();
            (holds_up_requests(spec, cell, *acknowledgements) ? stalls.requests : stalls.messages_too) = true;
            stalls.several_calls |= entry_of(cell.variant).calls_per_message > 1;
            stalls.small_buffer |= buffer_is_small(spec, cell);
            const Location place = location_of(cell);
            finding.evidence.push_back(
                {"delayed acknowledgements", "", Figure::exact(static_cast<double>(*acknowledgements)), place});
            finding.evidence.push_back(
                {"time lost", "share", Figure::estimated(lost, "40 ms for each, while both ends sleep"), place});
            finding.evidence.push_back({"time that an end is awake", "share", Figure::exact(awake_share(cell)), place});
        }
    if (stalls.where.empty())
        return std::nullopt;
    finding.severity = Severity::warning;
    finding.fact = "Delayed acknowledgements hold up " + stalls.where.where(input.groups) + " for " +
                   share_range(stalls.where.low, stalls.where.high) +
                   " of the time: " + grouped(stalls.acknowledgements) + " of them, " +
                   significant(static_cast<double>(stalls.acknowledgements) / static_cast<double>(stalls.messages), 2) +
                   " a message, of 40 ms or more each.";
    finding.meaning = explain(spec, stalls);
    if (spec.nagle && !stalls.small_buffer)
        finding.advice.add(Advice::Change::disable_nagle);
    finding.thresholds = {{"least time lost", least_lost_time, "share"}};
    finding.rests_on = {"namespaces.counters", "cpu_s", "runnable_s"};
    return finding;
}

} // namespace netio::analysis
