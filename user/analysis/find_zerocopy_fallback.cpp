// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "analysis/copies.h"
#include "analysis/finders.h"
#include "analysis/merge.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

struct CopiedSends {
    std::uint64_t completions = 0;
    std::uint64_t copied = 0;
    bool by_tracer = false;
};

/// The tracer's word goes before the error queue's, which loses the flag of a range when it merges it with another.
CopiedSends copied_sends(const Run& run) {
    CopiedSends traced{0, 0, true};
    CopiedSends reported;
    for (const Cell& cell : run.cells) {
        reported.completions += cell.sender.zerocopy.completions;
        reported.copied += cell.sender.zerocopy.copied;
        if (cell.trace) {
            traced.completions += cell.trace->of(Role::sender).zerocopy.completions;
            traced.copied += cell.trace->of(Role::sender).zerocopy.copied;
        }
    }
    return traced.completions != 0 ? traced : reported;
}

std::vector<const Trace*> zero_copy_traces(const Group& group) {
    std::vector<const Trace*> traces;
    for (const VariantSummary& summary : group.variants)
        if (uses_zero_copy(summary.merged.variant) && summary.merged.trace)
            traces.push_back(&*summary.merged.trace);
    return traces;
}

/// Why bytes were copied, what most of them were copied for first: counted, or by samples where no hook tells.
struct Reasons {
    std::vector<CopySite> sites; ///< by samples: without bytes and calls
    bool by_samples = false;
};

Reasons sampled_reasons(const std::vector<Group>& groups) {
    std::map<CopyReason, std::pair<CopySite, std::uint64_t>> sums; // and its samples
    std::map<CopyReason, std::uint64_t> largest;
    for (const Group& group : groups)
        for (const Trace* trace : zero_copy_traces(group))
            for (const CopyEvidence::Site& site :
                 trace->copy_evidence ? trace->copy_evidence->sites : std::vector<CopyEvidence::Site>()) {
                auto& [sum, samples] = sums[site.reason];
                sum.reason = site.reason;
                samples += site.samples;
                if (site.samples > largest[site.reason]) {
                    largest[site.reason] = site.samples;
                    sum.path = site.path;
                    sum.functions = site.functions;
                }
            }
    std::vector<std::pair<CopySite, std::uint64_t>> list;
    for (auto& [reason, entry] : sums)
        list.push_back(std::move(entry));
    std::ranges::stable_sort(list, std::ranges::greater{}, &std::pair<CopySite, std::uint64_t>::second);
    Reasons reasons{{}, true};
    for (auto& [site, samples] : list)
        reasons.sites.push_back(std::move(site));
    return reasons;
}

/// The sites of all cells by reason, those with the most bytes first.
std::vector<CopySite> counted_sites(const std::vector<Group>& groups) {
    std::map<CopyReason, std::pair<CopySite, std::uint64_t>> sums; // and the bytes of the largest
    for (const Group& group : groups)
        for (const Trace* trace : zero_copy_traces(group))
            for (const CopySite& site : trace->of(Role::sender).copied_after_all) {
                auto& [sum, largest] = sums[site.reason];
                sum.reason = site.reason;
                sum.calls += site.calls;
                sum.bytes += site.bytes;
                if (site.bytes > largest) {
                    largest = site.bytes;
                    sum.path = site.path;
                    sum.functions = site.functions;
                }
            }
    std::vector<CopySite> sites;
    sites.reserve(sums.size());
    for (auto& [reason, entry] : sums)
        sites.push_back(std::move(entry.first));
    std::ranges::stable_sort(sites, std::ranges::greater{}, &CopySite::bytes);
    return sites;
}

Reasons reasons_of(const std::vector<Group>& groups) {
    std::vector<CopySite> counted = counted_sites(groups);
    return counted.empty() ? sampled_reasons(groups) : Reasons{std::move(counted)};
}

std::string say_reasons(const Reasons& found, const LinkSpec& link) {
    const std::vector<CopySite>& sites = found.sites;
    std::vector<std::string> reasons;
    reasons.reserve(sites.size());
    for (const CopySite& site : sites)
        reasons.push_back(
            std::string(describe(site.reason)) +
            (sites.size() > 1 && !found.by_samples ? " (" + amount(static_cast<double>(site.bytes)) + ")" : ""));
    std::string text = joined(reasons);
    if (sites.size() == 1 && sites.front().reason == CopyReason::local_delivery)
        text += " (" + to_string(link) + ")";
    return text.empty() || !found.by_samples ? text : text + ", by samples";
}

/// What the device that payload leaves by lacks for frames that stay in the sender's pages.
struct MissingOffload {
    std::vector<std::string> features; ///< in words; empty: it has both, or does not say
    std::string command;               ///< that turns them on
    bool has_both = false;
};

