// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/finders.h"
#include "analysis/occurrences.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

// Below this share of the segments a few that were late, and not lost, would be told: a loss probe (RFC 8985) is sent
// when an acknowledgement takes longer than two round-trip times, which a busy CPU is enough for.
constexpr double least_lost_segments = 0.001;
constexpr double many_lost_segments = 0.01;
constexpr double timeout_s = 0.2; // TCP_RTO_MIN, include/net/tcp.h

struct Losses {
    double sent = 0.0;
    double again = 0.0;
    double duplicates = 0.0;
    double timeouts = 0.0;

    /// Of the segments sent, those that were sent again because they did not arrive.
    [[nodiscard]] double share() const { return sent > 0.0 ? std::max(again - duplicates, 0.0) / sent : 0.0; }
    void add(const Losses& other) {
        sent += other.sent;
        again += other.again;
        duplicates += other.duplicates;
        timeouts += other.timeouts;
    }
};

Losses losses_of(const Cell& cell) {
    const auto count = [&](const char* name) { return static_cast<double>(cell.network_count(name).value_or(0)); };
    return {count("Tcp.OutSegs") + count("Tcp.RetransSegs"), count("Tcp.RetransSegs"), count("TcpExt.TCPDSACKRecvSegs"),
            count("TcpExt.TCPTimeouts")};
}

std::string whole(double count) { return grouped(static_cast<std::uint64_t>(count)); }

} // namespace

std::optional<Finding> find_retransmissions(const FindingInput& input) {
    Finding finding;
    Occurrences where;
    Losses all;
    double timeout_share = 0.0;
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants) {
            const Cell& cell = summary.merged;
            const Losses losses = losses_of(cell);
            if (losses.timeouts == 0.0 && losses.share() < least_lost_segments)
                continue;
            all.add(losses);
            where.add(cell, losses.share());
            if (cell.duration_s() > 0.0)
                timeout_share =
                    std::max(timeout_share, losses.timeouts * timeout_s / (cell.duration_s() * cell.threads));
            const Location place = location_of(cell);
            finding.evidence.push_back({"segments sent again", "", Figure::exact(losses.again), place});
            finding.evidence.push_back({"of those, received twice", "", Figure::exact(losses.duplicates), place});
            finding.evidence.push_back({"timeouts", "", Figure::exact(losses.timeouts), place});
        }
    if (where.empty())
        return std::nullopt;
    finding.severity = all.timeouts > 0.0 || where.high >= many_lost_segments ? Severity::warning : Severity::note;
    finding.fact = "TCP sent " + whole(all.again) + " segments again in " + where.where(input.groups) + ", " +
                   share_text(all.sent > 0.0 ? all.again / all.sent : 0.0) + " of all";
    if (all.timeouts > 0.0)
        finding.fact += ", and " + counted(static_cast<std::uint64_t>(all.timeouts), "time") + " after a timeout";
    finding.fact += ".";
    finding.meaning =
        "Frames are lost on the link, or acknowledgements are late; this costs time, whichever way a message "
        "is sent";
    if (all.timeouts > 0.0)
        finding.meaning += ": a timeout stops a connection for 200 ms or more, at least " +
                           share_text(std::min(timeout_share, 1.0)) + " of the time" +
                           (where.places.size() == 1 ? "" : " where it is most");
    finding.meaning += ". Look at queues and drops of the link (tc -s qdisc, ip -s link).";
    finding.thresholds = {{"least share of segments lost, or one timeout", least_lost_segments, "share"}};
    finding.rests_on = {"namespaces.counters"};
    return finding;
}

} // namespace netio::analysis
