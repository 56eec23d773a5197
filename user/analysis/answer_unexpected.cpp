// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "analysis/answers.h"
#include "analysis/judge.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// Something that the textbook does not lead one to expect.
struct Surprise {
    std::string text;
    std::vector<Evidence> evidence;
    std::vector<std::string> rests_on;
};

std::optional<Surprise> of(std::optional<Finding> finding, const std::string& expected) {
    if (!finding)
        return std::nullopt;
    return Surprise{expected + " " + finding->text(), std::move(finding->evidence), std::move(finding->rests_on)};
}

std::optional<Surprise> stall(const FindingInput& input) {
    return of(find_delayed_ack_stall(input), "One would blame copying for slow small sends; it is waiting.");
}

std::optional<Surprise> copied(const FindingInput& input) {
    return of(find_zerocopy_fallback(input), "MSG_ZEROCOPY promises that pages are not copied.");
}

/// What is shown to be so, and where.
std::optional<Surprise> where_shown(const FindingInput& input, Variant one, Variant baseline,
                                    const std::function<bool(const Difference&)>& condition) {
    const std::vector<LocatedDifference> all = differences(input.groups, one, baseline);
    Surprise surprise{where_in_words(all, input.groups, condition), {}, {"throughput_gbps"}};
    for (const LocatedDifference& located : all)
        if (condition(located.difference))
            surprise.evidence.push_back(
                {"throughput of " + std::string(name_of(one)) + " / " + std::string(name_of(baseline)), "",
                 located.difference.figure(), located.place});
    return surprise.text.empty() ? std::nullopt : std::optional(std::move(surprise));
}

std::optional<Surprise> faster_with_as_many_copies(const FindingInput& input) {
    const std::optional<Copies> copying = copies_of(input, one_copy_variant);
    const std::optional<Copies> zero_copy = copies_of(input, zero_copy_variant);
    if (!copying || !zero_copy || !copy_alike(*copying, *zero_copy))
        return std::nullopt;
    std::optional<Surprise> surprise = where_shown(input, zero_copy_variant, one_copy_variant, &Difference::more);
    if (!surprise)
        return std::nullopt;
    surprise->text =
        std::string(name_of(zero_copy_variant)) + " is faster than " + std::string(name_of(one_copy_variant)) + " " +
        surprise->text + ", although it copies each byte as often (" + say(*zero_copy) + " and " + say(*copying) +
        " times). Fewer copies are not the reason; what changed is where the copy is made: in softirq "
        "(deferred_copy) in place of the send call (copy_in). Compare CPU time a byte and the shares of waiting.";
    return surprise;
}

std::optional<Surprise> slower_with_one_call(const FindingInput& input) {
    std::optional<Surprise> surprise = where_shown(input, one_copy_variant, two_copy_variant, &Difference::less);
    if (surprise)
        surprise->text = std::string(name_of(one_copy_variant)) + " makes one call where " +
                         std::string(name_of(two_copy_variant)) + " makes eight, and is slower " + surprise->text + ".";
    return surprise;
}

/// More than this between the slowest and the fastest repeat of a cell is more than noise.
constexpr double unsteady = 1.5;

std::optional<Surprise> unsteady_repeats(const FindingInput& input) {
    const VariantSummary* worst = nullptr;
    double widest = unsteady;
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants)
            if (summary.throughput_gbps.low > 0.0 &&
                summary.throughput_gbps.high / summary.throughput_gbps.low > widest) {
                widest = summary.throughput_gbps.high / summary.throughput_gbps.low;
                worst = &summary;
            }
    if (worst == nullptr)
        return std::nullopt;
    const Spread& rate = worst->throughput_gbps;
    const Location place = location_of(worst->merged);
    return Surprise{
        "Repeats of the same cell differ by a factor of " + fixed(widest, 1) + ": " + name_of(worst->merged) +
            " ran at " + significant(rate.low) + " to " + significant(rate.high) +
            " Gbit/s. These figures do not tell why; do not rest anything on one repeat, and see with --pin "
            "whether it is where the scheduler puts the two ends.",
        {{"slowest repeat", "Gbit/s", Figure::exact(rate.low), place},
         {"fastest repeat", "Gbit/s", Figure::exact(rate.high), place}},
        {"throughput_gbps"}};
}