MissingOffload missing_offload(const Environment& environment) {
    MissingOffload missing;
    if (!environment.devices)
        return missing;
    const DeviceFacts& device = environment.devices->server;
    std::string switches;
    if (device.scatter_gather == false) {
        missing.features.emplace_back("scatter-gather");
        switches += " sg on";
    }
    if (device.transmit_checksum == false) {
        missing.features.emplace_back("transmit checksum");
        switches += " tx on";
    }
    missing.command = "ethtool -K " + device.name + switches;
    missing.has_both = device.scatter_gather == true && device.transmit_checksum == true;
    return missing;
}

std::string advise(const MissingOffload& missing) {
    return "the sender's device has " + joined_by_and(missing.features) + " off. `" + missing.command +
           "` turns it on, if the device can.";
}

std::string explain_linearized(const CopySite& site, const MissingOffload& missing) {
    const std::string made_linear = "The kernel made frames linear before it sent them";
    if (!missing.features.empty())
        return made_linear + ", because " + advise(missing);
    if (missing.has_both)
        return made_linear + ", although the sender's device has scatter-gather and checksum offload" +
               (site.functions.empty() ? std::string(".") : " (under " + joined(site.functions) + ").");
    return made_linear +
           ", because the device cannot gather a frame from several pages or cannot fill in its checksum: "
           "see `ethtool -k`, and turn scatter-gather and tx-checksum on if the device has them.";
}

/// What the reason means that most bytes were copied for, and what to do about it.
std::string explain(const CopySite& site, const Environment& environment) {
    const MissingOffload missing = missing_offload(environment);
    switch (site.reason) {
    case CopyReason::local_delivery:
        return "The frames reached a receiver on this machine, which must not keep the sender's pages, so that the "
               "kernel "
               "copied them (" +
               std::string(name_of(site.path)) +
               "); a peer on another machine, behind a network card, does not need that.";
    case CopyReason::linearized:
        return explain_linearized(site, missing);
    case CopyReason::packet_tap:
        return "A packet socket listened on the link (tcpdump, a DHCP client), and each frame it gets is copied first: "
               "stop it, or let it listen elsewhere.";
    case CopyReason::reallocation:
        return "The kernel had to change or enlarge packets that it had already built, and copied their pages with "
               "them" +
               (site.functions.empty() ? std::string(".") : " (" + site.functions.front() + ").");
    case CopyReason::fragmentation:
        return "The kernel cut packets into IP fragments, for they were larger than the MTU" +
               (environment.mtu == 0 ? std::string() : " of " + grouped(environment.mtu) + " B") +
               " allows, and copied what is in them: raise the MTU of the link.";
    case CopyReason::other:
        return site.functions.empty() ? "The functions that led to the copies are not known."
                                      : "The copies were made under " + joined(site.functions) + ".";
    }
    return {};
}

/// Without a seen reason: what this kind of link is known for.
std::string explain(const LinkSpec& link, const MissingOffload& missing) {
    switch (link.kind) {
    case LinkKind::veth:
    case LinkKind::loopback:
        return "That is what " + std::string(link.kind == LinkKind::veth ? "veth" : "loopback") +
               " does: frames stay on this machine, and skb_copy_ubufs copies the sender's pages when the peer's "
               "receive "
               "path takes them, later than copy_in would have and in softirq. Behind a network card with "
               "scatter-gather and checksum offload they can stay where they are.";
    case LinkKind::devices:
        if (!missing.features.empty())
            return "The reason was not traced, but " + advise(missing);
        return "The reason was not traced. Usual ones are a device without scatter-gather or checksum offload "
               "(`ethtool -k`), and a packet tap.";
    }
    return {};
}

/// Bytes copied after all over bytes pinned; can be more than all of them, for what is sent again is copied again.
Figure copied_bytes(const std::vector<Group>& groups) {
    Figure copied = Figure::exact(0.0);
    double pinned = 0.0;
    for (const Group& group : groups)
        for (const Trace* trace : zero_copy_traces(group)) {
            copied = sum_of(copied, bytes_copied_after_all(*trace));
            pinned += trace->payload_path(Path::pin).bytes.value;
        }
    return copied.per(pinned, "no page was pinned");
}

/// What the copies cost where fields are largest; empty when they were not seen.
std::optional<Evidence> cost_of_copy(const std::vector<Group>& groups) {
    for (std::size_t left = groups.size(); left > 0; --left)
        for (const VariantSummary& summary : groups[left - 1].variants) {
            if (!uses_zero_copy(summary.merged.variant))
                continue;
            const Figure cost = skb_copies_ns_per_byte(summary.merged);
            if (cost.available() && cost.value > 0.0)
                return Evidence{"deferred_copy + linearize + skb_copy", "ns/B", cost, location_of(summary.merged)};
        }
    return std::nullopt;
}

