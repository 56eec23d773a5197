// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/zerocopy_balance.h"

#include <algorithm>
#include <cmath>

#include "analysis/costs.h"
#include "analysis/merge.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// Paths that a backend cannot time count as nothing here, for most runs never take them; deferred_copy must be known.
Figure copied_later(const Cell& cell) {
    Figure sum = ns_per_payload_byte(cell, Path::deferred_copy);
    for (Path path : {Path::linearize, Path::skb_copy})
        if (const Figure own = ns_per_payload_byte(cell, path); own.available())
            sum = sum_of(sum, own);
    return sum;
}

std::string ns(const Figure& figure) { return significant(figure.value) + " ns"; }

} // namespace

std::string say(const ZerocopyBalance& balance) {
    std::string text =
        "with fields of " + binary_size(balance.place.field_size) + " and " +
        counted(balance.place.threads, "connection") + " A3 saves " + ns(balance.saved) +
        " a byte of A2's copy_in and spends " + ns(balance.pin) + " on pinning pages" +
        (balance.copied_later.value > 0.0 ? ", " + ns(balance.copied_later) + " on copying after all" : "") + " and " +
        ns(balance.completions) + " on reading completions: ";
    const Figure& net = balance.net;
    const double low = std::min(std::fabs(net.low), std::fabs(net.high));
    const double high = std::max(std::fabs(net.low), std::fabs(net.high));
    if (!balance.pays() && !balance.loses())
        return text + "which is more cannot be told (95 %: " + significant(net.low) + " to " + significant(net.high) +
               " ns saved)";
    text += significant(std::fabs(net.value)) + (balance.pays() ? " ns less in all" : " ns more in all");
    return net.quality == Quality::sampled ? text + " (95 %: " + significant(low) + " to " + significant(high) + ")"
                                           : text;
}

std::vector<ZerocopyBalance> zerocopy_balances(const std::vector<Group>& groups) {
    std::vector<ZerocopyBalance> balances;
    for (const Group& group : groups) {
        const std::optional<VariantSummary>& a2 = group.variants[index_of(Variant::A2)];
        const std::optional<VariantSummary>& a3 = group.variants[index_of(Variant::A3)];
        if (!a2 || !a3 || !a2->merged.trace || !a3->merged.trace)
            continue;
        ZerocopyBalance balance;
        balance.place = place_of(a3->merged);
        balance.saved = difference_of(ns_per_payload_byte(a2->merged, Path::copy_in),
                                      ns_per_payload_byte(a3->merged, Path::copy_in));
        balance.pin = ns_per_payload_byte(a3->merged, Path::pin);
        balance.copied_later = copied_later(a3->merged);
        balance.completions = ns_per_payload_byte(a3->merged, Path::errqueue_syscall);
        balance.net = difference_of(difference_of(difference_of(balance.saved, balance.pin), balance.copied_later),
                                    balance.completions);
        if (balance.net.available())
            balances.push_back(std::move(balance));
    }
    return balances;
}

} // namespace netio::analysis
