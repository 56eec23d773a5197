// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/copies.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "analysis/costs.h"
#include "analysis/merge.h"

namespace netio::analysis {
namespace {

constexpr double not_known = std::numeric_limits<double>::infinity();

/// What a copied byte costs at least, as a share of what it costs in copy_in and copy_out: the instructions are the
/// same, and other copies read what has just been written.
constexpr double least_cost = 0.5;

/// Copies per byte from which on samples say nothing: no set-up is known that makes so many.
constexpr double most_room = 8.0;

/// What a byte that is copied by copy_in or copy_out costs at least, nanoseconds; 0: not known.
double cost_of_copy_ns(const Cell& cell) {
    Figure time = Figure::exact(0.0);
    double copies = 0.0;
    for (Path path : {Path::copy_in, Path::copy_out}) {
        const Figure& bytes = cell.trace->payload_path(path).bytes;
        const Figure cost = ns_per_payload_byte(cell, path);
        if (!cost.available() || !bytes.available() || bytes.value == 0.0)
            continue;
        time = sum_of(time, cost);
        copies += bytes.value / static_cast<double>(cell.sender.total_payload_bytes);
    }
    return copies > 0.0 ? std::max(0.0, time.low / copies) : 0.0;
}

/// Copies per byte that the evidence leaves room for, at most; and in words what it shows.
struct Room {
    double copies = not_known;
    std::string in_words;
};

/// Why copies are made that no probe counts, by something else than samples; empty: nothing tells of a reason.
std::string expected_for(const Cell& cell, const CopyEvidence& evidence) {
    if (!evidence.expected_for.empty())
        return evidence.expected_for;
    if (cell.network_count("Ip.FragCreates").value_or(0) + cell.network_count("Ip6.FragCreates").value_or(0) != 0)
        return "IP cut packets into fragments, which copies them";
    const auto is_tapped = [](const NamespaceActivity& activity) { return activity.packet_taps != 0; };
    return std::ranges::any_of(cell.namespaces, is_tapped) ? "a packet socket got a copy of each frame" : "";
}

Room room_in(const Cell& cell) {
    const std::optional<CopyEvidence>& evidence = cell.trace->copy_evidence;
    if (!evidence)
        return {not_known, "nothing tells of them"};
    if (std::string reason = expected_for(cell, *evidence); !reason.empty())
        return {not_known, std::move(reason)};
    const auto payload = static_cast<double>(cell.trace->payload_path(Path::copy_out).sampled_bytes);
    const Figure time = evidence->uncounted_ns.per(payload, "no payload was sent");
    if (!time.available())
        return {not_known, "no samples tell of them"};
    const double cost = cost_of_copy_ns(cell) * least_cost;
    const std::string seen =
        evidence->uncounted == 0 ? "no sample lies in an uncounted one" : "samples show that there are some";
    const double room = cost > 0.0 ? time.high / cost : not_known;
    return room < most_room ? Room{room, seen} : Room{not_known, seen + ", of too few"};
}

/// Pinned bytes of sends that completions say were copied, but that were not seen: of each the copy that the
/// completion tells of. For each payload byte.
double told_by_completions(const Cell& cell, double seen) {
    const ZerocopyTotals& zerocopy = completed_zerocopy(cell);
    const Figure& pinned = cell.trace->payload_path(Path::pin).bytes;
    if (zerocopy.copied == 0)
        return 0.0;
    const double share = zerocopy.completions == 0
                             ? 1.0
                             : static_cast<double>(zerocopy.copied) / static_cast<double>(zerocopy.completions);
    return pinned.available()
               ? std::max(0.0, pinned.value * share - seen) / static_cast<double>(cell.sender.total_payload_bytes)
               : not_known;
}

} // namespace

const ZerocopyTotals& completed_zerocopy(const Cell& cell) {
    if (cell.trace && cell.trace->of(Role::sender).zerocopy.completions != 0)
        return cell.trace->of(Role::sender).zerocopy;
    return cell.sender.zerocopy;
}

Figure copies_per_byte(const Cell& cell) {
    if (!cell.trace)
        return Figure::unavailable("not traced");
    if (cell.sender.total_payload_bytes == 0)
        return Figure::unavailable("no payload was sent");
    const auto payload = static_cast<double>(cell.sender.total_payload_bytes);
    Figure sum = Figure::exact(0.0);
    double told = 0.0;
    std::string uncounted;
    for (Path path : paths_where<is_copy>) {
        const Figure bytes = cell.trace->payload_path(path).bytes.per(payload, {});
        if (bytes.available()) {
            sum = sum_of(sum, bytes);
            continue;
        }
        if (!copies_skb(path))
            return Figure::unavailable(std::string(name_of(path)) + ": " + bytes.reason);
        uncounted += (uncounted.empty() ? "" : ", ") + std::string(name_of(path));
        sum.value += bytes.bounds ? bytes.bounds->low : 0.0;
        if (path == Path::deferred_copy)
            told = told_by_completions(cell, bytes.bounds ? bytes.bounds->low * payload : 0.0);
    }
    if (uncounted.empty())
        return sum;
    const Room room = room_in(cell);
    std::string reason = "not all copies in " + uncounted + " are counted here: " + room.in_words;
    if (told > 0.0)
        reason += "; completions tell of copies that were not seen";
    if (!sum.reason.empty())
        reason += "; " + sum.reason;
    return Figure::between(sum.value, sum.value + told + room.copies, reason);
}

Figure bytes_copied_after_all(const Trace& trace) {
    Figure copied = trace.payload_path(Path::deferred_copy).bytes;
    const SubjectTrace& sender = trace.of(Role::sender);
    for (Path path : paths_where<copies_skb>)
        if (const Figure& bytes = trace.payload_path(path).bytes; path != Path::deferred_copy && !bytes.available())
            copied = sum_of(copied, Figure::at_least(0.0, bytes.reason));
    for (const CopySite& site : sender.copied_after_all)
        if (site.path != Path::deferred_copy)
            copied = sum_of(copied, Figure::exact(static_cast<double>(site.bytes)));
    return copied;
}

Figure skb_copies_ns_per_byte(const Cell& cell) {
    Figure sum = Figure::exact(0.0);
    for (Path path : paths_where<copies_skb>)
        sum = sum_of(sum, own_time_per_payload_byte_ns(cell, path));
    return sum;
}

} // namespace netio::analysis
