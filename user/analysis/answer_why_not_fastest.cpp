// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/answers.h"
#include "analysis/locations.h"
#include "analysis/phrases.h"
#include "analysis/standing.h"
#include "analysis/zerocopy_balance.h"

namespace netio::analysis {
namespace {

/// A3's throughput over that of the fastest other variant, where both were measured.
struct Against {
    double ratio = 0.0;
    bool settled = false; ///< the repeats leave no doubt that A3 is ahead, or not
    unsigned repeats = 0;
    Location place;

    /// With one repeat: as it came out.
    [[nodiscard]] bool is_fastest() const { return ratio > 1.0 && (settled || repeats < 2); }
    [[nodiscard]] bool is_slower() const { return ratio <= 1.0 && (settled || repeats < 2); }
};

std::vector<Against> against_the_others(const FindingInput& input) {
    std::vector<Against> list;
    for (const Group& group : input.groups) {
        const std::optional<VariantSummary>& a3 = group.variants[index_of(Variant::A3)];
        const VariantSummary* best = nullptr;
        for (Variant variant : {Variant::A1, Variant::A2})
            if (const auto& other = group.variants[index_of(variant)])
                if (best == nullptr || other->throughput_gbps.median > best->throughput_gbps.median)
                    best = &*other;
        if (!a3 || best == nullptr || best->throughput_gbps.median <= 0.0 || a3->throughput_gbps.median <= 0.0)
            continue;
        Against against{a3->throughput_gbps.median / best->throughput_gbps.median, false, a3->repeats,
                        location_of(a3->merged)};
        if (const std::optional<Standing> standing =
                standing_of(repeats_of(input.run, Variant::A3, group.field_size, group.threads),
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
    const std::optional<Copies> a2 = copies_of(input, Variant::A2);
    const std::optional<Copies> a3 = copies_of(input, Variant::A3);
    if (!a3)
        return {};
    if (!a2)
        return " It is called zero-copy; each byte was copied " + say(*a3) + " times.";
    if (!copy_alike(*a2, *a3))
        return " Each byte was copied " + say(*a3) + " times, in A2 " + say(*a2) + " times.";
    return " It is called zero-copy, but each byte was copied " + say(*a3) + " times, as often as in A2 (" + say(*a2) +
           "): it saves no copy and pays for the attempt.";
}

} // namespace

Answer answer_why_not_fastest(const FindingInput& input) {
    Answer answer;
    const std::vector<Against> list = against_the_others(input);
    if (list.empty()) {
        answer.missing = "A3 was not run beside A1 or A2: `netio-trace run --variants A1,A2,A3`.";
        return answer;
    }
    std::vector<Location> fastest;
    for (const Against& against : list) {
        if (against.is_fastest())
            fastest.push_back(against.place);
        answer.evidence.push_back({"throughput of A3 / faster of A1 and A2",
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
        answer.evidence.push_back({"balance against A2 (+ saved)", "ns/B", balance.net, balance.place});
    answer.answered = balances.empty() ? Answered::in_part : Answered::yes;
    if (balances.empty())
        answer.missing = input.run.spec.trace
                             ? "What zero-copy costs and saves was not timed in this run: A2 and A3 have "
                               "to be traced, with samples or with fentry."
                             : how_to_trace(input.run);
    return answer;
}

} // namespace netio::analysis
