// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

#include "analysis/crossing.h"
#include "analysis/finders.h"
#include "analysis/judge.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

constexpr std::size_t least_sizes = 2;

using Differences = std::vector<LocatedDifference>;

/// Numbers of connections for which two variants stand to one another in the same way.
struct Outcome {
    Crossing crossing;
    std::vector<unsigned> threads;
    std::vector<std::pair<unsigned, double>> estimates; ///< of the crossing, by connections
    Differences differences;                            ///< of all of them
};

std::vector<Outcome> outcomes_of(const FindingInput& input, Variant one, Variant other) {
    std::map<unsigned, Differences> by_threads;
    for (LocatedDifference& placed : differences(input.groups, one, other))
        by_threads[placed.place.threads].push_back(std::move(placed));
    std::vector<Outcome> outcomes;
    for (auto& [count, list] : by_threads) {
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
        std::ranges::move(list, std::back_inserter(same->differences));
    }
    return outcomes;
}

std::string say_estimates(const Outcome& outcome) {
    if (outcome.estimates.empty())
        return {};
    const auto [low, high] = std::ranges::minmax(outcome.estimates, {}, &std::pair<unsigned, double>::second);
    const std::string from = amount(low.second);
    const std::string to = amount(high.second);
    return ", at about " + (from == to ? to : from + " to " + to) + " by interpolation";
}

/// A variant that is ahead at each size may cross below the smallest, where nothing was measured. Where a size is open,
/// it may cross there.
std::string say_below(const Outcome& outcome) {
    if (!std::ranges::all_of(outcome.differences, &Difference::shown, &LocatedDifference::difference))
        return "";
    const auto smallest = std::ranges::min(outcome.differences, {}, &LocatedDifference::field_size);
    return "; a crossing, if any, is below " + binary_size(smallest.field_size());
}

std::string say(const Outcome& outcome, const FindingInput& input, const std::string& one, const std::string& other) {
    std::vector<Group> groups;
    std::ranges::copy_if(input.groups, std::back_inserter(groups), [&](const Group& group) {
        return std::ranges::find(outcome.threads, group.threads) != outcome.threads.end();
    });
    const auto where = [&](const std::function<bool(const Difference&)>& condition, std::string_view what = {}) {
        return where_in_words(outcome.differences, groups, condition, what);
    };
    const auto is_open = [](const Difference& difference) { return !difference.shown; };
    const std::string faster = where(&Difference::more);
    const std::string slower = where(&Difference::less);
    const std::string open = where(is_open).empty() ? "" : "; open " + where(is_open);
    const bool tested = std::ranges::any_of(outcome.differences, &Difference::interval, &LocatedDifference::difference);
    const std::string after = binary_size(outcome.crossing.after);
    const std::string before = binary_size(outcome.crossing.before);
    switch (outcome.crossing.course) {
    case Course::ahead:
        return one + " is faster than " + other + " " + faster + open + say_below(outcome);
    case Course::behind:
        return one + " is slower than " + other + " " + slower + open;
    case Course::open:
        return (tested ? "no significant difference between " : "no difference is shown between ") + one + " and " +
               other + " " + where(is_open, "estimates ");
    case Course::overtakes:
        return one + " overtakes " + other + " between " + after + " and " + before + say_estimates(outcome) + open;
    case Course::falls_back:
        return one + " is faster than " + other + " up to " + after + " and slower from " + before + open;
    case Course::mixed:
        return one + " and " + other + " change places more than once: " + one + " is faster " + faster +
               " and slower " + slower + open;
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

/// What "open" means, or that nothing is.
std::string about_intervals(unsigned fewest, bool any_open) {
    if (fewest < 2)
        return "One repeat has no interval.";
    const std::string over = " over " + grouped(fewest) + " repeats ";
    return any_open ? "Open: the 95 % interval of the ratio" + over + "includes 1."
                    : "The 95 % interval of each ratio" + over + "excludes 1.";
}

/// A variant that waits for a timer is not slow for what it does to bytes.
std::string about_stalls(const FindingInput& input, Variant one, Variant other) {
    const std::optional<Finding> stall = find_delayed_ack_stall(input);
    for (Variant variant : {one, other})
        if (stall && std::ranges::any_of(stall->evidence,
                                         [&](const Evidence& evidence) { return evidence.place.variant == variant; }))
            return " " + std::string(name_of(variant)) +
                   " stalls on delayed acknowledgements here (delayed-ack-stall): this ratio measures waiting, "
                   "not copying.";
    return {};
}

std::optional<Finding> find_crossover(const FindingInput& input, Variant one, Variant other) {
    const std::vector<Outcome> outcomes = outcomes_of(input, one, other);
    if (outcomes.empty())
        return std::nullopt;
    const std::string ratio_name = "throughput of " + std::string(name_of(one)) + " / " + std::string(name_of(other));
    Finding finding;
    unsigned fewest = UINT32_MAX;
    bool any_open = false;
    bool any_busy = false;
    for (const Outcome& outcome : outcomes) {
        finding.fact += (finding.fact.empty() ? "" : "; ");
        if (outcomes.size() > 1)
            finding.fact += with_connections(outcome.threads);
        finding.fact += say(outcome, input, std::string(name_of(one)), std::string(name_of(other)));
        finding.advice.add(advice_on_repeats(outcome.differences));
        for (const LocatedDifference& placed : outcome.differences) {
            const Difference& difference = placed.difference;
            fewest = std::min(fewest, difference.repeats);
            any_open = any_open || !difference.shown;
            any_busy = any_busy || difference.explained_by_load;
            finding.evidence.push_back({ratio_name, "", difference.figure(), placed.place});
        }
        for (const auto& [threads, estimate] : outcome.estimates)
            finding.evidence.push_back(
                {"crossing",
                 "bytes",
                 Figure::estimated(estimate, "a straight line between the logarithms of size and ratio"),
                 {{}, 0, threads}});
    }
    finding.fact += ".";
    finding.fact[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(finding.fact[0])));
    finding.meaning = about_intervals(fewest, any_open) +
                      (any_busy ? " Or it excludes 1, and a busy machine may explain that (machine-busy)." : "") +
                      about_stalls(input, one, other);
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
