// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <functional>
#include <utility>

#include "analysis/answers.h"
#include "analysis/crossing.h"
#include "analysis/judge.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// What came of looking for something that the textbook does not lead one to expect.
struct Look {
    std::string text; ///< what was found; "" for nothing
    std::vector<Evidence> evidence;
    std::vector<std::string> rests_on;
    Advice advice;
    std::string why_not{}; ///< this run does not show it; "" when it does
};

Look needs_repeats() { return {{}, {}, {}, {{}, {}, first_repeats, true}, "it takes at least two repeats"}; }

Look from(std::optional<Finding> finding, const std::string& expected) {
    if (!finding)
        return {};
    return {expected + " " + finding->text(), std::move(finding->evidence), std::move(finding->rests_on),
            std::move(finding->advice)};
}

Look stall(const FindingInput& input) {
    return from(find_delayed_ack_stall(input), "One would blame copying for slow small sends; it is waiting.");
}

Look copied(const FindingInput& input) {
    const std::vector<Cell>& cells = input.run.cells;
    if (std::ranges::none_of(cells, uses_zero_copy, &Cell::variant))
        return {{}, {}, {}, {}, std::string(name_of(zero_copy_variant)) + " was not run"};
    const auto completed = [](const Cell& cell) {
        return cell.sender.zerocopy.completions != 0 ||
               (cell.trace && cell.trace->of(Role::sender).zerocopy.completions != 0);
    };
    if (std::ranges::none_of(cells, completed))
        return {{}, {}, {}, {}, "no zero-copy send was completed"};
    return from(find_zerocopy_fallback(input), "MSG_ZEROCOPY promises that pages are not copied.");
}

/// Where one variant is shown to differ from another in this direction, and the ratios there.
Look where_shown(const FindingInput& input, Variant one, Variant baseline,
                 const std::function<bool(const Difference&)>& condition) {
    for (Variant variant : {one, baseline})
        if (std::ranges::find(input.run.cells, variant, &Cell::variant) == input.run.cells.end())
            return {{}, {}, {}, {}, std::string(name_of(variant)) + " was not run"};
    const std::vector<LocatedDifference> all = differences(input.groups, one, baseline);
    if (std::ranges::none_of(all, &Difference::interval, &LocatedDifference::difference))
        return needs_repeats();
    Look look{where_in_words(all, input.groups, condition), {}, {"throughput_gbps"}, {}};
    for (const LocatedDifference& located : all)
        if (condition(located.difference))
            look.evidence.push_back(
                {"throughput of " + std::string(name_of(one)) + " / " + std::string(name_of(baseline)), "",
                 located.difference.figure(), located.place});
    return look;
}

Look faster_with_as_many_copies(const FindingInput& input) {
    Look look = where_shown(input, zero_copy_variant, one_copy_variant, &Difference::more);
    const std::optional<Copies> copying = copies_of(input, one_copy_variant);
    const std::optional<Copies> zero_copy = copies_of(input, zero_copy_variant);
    if (look.why_not.empty() && (!copying || !zero_copy))
        return {{}, {}, {}, {{Advice::Change::trace}, {}}, "copies were not counted"};
    if (look.text.empty())
        return look;
    const CopyOrder order = order_of(*zero_copy, *copying);
    if (order == CopyOrder::unknown)
        return {{}, {}, {}, {}, "not all copies are counted here"};
    if (order != CopyOrder::alike && order != CopyOrder::none_saved)
        return {};
    look.text =
        std::string(name_of(zero_copy_variant)) + " is faster than " + std::string(name_of(one_copy_variant)) + " " +
        look.text + ", although " +
        (order == CopyOrder::alike ? "it copies each byte as often (" : "no fewer copies are counted (") +
        say(*zero_copy) + " and " + say(*copying) +
        " times). Fewer copies are not the reason; what changed is where the copy is made: in softirq "
        "(deferred_copy) in place of the send call (copy_in). Compare CPU time a byte and the shares of waiting.";
    return look;
}

Look slower_with_one_call(const FindingInput& input) {
    Look look = where_shown(input, one_copy_variant, two_copy_variant, &Difference::less);
    if (!look.text.empty())
        look.text = std::string(name_of(one_copy_variant)) + " makes one call where " +
                    std::string(name_of(two_copy_variant)) + " makes eight, and is slower " + look.text + ".";
    return look;
}

/// More than this between the slowest and the fastest repeat of a cell is more than noise.
constexpr double unsteady = 1.5;

