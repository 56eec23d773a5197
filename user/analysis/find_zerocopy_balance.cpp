// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/finders.h"
#include "analysis/locations.h"
#include "analysis/zerocopy_balance.h"

namespace netio::analysis {
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
        finding.fact =
            say("Whether zero-copy costs more CPU time than the copy that it saves cannot be told", open, input);
    else
        for (const std::string& part :
             {say("costs more CPU time than the copy that it saves", loses, input),
              say("saves more than it costs", pays, input), say("which is more cannot be told", open, input)})
            if (!part.empty())
                finding.fact += (finding.fact.empty() ? "Zero-copy " : "; ") + part;
    finding.fact += ".";
    finding.meaning = say(balances.back()) + ".";
    finding.meaning.front() = 'W';
    if (!std::ranges::all_of(balances, &ZerocopyBalance::has_interval))
        finding.meaning +=
            " Times taken call by call have no interval here: with one repeat, what repeats differ by is "
            "not in this.";
    if (std::ranges::any_of(balances, &ZerocopyBalance::has_interval))
        finding.thresholds = {{"confidence that the balance is not 0", 0.95, "share"}};
    finding.rests_on = {"copy_in", "pin", "deferred_copy", "errqueue_syscall"};
    return finding;
}

} // namespace netio::analysis