std::string say_cost(const Evidence& cost) {
    return " The copies cost " + fixed(cost.figure.value, 3) + " ns per payload byte" +
           (cost.figure.quality == Quality::sampled
                ? " (95 %: " + fixed(cost.figure.low, 3) + " to " + fixed(cost.figure.high, 3) + ")"
                : "") +
           " with fields of " + binary_size(cost.place.field_size) + ".";
}

/// Share of the pinned bytes from which on pinning was in vain; segments that are lost are not copied.
constexpr double nearly_all = 0.99;
/// Share of the pinned bytes whose copies are told although no completion tells of them.
constexpr double least_share = 0.01;

/// "VARIANT was not zero-copy: 100 % of 110 sends were copied after all". Bytes decide where they are known, for one
/// copied segment marks its whole send; they are told where they do not say the same.
std::string say_how_much(const std::string& who, const CopiedSends& sends, const Figure& share_of_bytes) {
    const double share_of_sends =
        sends.completions == 0 ? 0.0 : static_cast<double>(sends.copied) / static_cast<double>(sends.completions);
    const std::string of_sends = share_text(share_of_sends) + " of " + counted(sends.completions, "send");
    if (const auto& bounds = share_of_bytes.bounds; bounds && bounds->low < nearly_all)
        return who + " was not zero-copy, or in part only: " + of_sends +
               " were copied after all, at least in part; how many of their bytes is not known here";
    const bool all = (share_of_bytes.available() ? share_of_bytes.value : share_of_sends) >=
                     (share_of_bytes.available() ? nearly_all : 1.0);
    const bool bytes_tell_more = share_of_bytes.available() && !(all && sends.copied == sends.completions);
    return who + (all ? " was not zero-copy: " : " was zero-copy in part only: ") +
           (bytes_tell_more ? share_text(share_of_bytes.value) + " of the pinned bytes and " : std::string()) +
           of_sends + " were copied after all";
}

} // namespace

std::optional<Finding> find_zerocopy_fallback(const FindingInput& input) {
    const CopiedSends sends = copied_sends(input.run);
    const Figure share_of_bytes = copied_bytes(input.groups);
    // A completion does not tell of all copies: not of those that skb_segment() makes.
    if (sends.copied == 0 && !(share_of_bytes.available() && share_of_bytes.value >= least_share))
        return std::nullopt;
    const Location place = location_of_zero_copy(input.run);
    const Reasons found = reasons_of(input.groups);
    const std::vector<CopySite>& sites = found.sites;
    const std::string reasons = say_reasons(found, input.run.spec.link);
    Finding finding;
    finding.severity = Severity::warning;
    finding.fact = say_how_much(zero_copy_names(input.run), sends, share_of_bytes) +
                   (reasons.empty() ? "" : ": " + reasons) + (sends.by_tracer ? "" : ", by what the error queue says") +
                   ".";
    const Environment& environment = input.run.environment;
    finding.meaning = sites.empty() ? explain(input.run.spec.link, missing_offload(environment))
                                    : explain(sites.front(), environment);
    finding.evidence = {
        {"zero-copy sends completed", "sends", Figure::exact(static_cast<double>(sends.completions)), place},
        {"of them copied after all", "sends", Figure::exact(static_cast<double>(sends.copied)), place}};
    for (const CopySite& site : sites)
        if (!found.by_samples)
            finding.evidence.push_back({"copied for " + std::string(name_of(site.reason)), "bytes",
                                        Figure::exact(static_cast<double>(site.bytes)), place});
    if (share_of_bytes.range())
        finding.evidence.push_back({"pinned bytes that were copied", "share", share_of_bytes, place});
    if (const std::optional<Evidence> cost = cost_of_copy(input.groups)) {
        finding.meaning += say_cost(*cost);
        finding.evidence.push_back(*cost);
    }
    finding.thresholds = {{"least number of copied sends", 1, ""}};
    finding.rests_on = sends.by_tracer ? std::vector<std::string>{"zc_complete", "deferred_copy"}
                                       : std::vector<std::string>{"error queue"};
    if (share_of_bytes.range()) {
        finding.thresholds.push_back({"share of pinned bytes that counts as all", nearly_all, "share"});
        finding.rests_on.emplace_back("pin");
    }
    if (!sites.empty())
        finding.rests_on.emplace_back(found.by_samples ? "copy_evidence" : "zerocopy.copied_after_all");
    return finding;
}

} // namespace netio::analysis