/// A cell with fewer connections, the same with more, and how the second differs from the first.
struct MoreConnections {
    const VariantSummary* few = nullptr;
    const VariantSummary* many = nullptr;
    Difference difference;
};

/// Of neighbouring numbers of connections that were run at least twice.
std::vector<MoreConnections> with_more_connections(const FindingInput& input) {
    std::vector<MoreConnections> list;
    for (std::size_t i = 1; i < input.groups.size(); ++i) {
        const Group& fewer = input.groups[i - 1];
        const Group& more = input.groups[i];
        if (more.field_size != fewer.field_size)
            continue;
        for (const VariantSummary& many : more.variants)
            if (const VariantSummary* few = fewer.of(many.merged.variant))
                if (Difference difference = difference_of(*few, many); difference.interval)
                    list.push_back({few, &many, std::move(difference)});
    }
    return list;
}

std::optional<Surprise> slower_with_more_connections(const FindingInput& input) {
    const std::vector<MoreConnections> list = with_more_connections(input);
    const auto slower = std::ranges::find_if(list, &Difference::less, &MoreConnections::difference);
    if (slower == list.end())
        return std::nullopt;
    const Cell& few = slower->few->merged;
    const Cell& many = slower->many->merged;
    const double few_gbps = slower->few->throughput_gbps.value;
    const double many_gbps = slower->many->throughput_gbps.value;
    return Surprise{
        "More connections are slower: " + name_of(few) + " makes " + significant(few_gbps) + " Gbit/s, and " +
            counted(many.threads, "connection") + " together " + significant(many_gbps) + ".",
        {{"throughput", "Gbit/s", Figure::exact(few_gbps), location_of(few)},
         {"throughput", "Gbit/s", Figure::exact(many_gbps), location_of(many)},
         {"throughput with more connections / with fewer", "", slower->difference.figure(), location_of(many)}},
        {"throughput_gbps"}};
}

bool was_run(const FindingInput& input, Variant variant) {
    return std::ranges::find(input.run.cells, variant, &Cell::variant) != input.run.cells.end();
}

/// What keeps two variants from being compared; empty when nothing does.
std::string not_comparable(const FindingInput& input, Variant one, Variant other) {
    for (Variant variant : {one, other})
        if (!was_run(input, variant))
            return std::string(name_of(variant)) + " was not run";
    return std::ranges::none_of(differences(input.groups, one, other),
                                [](const LocatedDifference& located) { return located.difference.interval; })
               ? "it takes at least two repeats: `--repeats 5`"
               : "";
}

/// Why a check cannot be made in this run; empty when it can.
using WhyNot = std::string (*)(const FindingInput&);

std::string no_copied(const FindingInput& input) {
    if (std::ranges::none_of(input.run.cells, uses_zero_copy, &Cell::variant))
        return std::string(name_of(zero_copy_variant)) + " was not run";
    return std::ranges::any_of(input.run.cells,
                               [](const Cell& cell) {
                                   return cell.sender.zerocopy.completions != 0 ||
                                          (cell.trace && cell.trace->of(Role::sender).zerocopy.completions != 0);
                               })
               ? ""
               : "no zero-copy send was completed";
}

std::string no_as_many_copies(const FindingInput& input) {
    if (std::string reason = not_comparable(input, zero_copy_variant, one_copy_variant); !reason.empty())
        return reason;
    return copies_of(input, one_copy_variant) && copies_of(input, zero_copy_variant)
               ? ""
               : "copies were not counted: run as root without `--no-trace`";
}

std::string no_one_call(const FindingInput& input) { return not_comparable(input, one_copy_variant, two_copy_variant); }

