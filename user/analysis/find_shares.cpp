// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analysis/costs.h"
#include "analysis/finders.h"
#include "analysis/machine_load.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// A share over all cells of one variant.
struct Range {
    Variant variant{};
    double low = 1.0;
    double high = 0.0;
    Quality worst = Quality::exact;
};

struct Shares {
    std::vector<Range> ranges;
    std::vector<Evidence> known; ///< the figure of each cell
    /// Where it is not known, by reason.
    std::vector<std::pair<std::string, std::vector<Location>>> missing;
};

void add_missing(Shares& shares, const std::string& reason, const Location& place) {
    auto same = std::ranges::find_if(shares.missing, [&](const auto& entry) { return entry.first == reason; });
    if (same == shares.missing.end())
        same = shares.missing.insert(same, {reason, {}});
    same->second.push_back(place);
}

template <class ShareOf>
Shares shares_of(const FindingInput& input, const std::string& name, ShareOf share_of) {
    Shares shares;
    for (Variant variant : all_variants) {
        Range range{variant};
        bool any = false;
        for (const Group& group : input.groups) {
            const VariantSummary* summary = group.of(variant);
            if (summary == nullptr)
                continue;
            const Figure share = share_of(summary->merged);
            if (!share.available()) {
                add_missing(shares, share.reason, location_of(summary->merged));
                continue;
            }
            any = true;
            range.low = std::min(range.low, share.value);
            range.high = std::max(range.high, share.value);
            range.worst = std::max(range.worst, share.quality);
            shares.known.push_back({name, "share", share, location_of(summary->merged)});
        }
        if (any)
            shares.ranges.push_back(range);
    }
    return shares;
}

/// "A" where none of its cells has a figure, for one reason; else "A at 64 B".
std::string say_missing(Variant variant, const std::vector<Location>& places, const Shares& shares,
                        const std::vector<Group>& groups) {
    std::vector<Location> own;
    for (Location place : places)
        if (place.variant == variant) {
            place.variant.reset();
            own.push_back(place);
        }
    if (own.empty())
        return {};
    const auto missing = std::ranges::count_if(shares.missing, [&](const auto& entry) {
        return std::ranges::find(entry.second, variant, &Location::variant) != entry.second.end();
    });
    const bool all = missing == 1 && std::ranges::find(shares.ranges, variant, &Range::variant) == shares.ranges.end();
    return std::string(name_of(variant)) + (all ? "" : " " + say_where(own, groups));
}

/// "; not known in A and B (why)"; "" where all is known.
std::string say_missing(const Shares& shares, const FindingInput& input) {
    std::string text;
    for (const auto& [reason, places] : shares.missing) {
        std::vector<std::string> names;
        for (Variant variant : all_variants)
            if (std::string name = say_missing(variant, places, shares, input.groups); !name.empty())
                names.push_back(std::move(name));
        text += (text.empty() ? "; not known in " : ", in ") + joined_by_and(names) + " (" + reason + ")";
    }
    return text;
}

/// "24 to 31 % of the time in one variant, 30 % in another"
std::string say(const Shares& shares, const std::string& of_what) {
    std::vector<std::string> parts;
    parts.reserve(shares.ranges.size());
    for (const Range& range : shares.ranges)
        parts.push_back(share_range(range.low, range.high) + (parts.empty() ? of_what : "") + " in " +
                        std::string(name_of(range.variant)));
    return joined_by_and(parts);
}

/// The same with how good the figures are, and where there are none.
std::string say_all(const Shares& shares, const std::string& of_what, const FindingInput& input) {
    return say(shares, of_what) + " (" +
           std::string(name_of(std::ranges::max(shares.ranges, {}, &Range::worst).worst)) + ")" +
           say_missing(shares, input) + ".";
}

/// Where most is copied, and what would be left without: at least that, by the intervals. Nobody is said to have most
/// whose interval overlaps with another's, or beside variants of which the share is not known.
std::string say_without_copies(const Shares& shares) {
    const Evidence& most =
        *std::ranges::max_element(shares.known, {}, [](const Evidence& one) { return one.figure.value; });
    const auto above_all = [&](auto&& is_rival) {
        return std::ranges::all_of(
            shares.known, [&](const Evidence& one) { return !is_rival(one) || one.figure.high < most.figure.low; });
    };
    const auto same_variant = [&](const Evidence& one) { return one.place.variant == most.place.variant; };
    const auto same_size = [&](const Evidence& one) { return one.place.field_size == most.place.field_size; };
    const bool one_variant = shares.ranges.size() > 1 && shares.missing.empty() &&
                             above_all([&](const Evidence& one) { return !same_variant(one); });
    const bool one_size = one_variant && !std::ranges::all_of(shares.known, same_size) &&
                          above_all([&](const Evidence& one) { return !same_size(one); });
    double high = 0.0;
    for (const Evidence& one : shares.known)
        if ((!one_variant || same_variant(one)) && (!one_size || same_size(one)))
            high = std::max(high, one.figure.high);
    std::string text;
    if (one_variant)
        text = "It takes most in " + std::string(name_of(*most.place.variant)) +
               (one_size ? " with fields of " + binary_size(most.place.field_size) : "") + ": ";
    const bool estimated =
        std::ranges::any_of(shares.known, [](const Evidence& one) { return one.figure.quality == Quality::estimated; });
    return text + (text.empty() ? "Without" : "without") + " any copy the same work would need " +
           (estimated ? "about " : "at least ") + share_text(1.0 - std::min(high, 1.0)) + " of the CPU time.";
}

