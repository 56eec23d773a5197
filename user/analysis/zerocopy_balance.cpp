// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/zerocopy_balance.h"

#include <algorithm>
#include <cmath>

#include "analysis/copies.h"
#include "analysis/costs.h"
#include "analysis/judge.h"
#include "analysis/merge.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// Without the place, and with no interval but that of samples.
ZerocopyBalance balance_of(const Cell& copying, const Cell& zero_copy) {
    ZerocopyBalance balance;
    balance.saved = difference_of(own_time_per_payload_byte_ns(copying, Path::copy_in),
                                  own_time_per_payload_byte_ns(zero_copy, Path::copy_in));
    balance.pin = own_time_per_payload_byte_ns(zero_copy, Path::pin);
    balance.copied_later = skb_copies_ns_per_byte(zero_copy);
    balance.completions = own_time_per_payload_byte_ns(zero_copy, Path::errqueue_syscall);
    balance.net = difference_of(difference_of(difference_of(balance.saved, balance.pin), balance.copied_later),
                                balance.completions);
    return balance;
}

/// Of the pairs of cells of a repeat.
std::vector<double> nets_of_repeats(const VariantSummary& copying, const VariantSummary& zero_copy) {
    std::vector<double> nets;
    for (const Cell* one : copying.cells)
        for (const Cell* other : zero_copy.cells)
            if (one->repeat == other->repeat)
                if (const Figure net = balance_of(*one, *other).net; net.available())
                    nets.push_back(net.value);
    return nets;
}

/// The spread of the repeats, for a figure that has no other interval.
void add_interval(Figure& net, const std::vector<double>& nets) {
    if (net.quality == Quality::sampled || nets.size() < 2)
        return;
    const double half = student_mean(nets).half_width;
    net.quality = Quality::sampled;
    net.low = net.value - half;
    net.high = net.value + half;
    net.reason = "the interval is that of the repeats" + (net.reason.empty() ? "" : "; " + net.reason);
}

/// "under 4.4 ns" where no sample was in it, "nothing" where there was nothing to sample.
std::string ns(const Figure& figure) {
    if (figure.value != 0.0)
        return significant(figure.value) + " ns";
    return figure.high > 0.0 ? "under " + significant(figure.high, 2) + " ns" : "nothing";
}

} // namespace

std::string say(const ZerocopyBalance& balance) {
    std::string text =
        "with fields of " + binary_size(balance.place.field_size) + " and " +
        counted(balance.place.threads, "connection") + " " + std::string(name_of(*balance.place.variant)) + " saves " +
        ns(balance.saved) + " a byte of " + std::string(name_of(balance.counterpart)) + "'s copy_in and spends " +
        ns(balance.pin) + " on pinning pages" +
        (balance.copied_later.value > 0.0 ? ", " + ns(balance.copied_later) + " on copying after all" : "") + " and " +
        ns(balance.completions) + " on reading completions: ";
    const Figure& net = balance.net;
    const double low = std::min(std::fabs(net.low), std::fabs(net.high));
    const double high = std::max(std::fabs(net.low), std::fabs(net.high));
    if (!balance.pays() && !balance.loses())
        return text + "no significant difference" +
               (balance.has_interval()
                    ? " (95 %: " + significant(net.low) + " to " + significant(net.high) + " ns saved)"
                    : "");
    text += significant(std::fabs(net.value)) + (balance.pays() ? " ns less in all" : " ns more in all");
    return balance.has_interval() ? text + " (95 %: " + significant(low) + " to " + significant(high) + ")" : text;
}

std::vector<ZerocopyBalance> zerocopy_balances(const FindingInput& input) {
    std::vector<ZerocopyBalance> balances;
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants) {
            const Variant variant = summary.merged.variant;
            const std::optional<Variant> counterpart = entry_of(variant).counterpart;
            const VariantSummary* copying = counterpart ? group.of(*counterpart) : nullptr;
            if (copying == nullptr)
                continue;
            ZerocopyBalance balance = balance_of(copying->merged, summary.merged);
            if (!balance.net.available())
                continue;
            balance.place = location_of(summary.merged);
            balance.counterpart = *counterpart;
            add_interval(balance.net, nets_of_repeats(*copying, summary));
            balances.push_back(std::move(balance));
        }
    return balances;
}

namespace {

void add_evidence(Finding& finding, const ZerocopyBalance& balance) {
    const Location& place = balance.place;
    finding.evidence.push_back(
        {"saved: copy_in of " + std::string(name_of(balance.counterpart)), "ns/B", balance.saved, place});
    finding.evidence.push_back({"pin", "ns/B", balance.pin, place});
    finding.evidence.push_back({"copied later", "ns/B", balance.copied_later, place});
    finding.evidence.push_back({"errqueue_syscall", "ns/B", balance.completions, place});
    finding.evidence.push_back({"balance (+ saved)", "ns/B", balance.net, place});
}

/// "zero-copy saves more than it costs at 64 KiB"; empty without such places.
std::string say(const std::string& what, const std::vector<Location>& places, const FindingInput& input) {
    return places.empty() ? std::string() : what + " " + say_where(places, input.groups);
}

} // namespace

std::optional<Finding> find_zerocopy_balance(const FindingInput& input) {
    const std::vector<ZerocopyBalance> balances = zerocopy_balances(input);
    if (balances.empty())
        return std::nullopt;
    Finding finding;
    std::vector<Location> pays;
    std::vector<Location> loses;
    std::vector<Location> open;
    for (const ZerocopyBalance& balance : balances) {
        (balance.pays() ? pays : balance.loses() ? loses : open).push_back(balance.place);
        add_evidence(finding, balance);
    }
    if (pays.empty() && loses.empty())
        finding.fact = say(
            "No significant difference between the CPU time that zero-copy costs and that of the copy that it saves",
            open, input);
    else
        for (const std::string& part : {say("costs more CPU time than the copy that it saves", loses, input),
                                        say("saves more than it costs", pays, input), say("open", open, input)})
            if (!part.empty())
                finding.fact += (finding.fact.empty() ? "Zero-copy " : "; ") + part;
    finding.fact += ".";
    finding.meaning = say(balances.back()) + ".";
    finding.meaning.front() = 'W';
    if (!std::ranges::all_of(balances, &ZerocopyBalance::has_interval))
        finding.meaning += " Times taken call by call have no interval with one repeat, and their spread is not known.";
    if (std::ranges::any_of(balances, &ZerocopyBalance::has_interval))
        finding.thresholds = {{"confidence that the balance is not 0", 0.95, "share"}};
    finding.rests_on = {"copy_in", "pin", "deferred_copy", "errqueue_syscall"};
    return finding;
}

} // namespace netio::analysis
