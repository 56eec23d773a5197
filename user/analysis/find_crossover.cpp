// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "analysis/finders.h"
#include "analysis/locations.h"
#include "analysis/phrases.h"
#include "analysis/standing.h"

namespace netio::analysis {
namespace {

constexpr std::size_t least_sizes = 2;

/// Numbers of connections for which two variants stand to one another in the same way.
struct Outcome {
    Crossing crossing;
    std::vector<unsigned> threads;
    std::vector<std::pair<unsigned, double>> estimates; ///< of the crossing, by connections
    std::vector<Standing> standings;                    ///< of all of them
};

std::vector<Outcome> outcomes_of(const FindingInput& input, Variant one, Variant other) {
    std::set<unsigned> threads;
    for (const Group& group : input.groups)
        threads.insert(group.threads);
    std::vector<Outcome> outcomes;
    for (unsigned count : threads) {
        std::vector<Standing> list = standings(input.run, one, other, count);
        if (list.size() < least_sizes)
            continue;
        const Crossing crossing = crossing_of(list);
        auto same = std::ranges::find_if(outcomes, [&](const Outcome& known) {
            return known.crossing.course == crossing.course && known.crossing.after == crossing.after &&
                   known.crossing.before == crossing.before;
        });
        if (same == outcomes.end())
            same = outcomes.insert(outcomes.end(), {crossing, {}, {}, {}});
        same->threads.push_back(count);
        if (crossing.estimate)
            same->estimates.emplace_back(count, *crossing.estimate);
        same->standings.insert(same->standings.end(), list.begin(), list.end());
    }
    return outcomes;
}

std::string sizes_of(const std::vector<Standing>& standings) {
    const auto [smallest, largest] = std::ranges::minmax_element(standings, {}, &Standing::field_size);
    return size_range(smallest->field_size, largest->field_size);
}

/// "0.53 to 0.93 times as fast"
std::string say_ratios(const std::vector<Standing>& standings) {
    const auto [low, high] = std::ranges::minmax_element(standings, {}, &Standing::ratio);
    return ratio_range(low->ratio, high->ratio) + " times as fast";
}

/// Where the repeats do not tell the variants apart; empty where they do everywhere.
std::string say_open_places(const Outcome& outcome, const FindingInput& input) {
    std::vector<Group> groups;
    for (const Group& group : input.groups)
        if (std::ranges::find(outcome.threads, group.threads) != outcome.threads.end())
            groups.push_back(group);
    std::vector<Location> places;
    for (const Standing& standing : outcome.standings)
        if (!standing.ahead() && !standing.behind())
            places.push_back({{}, standing.field_size, standing.threads});
    return places.empty() ? std::string() : "; open " + say_where(places, groups);
}

bool smallest_is_settled(const std::vector<Standing>& standings) {
    const std::uint64_t smallest = std::ranges::min_element(standings, {}, &Standing::field_size)->field_size;
    return std::ranges::all_of(standings, [&](const Standing& standing) {
        return standing.field_size != smallest || standing.ahead() || standing.behind();
    });
}

std::string say_estimates(const Outcome& outcome) {
    if (outcome.estimates.empty())
        return {};
    const auto [low, high] = std::ranges::minmax(outcome.estimates, {}, &std::pair<unsigned, double>::second);
    const std::string from = amount(low.second);
    const std::string to = amount(high.second);
    return ", at about " + (from == to ? to : from + " to " + to) + " by interpolation";
}

std::string say(const Outcome& outcome, const FindingInput& input, const std::string& one, const std::string& other) {
    const std::string open = say_open_places(outcome, input);
    const std::string in_brackets = open.empty() ? open : " (" + open.substr(2) + ")";
    const std::string sizes = sizes_of(outcome.standings);
    const std::string ratios = say_ratios(outcome.standings);
    const std::string after = binary_size(outcome.crossing.after);
    const std::string before = binary_size(outcome.crossing.before);
    switch (outcome.crossing.course) {
    case Course::ahead:
        return one + " is ahead of " + other +
               (open.empty() ? " at all sizes measured, " : " wherever the two can be told apart in ") + sizes + " (" +
               ratios + open + ")" +
               (smallest_is_settled(outcome.standings)
                    ? ": if it overtakes, it does so below " +
                          binary_size(
                              std::ranges::min_element(outcome.standings, {}, &Standing::field_size)->field_size)
                    : "");
    case Course::behind:
        return one +
               (open.empty() ? " does not overtake " + other + " in the measured range, "
                             : " is behind " + other + " wherever the two can be told apart in ") +
               sizes + " (" + ratios + open + ")";
    case Course::level:
        return one + " and " + other + " cannot be told apart in the measured range, " + sizes + " (" + ratios + ")";
    case Course::overtakes:
        return one + " overtakes " + other + " between " + after + " and " + before + say_estimates(outcome) +
               in_brackets;
    case Course::falls_back:
        return one + " is ahead of " + other + " up to " + after + " and behind from " + before + in_brackets;
    case Course::mixed:
        return one + " and " + other + " change places more than once between " + sizes + " (" + ratios + open + ")";
    }
    return {};
}

std::string with_connections(const std::vector<unsigned>& threads) {
    std::vector<std::string> names;
    names.reserve(threads.size());
    for (unsigned count : threads)
        names.push_back(grouped(count));
    return "with " + joined_by_and(names) +
           (names.size() == 1 && threads.front() == 1 ? " connection " : " connections ");
}

std::string about_repeats(unsigned fewest, bool any_open) {
    if (fewest < 2)
        return "One repeat has no interval; `--repeats 5` gives one.";
    const std::string over = " over " + grouped(fewest) + " repeats";
    if (!any_open)
        return "The 95 % interval of each ratio" + over + " is clear of 1.";
    return "Open is where the 95 % interval of the ratio" + over + " holds 1" +
           (fewest < 5 ? "; `--repeats 5` makes it narrower." : ".");
}

/// A variant that waits for a timer is not slow for what it does to bytes.
std::string about_stalls(const FindingInput& input, Variant one, Variant other) {
    const std::optional<Finding> stall = find_delayed_ack_stall(input);
    for (Variant variant : {one, other})
        if (stall && std::ranges::any_of(stall->evidence,
                                         [&](const Evidence& evidence) { return evidence.place.variant == variant; }))
            return " " + std::string(name_of(variant)) +
                   " stalls on delayed acknowledgements here (delayed-ack-stall): such a ratio tells of waiting, "
                   "not of copying.";
    return {};
}

std::optional<Finding> find_crossover(const FindingInput& input, Variant one, Variant other) {
    const std::vector<Outcome> outcomes = outcomes_of(input, one, other);
    if (outcomes.empty())
        return std::nullopt;
    const std::string ratio_name = "throughput of " + std::string(name_of(one)) + " / " + std::string(name_of(other));
    Finding finding;
    unsigned fewest = UINT32_MAX;
    unsigned most = 0;
    bool any_open = false;
    for (const Outcome& outcome : outcomes) {
        finding.fact += (finding.fact.empty() ? "" : "; ");
        if (outcomes.size() > 1)
            finding.fact += with_connections(outcome.threads);
        finding.fact += say(outcome, input, std::string(name_of(one)), std::string(name_of(other)));
        for (const Standing& standing : outcome.standings) {
            fewest = std::min(fewest, standing.repeats);
            most = std::max(most, standing.repeats);
            any_open = any_open || (!standing.ahead() && !standing.behind());
            finding.evidence.push_back(
                {ratio_name, "", standing.figure(), {{}, standing.field_size, standing.threads}});
        }
        for (const auto& [threads, estimate] : outcome.estimates)
            finding.evidence.push_back(
                {"crossing",
                 "bytes",
                 Figure::estimated(estimate, "a straight line between the logarithms of size and ratio"),
                 {{}, 0, threads}});
    }
    finding.fact += ".";
    // `run` prints nothing but the fact, so that it has to say itself how little it rests on.
    if (fewest < 2)
        finding.fact = (most < 2 ? "in one repeat each, " : "with one repeat of some sizes, ") + finding.fact;
    finding.fact[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(finding.fact[0])));
    finding.meaning = about_repeats(fewest, any_open) + about_stalls(input, one, other);
    finding.thresholds = {{"confidence that a ratio is not 1", 0.95, "share"},
                          {"least number of field sizes", static_cast<double>(least_sizes), ""}};
    finding.rests_on = {"throughput_gbps"};
    return finding;
}

} // namespace

std::optional<Finding> find_crossover_a2_a1(const FindingInput& input) {
    return find_crossover(input, one_copy_variant, two_copy_variant);
}

std::optional<Finding> find_crossover_a3_a1(const FindingInput& input) {
    return find_crossover(input, zero_copy_variant, two_copy_variant);
}

std::optional<Finding> find_crossover_a3_a2(const FindingInput& input) {
    return find_crossover(input, zero_copy_variant, one_copy_variant);
}

} // namespace netio::analysis
