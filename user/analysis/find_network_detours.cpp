// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/finders.h"
#include "analysis/occurrences.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

constexpr double least_fragments = 0.01;

/// "the sender's namespace", "the namespace of both ends"
std::string namespace_of(const NamespaceActivity& activity) {
    return activity.ends.size() > 1 ? "the namespace of both ends"
                                    : "the " + std::string(name_of(activity.ends.front())) + "'s namespace";
}

double sum(const Cell& cell, std::initializer_list<const char*> counters) {
    double sum = 0.0;
    for (const char* counter : counters)
        sum += static_cast<double>(cell.network_count(counter).value_or(0));
    return sum;
}

} // namespace

std::optional<Finding> find_packet_tap(const FindingInput& input) {
    Finding finding;
    std::vector<std::string> where;
    unsigned most = 0;
    std::size_t cells = 0;
    for (const Cell& cell : input.run.cells) {
        bool tapped = false;
        for (const NamespaceActivity& activity : cell.namespaces) {
            if (activity.packet_taps == 0 || activity.ends.empty())
                continue;
            tapped = true;
            most = std::max(most, activity.packet_taps);
            if (const std::string name = namespace_of(activity); std::ranges::find(where, name) == where.end())
                where.push_back(name);
        }
        cells += tapped ? 1 : 0;
    }
    if (cells == 0)
        return std::nullopt;
    finding.severity = Severity::warning;
    finding.fact = (most == 1 ? "A packet socket" : "Packet sockets (" + grouped(most) + ")") +
                   " got a copy of each frame in " + joined_by_and(where) +
                   (cells == input.run.cells.size() ? "" : ", in " + counted(cells, "cell")) + ".";
    finding.meaning = "A capture (tcpdump) or another program listens there. Each frame is cloned for it, and bytes of "
                      "zero-copy sends are copied. End it, and run again.";
    finding.evidence = {{"packet sockets", "", Figure::exact(most), {}}};
    finding.thresholds = {{"least number of packet sockets", 1, ""}};
    finding.rests_on = {"namespaces.packet_taps"};
    return finding;
}

std::optional<Finding> find_fragmentation(const FindingInput& input) {
    Finding finding;
    Occurrences where;
    double all = 0.0;
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants) {
            const Cell& cell = summary.merged;
            const double fragments = sum(cell, {"Ip.FragCreates", "Ip6.FragCreates"});
            const double datagrams = sum(cell, {"Ip.OutRequests", "Ip6.OutRequests"});
            if (fragments <= 0.0 || fragments < least_fragments * datagrams)
                continue;
            all += fragments;
            where.add(cell, fragments);
            finding.evidence.push_back({"fragments", "", Figure::exact(fragments), location_of(cell)});
        }
    if (where.empty())
        return std::nullopt;
    finding.severity = Severity::warning;
    finding.fact = "IP cut datagrams into " + grouped(static_cast<std::uint64_t>(all)) + " fragments in " +
                   where.where(input.groups) + ".";
    finding.meaning = "A segment does not fit into the MTU" +
                      (input.run.environment.mtu != 0 ? " (" + binary_size(input.run.environment.mtu) + ")" : "") +
                      ": each fragment is copied, and the receiver puts them together again. Use a larger MTU.";
    finding.thresholds = {{"least fragments for each datagram", least_fragments, ""}};
    finding.rests_on = {"namespaces.counters", "environment.mtu"};
    return finding;
}

} // namespace netio::analysis
