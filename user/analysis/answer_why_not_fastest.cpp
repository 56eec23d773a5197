// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/answers.h"
#include "analysis/locations.h"
#include "analysis/phrases.h"
#include "analysis/standing.h"
#include "analysis/zerocopy_balance.h"

namespace netio::analysis {
namespace {

/// The zero-copy variant's throughput over that of the fastest other one, where both were measured.
struct Against {
    double ratio = 0.0;
    bool settled = false; ///< the repeats leave no doubt that it is ahead, or not
    unsigned repeats = 0;
    Location place;

    /// With one repeat: as it came out.
    [[nodiscard]] bool is_fastest() const { return ratio > 1.0 && (settled || repeats < 2); }
    [[nodiscard]] bool is_slower() const { return ratio <= 1.0 && (settled || repeats < 2); }
};

std::vector<Against> against_the_others(const FindingInput& input) {
    std::vector<Against> list;
    for (const Group& group : input.groups) {
        const VariantSummary* own = group.of(zero_copy_variant);
        const VariantSummary* best = nullptr;
        for (const VariantSummary& other : group.variants)
            if (!uses_zero_copy(other.merged.variant) &&
                (best == nullptr || other.throughput_gbps.median > best->throughput_gbps.median))
                best = &other;
        if (own == nullptr || best == nullptr || best->throughput_gbps.median <= 0.0 ||
            own->throughput_gbps.median <= 0.0)
            continue;
        Against against{own->throughput_gbps.median / best->throughput_gbps.median, false, own->repeats,
                        location_of(own->merged)};
        if (const std::optional<Standing> standing =
                standing_of(repeats_of(input.run, zero_copy_variant, group.field_size, group.threads),
                            repeats_of(input.run, best->merged.variant, group.field_size, group.threads))) {
            against.settled = against.ratio > 1.0 ? standing->ahead() : standing->behind();
            against.repeats = standing->repeats;
        }
        list.push_back(against);
    }
    return list;
}

std::string say_open(const std::vector<Against>& list, const FindingInput& input) {
    if (std::ranges::all_of(list, [](const Against& against) { return against.repeats < 2; }))
        return " Each cell was run once, so that its spread is not known.";
    std::vector<Location> open;
    for (const Against& against : list)
        if (!against.settled)
            open.push_back(against.place);
    return open.empty() ? std::string() : " The repeats do not settle it " + say_where(open, input.groups) + ".";
}

std::string say_places(const std::vector<Against>& list, const std::vector<Location>& fastest,
                       const FindingInput& input) {
    const auto [low, high] = std::ranges::minmax(list, {}, &Against::ratio);
    const std::string range =
        ratio_range(low.ratio, high.ratio) + " times the throughput of the faster of the others (medians)";
    const bool slower_elsewhere =
        std::ranges::all_of(list, [](const Against& against) { return against.is_fastest() || against.is_slower(); });
    if (fastest.empty())
        return (slower_elsewhere ? "It is the fastest nowhere in this run: "
                                 : "It is nowhere shown to be the fastest in this run: ") +
               range + ".";
    if (fastest.size() == list.size())
        return "In this run it is the fastest everywhere: " + range + ".";
    return "It is the fastest " + say_where(fastest, input.groups) + ", and " + (slower_elsewhere ? "slower" : "not") +
           " elsewhere: " + range + ".";
}

std::string say_copies(const FindingInput& input) {
    const std::optional<Copies> copying = copies_of(input, one_copy_variant);
    const std::optional<Copies> own = copies_of(input, zero_copy_variant);
    const std::string other(name_of(one_copy_variant));
    if (!own)
        return {};
    if (!copying)
        return " It is called zero-copy; each byte was copied " + say(*own) + " times.";
    if (!copy_alike(*copying, *own))
        return " Each byte was copied " + say(*own) + " times, in " + other + " " + say(*copying) + " times.";
    return " It is called zero-copy, but each byte was copied " + say(*own) + " times, as often as in " + other + " (" +
           say(*copying) + "): it saves no copy and pays for the attempt.";
}

} // namespace

Answer answer_why_not_fastest(const FindingInput& input) {
    Answer answer;
    const std::vector<Against> list = against_the_others(input);
    if (list.empty()) {
        answer.missing = std::string(name_of(zero_copy_variant)) +
                         " was not run beside another variant: `netio-trace run --variants " + known_variants(",") +
                         "`.";
        return answer;
    }
    std::vector<Location> fastest;
    for (const Against& against : list) {
        if (against.is_fastest())
            fastest.push_back(against.place);
        answer.evidence.push_back({"throughput of " + std::string(name_of(zero_copy_variant)) + " / fastest other",
                                   "",
                                   Figure::estimated(against.ratio, "ratio of medians over the repeats"),
                                   {{}, against.place.field_size, against.place.threads}});
    }
    answer.rests_on = {"throughput_gbps"};
    answer.text = say_places(list, fastest, input) + say_open(list, input) + say_copies(input);
    add_copies(answer, input);
    const std::vector<ZerocopyBalance> balances = zerocopy_balances(input);
    if (!balances.empty()) {
        answer.text += " In CPU time, " + say(balances.front());
        if (balances.back().place.field_size != balances.front().place.field_size)
            answer.text += "; " + say(balances.back());
        answer.text += ".";
        answer.rests_on.insert(answer.rests_on.end(),
                               {"copies_per_byte", "copy_in", "pin", "deferred_copy", "errqueue_syscall"});
    }
    for (const ZerocopyBalance& balance : balances)
        answer.evidence.push_back({"balance against " + std::string(name_of(balance.counterpart)) + " (+ saved)",
                                   "ns/B", balance.net, balance.place});
    answer.answered = balances.empty() ? Answered::in_part : Answered::yes;
    if (balances.empty())
        answer.missing = input.run.spec.trace ? "What zero-copy costs and saves was not timed in this run: " +
                                                    std::string(name_of(one_copy_variant)) + " and " +
                                                    std::string(name_of(zero_copy_variant)) +
                                                    " have to be traced, with samples or with fentry."
                                              : how_to_trace(input.run);
    return answer;
}

} // namespace netio::analysis