/// Calls and CPU time that a message costs its sender, for the smallest fields, where they weigh most.
std::string say_send_calls(const FindingInput& input, Finding& finding) {
    const Group& smallest = input.groups.front();
    std::vector<std::string> parts;
    for (const VariantSummary& summary : smallest.variants) {
        const Cell& cell = summary.merged;
        if (!cell.trace || cell.sender.total_payload_bytes == 0)
            continue;
        const Figure time = send_ns_per_message(cell);
        const Figure& calls = cell.trace->payload_path(Path::send_syscall).calls;
        if (!time.available() || !calls.available())
            continue;
        const double messages =
            static_cast<double>(cell.sender.total_payload_bytes) / static_cast<double>(cell.message_size());
        const std::string a_message = trimmed(std::round(calls.value / messages * 100.0) / 100.0);
        parts.push_back(std::string(name_of(cell.variant)) + " " + duration(time.value) + " (" + a_message +
                        (a_message == "1" ? " call)" : " calls)"));
        finding.evidence.push_back({"CPU time in send calls", "ns/message", time, location_of(cell)});
    }
    return parts.empty() ? std::string()
                         : "The send calls of a message take " + joined_by_and(parts) + " of CPU time, " +
                               name_of(smallest) + ".";
}

std::vector<std::string> names_with_cpu_time(std::span<const Path> paths) {
    std::vector<std::string> names;
    for (Path path : paths)
        names.emplace_back(name_of(path));
    names.emplace_back("cpu_s");
    return names;
}

} // namespace

std::optional<Finding> find_copy_share(const FindingInput& input) {
    Finding finding;
    const Shares shares = shares_of(input, "copying", copy_share);
    if (shares.ranges.empty())
        return std::nullopt;
    finding.evidence = shares.known;
    finding.fact = "Copying takes " + say_all(shares, " of the CPU time", input);
    finding.meaning = say_without_copies(shares);
    finding.thresholds = {{"least number of samples", static_cast<double>(least_samples), ""}};
    finding.rests_on = {"cpu_classes.data_copy"};
    if (std::ranges::max(shares.ranges, {}, &Range::worst).worst == Quality::estimated)
        finding.rests_on = names_with_cpu_time(paths_where<is_copy>);
    return finding;
}

std::optional<Finding> find_system_call_share(const FindingInput& input) {
    Finding finding;
    const Shares shares = shares_of(input, "in system calls", system_call_share);
    if (shares.ranges.empty())
        return std::nullopt;
    finding.evidence = shares.known;
    finding.fact =
        "Socket calls, with all of TCP that runs in them, take " + say_all(shares, " of the threads' CPU time", input);
    finding.meaning = say_send_calls(input, finding);
    finding.rests_on = names_with_cpu_time(paths_where<is_call>);
    return finding;
}

std::optional<Finding> find_wait_share(const FindingInput& input) {
    Finding finding;
    const Shares receivers = shares_of(input, "receiver blocked for data",
                                       [](const Cell& cell) { return blocked_share(cell, Path::wait_recv); });
    if (receivers.ranges.empty())
        return std::nullopt;
    finding.evidence = receivers.known;
    finding.fact = "The receiver is blocked " + say_all(receivers, " of the time", input);
    const Shares senders = shares_of(input, "sender blocked for space",
                                     [](const Cell& cell) { return blocked_share(cell, Path::wait_send); });
    if (!senders.ranges.empty() &&
        std::ranges::all_of(senders.ranges, [](const Range& range) { return range.high <= 0.0; })) {
        finding.meaning = "No sender waits for buffer space" + say_missing(senders, input);
        finding.evidence.push_back({"senders blocked for space", "share", senders.known.front().figure, {}});
    } else if (!senders.ranges.empty()) {
        finding.meaning =
            "The sender waits for buffer space " + say(senders, " of the time") + say_missing(senders, input);
        std::ranges::copy(senders.known, std::back_inserter(finding.evidence));
    }
    if (!senders.ranges.empty())
        finding.meaning += "; time blocked is not the cost of a copy.";
    if (std::ranges::any_of(input.run.cells, machine_was_busy))
        finding.meaning += (finding.meaning.empty() ? "" : " ") +
                           std::string("It lasts until the thread is on a CPU again: on a busy machine, waiting for "
                                       "one is in it.");
    finding.rests_on = {"wait_recv", "wait_send", "duration_s"};
    return finding;
}

} // namespace netio::analysis