std::string no_unsteady(const FindingInput& input) {
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants)
            if (summary.repeats > 1)
                return {};
    return "it takes at least two repeats: `--repeats 5`";
}

std::string no_more_connections(const FindingInput& input) {
    if (!with_more_connections(input).empty())
        return {};
    std::set<unsigned> threads;
    for (const Group& group : input.groups)
        threads.insert(group.threads);
    return threads.size() < 2 ? "it takes several numbers of connections: --threads 1,2,4,8"
                              : "it takes at least two repeats: `--repeats 5`";
}

struct Check {
    std::string name; ///< of what is looked for
    std::optional<Surprise> (*find)(const FindingInput&);
    WhyNot why_not;
    std::vector<std::string> rests_on;
};

/// In the order in which they are told. TCP_NODELAY rules the first out, so that there is nothing to look for.
std::vector<Check> checks_of(const FindingInput& input) {
    std::vector<Check> checks{
        {"zero-copy sends that were copied after all", copied, no_copied, {"zc_complete"}},
        {std::string(name_of(zero_copy_variant)) + " ahead of " + std::string(name_of(one_copy_variant)) +
             " with as many copies",
         faster_with_as_many_copies,
         no_as_many_copies,
         {"copies_per_byte", "throughput_gbps"}},
        {std::string(name_of(one_copy_variant)) + " behind " + std::string(name_of(two_copy_variant)),
         slower_with_one_call,
         no_one_call,
         {"throughput_gbps"}},
        {"repeats that differ by more than a factor of " + fixed(unsteady, 1),
         unsteady_repeats,
         no_unsteady,
         {"throughput_gbps"}},
        {"throughput that falls with more connections",
         slower_with_more_connections,
         no_more_connections,
         {"throughput_gbps"}}};
    if (input.run.spec.nagle)
        checks.insert(checks.begin(), {"messages that take as long as the delayed-acknowledgement timer",
                                       stall,
                                       [](const FindingInput&) { return std::string(); },
                                       {"latency_histogram"}});
    return checks;
}

void add_once(std::vector<std::string>& list, const std::vector<std::string>& more) {
    for (const std::string& one : more)
        if (std::ranges::find(list, one) == list.end())
            list.push_back(one);
}

void tell_checks(Answer& answer, const FindingInput& input) {
    std::vector<std::string> made;
    std::vector<std::string> not_made;
    for (const Check& check : checks_of(input)) {
        const std::string reason = check.why_not(input);
        if (!reason.empty()) {
            not_made.push_back(check.name + " (" + reason + ")");
            continue;
        }
        made.push_back(check.name);
        add_once(answer.rests_on, check.rests_on);
    }
    answer.text = made.empty() ? "This run cannot say: nothing could be checked."
                               : "Nothing. Checked were: " + joined_by_and(made) + ".";
    for (const std::string& one : not_made)
        answer.missing += (answer.missing.empty() ? "Not checked: " : "; ") + one;
    answer.missing += not_made.empty() ? "" : ".";
    answer.answered = made.empty() ? Answered::no : not_made.empty() ? Answered::yes : Answered::in_part;
}

} // namespace

Answer answer_unexpected(const FindingInput& input) {
    Answer answer;
    if (input.run.cells.empty()) {
        answer.missing = "The run has no finished cell.";
        return answer;
    }
    constexpr unsigned most_told = 3;
    unsigned told = 0;
    for (const Check& check : checks_of(input)) {
        std::optional<Surprise> surprise = told < most_told ? check.find(input) : std::nullopt;
        if (!surprise)
            continue;
        answer.text += (told++ == 0 ? "" : " Also: ") + surprise->text;
        for (Evidence& evidence : surprise->evidence)
            answer.evidence.push_back(std::move(evidence));
        add_once(answer.rests_on, surprise->rests_on);
    }
    answer.answered = Answered::yes;
    if (told != 0)
        return answer;
    tell_checks(answer, input);
    add_copies(answer, input);
    return answer;
}

} // namespace netio::analysis