Look unsteady_repeats(const FindingInput& input) {
    const VariantSummary* worst = nullptr;
    double widest = unsteady;
    bool repeated = false;
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants) {
            repeated = repeated || summary.repeats > 1;
            if (summary.throughput_gbps.low > 0.0 &&
                summary.throughput_gbps.high / summary.throughput_gbps.low > widest) {
                widest = summary.throughput_gbps.high / summary.throughput_gbps.low;
                worst = &summary;
            }
        }
    if (worst == nullptr)
        return repeated ? Look{} : needs_repeats();
    const Spread& rate = worst->throughput_gbps;
    const Location place = location_of(worst->merged);
    const bool pinned = input.run.spec.pin;
    return {"Repeats of the same cell differ by a factor of " + fixed(widest, 1) + ": " + name_of(worst->merged) +
                " ran at " + significant(rate.low) + " to " + significant(rate.high) +
                " Gbit/s. These figures do not tell why; do not rest anything on one repeat." +
                (pinned ? "" : " Where the scheduler puts the two ends may decide."),
            {{"slowest repeat", "Gbit/s", Figure::exact(rate.low), place},
             {"fastest repeat", "Gbit/s", Figure::exact(rate.high), place}},
            {"throughput_gbps"},
            pinned ? Advice{} : Advice{{Advice::Change::pin}, {}}};
}

/// Of neighbouring numbers of connections, the first variant that is shown to be slower with more.
Look slower_with_more_connections(const FindingInput& input) {
    bool several = false;
    bool compared = false;
    for (std::size_t i = 1; i < input.groups.size(); ++i) {
        const Group& fewer = input.groups[i - 1];
        const Group& more = input.groups[i];
        several = several || more.threads != input.groups.front().threads;
        if (more.field_size != fewer.field_size)
            continue;
        for (const VariantSummary& many : more.variants) {
            const VariantSummary* few = fewer.of(many.merged.variant);
            if (few == nullptr)
                continue;
            const Difference difference = difference_of(*few, many);
            compared = compared || difference.interval;
            if (!difference.less())
                continue;
            const double few_gbps = few->throughput_gbps.value;
            const double many_gbps = many.throughput_gbps.value;
            const Location place = location_of(many.merged);
            return {"More connections are slower: " + name_of(few->merged) + " makes " + significant(few_gbps) +
                        " Gbit/s, and " + counted(more.threads, "connection") + " together " + significant(many_gbps) +
                        ".",
                    {{"throughput", "Gbit/s", Figure::exact(few_gbps), location_of(few->merged)},
                     {"throughput", "Gbit/s", Figure::exact(many_gbps), place},
                     {"throughput with more connections / with fewer", "", difference.figure(), place}},
                    {"throughput_gbps"},
                    {}};
        }
    }
    if (!several)
        return {{}, {}, {}, {{Advice::Change::more_threads}, {}}, "it needs several numbers of connections"};
    return compared ? Look{} : needs_repeats();
}

struct Check {
    std::string name; ///< of what is looked for
    Look (*look)(const FindingInput&);
    std::vector<std::string> rests_on;
};

/// In the order in which they are listed. TCP_NODELAY rules the first out, so that there is nothing to look for.
std::vector<Check> checks_of(const FindingInput& input) {
    const std::string zero_copy(name_of(zero_copy_variant));
    const std::string one_copy(name_of(one_copy_variant));
    std::vector<Check> checks{
        {"zero-copy sends that were copied after all", copied, {"zc_complete"}},
        {zero_copy + " ahead of " + one_copy + " with as many copies",
         faster_with_as_many_copies,
         {"copies_per_byte", "throughput_gbps"}},
        {one_copy + " behind " + std::string(name_of(two_copy_variant)), slower_with_one_call, {"throughput_gbps"}},
        {"repeats that differ by more than a factor of " + fixed(unsteady, 1), unsteady_repeats, {"throughput_gbps"}},
        {"throughput that falls with more connections", slower_with_more_connections, {"throughput_gbps"}}};
    if (std::ranges::any_of(input.run.cells, [](const Cell& cell) { return !cell.namespaces.empty(); }))
        checks.insert(checks.begin(), {"time lost to delayed acknowledgements", stall, {"namespaces.counters"}});
    return checks;
}

void add_once(std::vector<std::string>& list, const std::vector<std::string>& more) {
    for (const std::string& one : more)
        if (std::ranges::find(list, one) == list.end())
            list.push_back(one);
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
    Answer nothing;
    std::vector<std::string> made;
    for (const Check& check : checks_of(input)) {
        if (told == most_told)
            break;
        const Look look = check.look(input);
        if (!look.why_not.empty()) {
            nothing.missing +=
                (nothing.missing.empty() ? "Not checked: " : "; ") + check.name + " (" + look.why_not + ")";
            nothing.advice.add(look.advice);
            continue;
        }
        made.push_back(check.name);
        add_once(nothing.rests_on, check.rests_on);
        if (look.text.empty())
            continue;
        answer.text += (told++ == 0 ? "" : " Also: ") + look.text;
        answer.evidence.insert(answer.evidence.end(), look.evidence.begin(), look.evidence.end());
        add_once(answer.rests_on, look.rests_on);
        answer.advice.add(look.advice);
    }
    answer.answered = Answered::yes;
    if (told != 0)
        return answer;
    nothing.text = made.empty() ? "This run cannot say: nothing could be checked."
                                : "Nothing. Checked were: " + joined_by_and(made) + ".";
    nothing.missing += nothing.missing.empty() ? "" : ".";
    nothing.answered = made.empty() ? Answered::no : nothing.missing.empty() ? Answered::yes : Answered::in_part;
    add_copies(nothing, input);
    return nothing;
}

} // namespace netio::analysis
