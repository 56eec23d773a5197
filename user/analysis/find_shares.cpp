// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

#include "analysis/costs.h"
#include "analysis/finders.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// A share over all cells of one variant.
struct Range {
    Variant variant{};
    double low = 1.0;
    double high = 0.0;
    std::uint64_t size_of_high = 0;
    Quality worst = Quality::exact;
};

template <class ShareOf>
std::vector<Range> ranges_of(const FindingInput& input, const std::string& name, ShareOf share_of, Finding& finding) {
    std::vector<Range> ranges;
    for (Variant variant : all_variants) {
        Range range{variant};
        bool any = false;
        for (const Group& group : input.groups) {
            const VariantSummary* summary = group.of(variant);
            if (summary == nullptr)
                continue;
            const Figure share = share_of(summary->merged);
            if (!share.available())
                continue;
            any = true;
            range.low = std::min(range.low, share.value);
            range.worst = std::max(range.worst, share.quality);
            if (share.value >= range.high) {
                range.high = share.value;
                range.size_of_high = group.field_size;
            }
            finding.evidence.push_back({name, "share", share, location_of(summary->merged)});
        }
        if (any)
            ranges.push_back(range);
    }
    return ranges;
}

/// "24 to 31 % of the time in one variant, 30 % in another"
std::string say(const std::vector<Range>& ranges, const std::string& of_what) {
    std::vector<std::string> parts;
    parts.reserve(ranges.size());
    for (const Range& range : ranges)
        parts.push_back(share_range(range.low, range.high) + (parts.empty() ? of_what : "") + " in " +
                        std::string(name_of(range.variant)));
    return joined_by_and(parts);
}

std::string quality_of(const std::vector<Range>& ranges) {
    return std::string(name_of(std::ranges::max(ranges, {}, &Range::worst).worst));
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
    const std::vector<Range> ranges = ranges_of(input, "copying", copy_share, finding);
    if (ranges.empty())
        return std::nullopt;
    const Range& most = *std::ranges::max_element(ranges, {}, &Range::high);
    finding.fact = "Copying takes " + say(ranges, " of the CPU time") + " (" + quality_of(ranges) + ").";
    finding.meaning = "It takes most in " + std::string(name_of(most.variant)) + " with fields of " +
                      binary_size(most.size_of_high) + ": without any copy the same work would need at least " +
                      share_text(1.0 - most.high) + " of the CPU time.";
    finding.thresholds = {{"least number of samples", static_cast<double>(least_samples), ""}};
    finding.rests_on = {"cpu_classes.data_copy"};
    if (most.worst == Quality::estimated)
        finding.rests_on = names_with_cpu_time(paths_where<is_copy>);
    return finding;
}

std::optional<Finding> find_system_call_share(const FindingInput& input) {
    Finding finding;
    const std::vector<Range> ranges = ranges_of(input, "in system calls", system_call_share, finding);
    if (ranges.empty())
        return std::nullopt;
    finding.fact = "Socket calls, with all of TCP that runs in them, take " + say(ranges, " of the threads' CPU time") +
                   " (" + quality_of(ranges) + ").";
    finding.meaning = say_send_calls(input, finding);
    finding.rests_on = names_with_cpu_time(paths_where<is_call>);
    return finding;
}

std::optional<Finding> find_wait_share(const FindingInput& input) {
    Finding finding;
    const std::vector<Range> receiver = ranges_of(
        input, "receiver blocked for data", [](const Cell& cell) { return blocked_share(cell, Path::wait_recv); },
        finding);
    if (receiver.empty())
        return std::nullopt;
    finding.fact = "The receiver is blocked " + say(receiver, " of the time") + " (" + quality_of(receiver) + ").";
    Finding of_senders;
    const std::vector<Range> senders = ranges_of(
        input, "sender blocked for space", [](const Cell& cell) { return blocked_share(cell, Path::wait_send); },
        of_senders);
    if (!senders.empty() && std::ranges::all_of(senders, [](const Range& range) { return range.high <= 0.0; })) {
        finding.meaning = "No sender waits for buffer space";
        finding.evidence.push_back({"senders blocked for space", "share", of_senders.evidence.front().figure, {}});
    } else if (!senders.empty()) {
        finding.meaning = "The sender waits for buffer space " + say(senders, " of the time");
        std::ranges::move(of_senders.evidence, std::back_inserter(finding.evidence));
    }
    if (!senders.empty())
        finding.meaning += "; time blocked is not the cost of a copy.";
    finding.rests_on = {"wait_recv", "wait_send", "duration_s"};
    return finding;
}

} // namespace netio::analysis
