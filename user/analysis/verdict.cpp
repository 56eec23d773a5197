// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/verdict.h"

#include <algorithm>
#include <array>

#include "analysis/judge.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// Where a variant has the highest throughput, and its ratios to the next best there.
struct Lead {
    std::vector<Location> places;
    double least = 0.0;
    double most = 0.0;
};

void add(Lead& lead, const Group& group, const Ranking& ranking) {
    double next = 0.0;
    for (const Ranking::Rival& rival : ranking.rivals)
        if (rival.lead.ratio && (next == 0.0 || rival.lead.ratio->value < next))
            next = rival.lead.ratio->value;
    if (next != 0.0) {
        lead.least = lead.least == 0.0 ? next : std::min(lead.least, next);
        lead.most = std::max(lead.most, next);
    }
    lead.places.push_back({{}, group.field_size, group.threads});
}

std::string factor_over_the_next(const Lead& lead) {
    if (lead.most == 0.0)
        return {};
    const std::string least = ratio_text(lead.least);
    const std::string most = ratio_text(lead.most);
    return " (" + least + (least == most ? "" : "–" + most) + " × the next)";
}

/// "A is the fastest at 64 B (1.19 × the next)", for each variant that leads somewhere.
std::vector<std::string> say(const std::array<Lead, variant_count>& leads, std::string_view what,
                             const std::vector<Group>& groups) {
    std::vector<std::string> parts;
    for (Variant variant : all_variants)
        if (const Lead& lead = leads[index_of(variant)]; !lead.places.empty())
            parts.push_back(std::string(name_of(variant)) + std::string(what) + say_where(lead.places, groups) +
                            factor_over_the_next(lead));
    return parts;
}

std::string with_throughput(const VariantSummary& summary) {
    return std::string(name_of(summary.merged.variant)) + " (" + significant(summary.throughput_gbps.value) +
           " Gbit/s)";
}

/// Of a ranking that is not settled: which are slower than the leader, and which are not shown to be.
std::string in_short(const Ranking& ranking) {
    std::vector<std::string> slower;
    std::vector<std::string> open;
    std::vector<std::string> behind_on_a_busy_machine;
    for (const Ranking::Rival& rival : ranking.rivals) {
        auto& list = rival.lead.shown ? slower : rival.lead.explained_by_load ? behind_on_a_busy_machine : open;
        list.push_back(with_throughput(*rival.variant));
    }
    const std::string leader = with_throughput(*ranking.leader);
    std::string not_shown = "not shown to be faster than ";
    not_shown += joined_by_and(open.empty() ? behind_on_a_busy_machine : open);
    if (!open.empty() && !behind_on_a_busy_machine.empty())
        not_shown += ", nor than " + joined_by_and(behind_on_a_busy_machine);
    not_shown += behind_on_a_busy_machine.empty() ? "."
                 : open.empty()                   ? ": the machine was busy, which may explain the difference."
                                                  : ": there the busy machine may explain the difference.";
    return slower.empty() ? "No winner is shown: " + leader + " is " + not_shown
                          : leader + " is faster than " + joined_by_and(slower) + ", and " + not_shown;
}

bool has_intervals(const Ranking& ranking) {
    return std::ranges::any_of(ranking.rivals, [](const Ranking::Rival& rival) { return rival.lead.interval; });
}

} // namespace

Verdict verdict_on(const std::vector<Group>& groups) {
    std::array<Lead, variant_count> shown;
    std::array<Lead, variant_count> untested; // one repeat: no interval
    std::vector<Location> open;
    Verdict verdict;
    for (const Group& group : groups) {
        const std::optional<Ranking> ranking = rank(group);
        if (!ranking)
            continue;
        verdict.open = verdict.open || !ranking->settled();
        if (groups.size() == 1)
            verdict.text = ranking->settled() || !has_intervals(*ranking) ? headline(*ranking) : in_short(*ranking);
        else if (ranking->settled())
            add(shown[index_of(ranking->leader->merged.variant)], group, *ranking);
        else if (!has_intervals(*ranking))
            add(untested[index_of(ranking->leader->merged.variant)], group, *ranking);
        else
            open.push_back({{}, group.field_size, group.threads});
    }
    if (groups.size() == 1)
        return verdict;
    std::vector<std::string> parts = say(shown, " is the fastest ", groups);
    if (!open.empty())
        parts.push_back((parts.empty() ? "No" : "no") + std::string(" winner is shown ") + say_where(open, groups));
    for (const std::string& part : parts)
        verdict.text += (verdict.text.empty() ? "" : "; ") + part;
    if (!verdict.text.empty())
        verdict.text += ".";
    if (const auto leads = say(untested, " ", groups); !leads.empty())
        verdict.text += (verdict.text.empty() ? "" : " ") +
                        std::string("Highest throughput in one repeat, not tested: ") + joined(leads) + ".";
    return verdict;
}

} // namespace netio::analysis
