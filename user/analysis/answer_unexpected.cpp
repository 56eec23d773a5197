// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <array>
#include <set>

#include "analysis/answers.h"
#include "analysis/phrases.h"
#include "analysis/places.h"
#include "analysis/standing.h"

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

std::optional<Surprise> stall(const Material& material) {
    return of(find_delayed_ack_stall(material), "One would blame copying for slow small sends; it is waiting.");
}

std::optional<Surprise> copied(const Material& material) {
    return of(find_copied_zerocopy(material), "MSG_ZEROCOPY promises that pages are not copied.");
}

template <class Wanted>
std::vector<Standing> standings_where(const Material& material, Variant one, Variant other, Wanted wanted) {
    std::set<unsigned> threads;
    for (const Group& group : material.groups)
        threads.insert(group.threads);
    std::vector<Standing> found;
    for (unsigned count : threads)
        for (const Standing& standing : standings(material.run, one, other, count))
            if (standing.repeats > 1 && wanted(standing))
                found.push_back(standing);
    return found;
}

Surprise tell_standings(const Material& material, const std::vector<Standing>& list, const std::string& who) {
    Surprise surprise;
    std::vector<Place> places;
    for (const Standing& standing : list) {
        places.push_back({{}, standing.field_size, standing.threads});
        surprise.evidence.push_back({"throughput of " + who, "", standing.figure(), places.back()});
    }
    const auto [low, high] = std::ranges::minmax(list, {}, &Standing::ratio);
    surprise.text =
        say_where(places, material.groups) + " (" + ratio_range(low.ratio, high.ratio) + " times the throughput)";
    surprise.rests_on = {"throughput_gbps"};
    return surprise;
}

std::optional<Surprise> faster_with_as_many_copies(const Material& material) {
    const std::optional<Copies> a2 = copies_of(material, Variant::A2);
    const std::optional<Copies> a3 = copies_of(material, Variant::A3);
    if (!a2 || !a3 || !copy_alike(*a2, *a3))
        return std::nullopt;
    const std::vector<Standing> ahead =
        standings_where(material, Variant::A3, Variant::A2, [](const Standing& one) { return one.ahead(); });
    if (ahead.empty())
        return std::nullopt;
    Surprise surprise = tell_standings(material, ahead, "A3 / A2");
    surprise.text =
        "A3 is faster than A2 " + surprise.text + ", although it copies each byte as often (" + say(*a3) + " and " +
        say(*a2) +
        " times). Fewer copies are not the reason; what changed is where the copy is made: in softirq "
        "(deferred_copy) in place of the send call (copy_in). Compare CPU time a byte and the shares of waiting.";
    return surprise;
}

std::optional<Surprise> slower_with_one_call(const Material& material) {
    const std::vector<Standing> behind =
        standings_where(material, Variant::A2, Variant::A1, [](const Standing& one) { return one.behind(); });
    if (behind.empty())
        return std::nullopt;
    Surprise surprise = tell_standings(material, behind, "A2 / A1");
    surprise.text = "A2 makes one call where A1 makes eight, and is slower all the same " + surprise.text + ".";
    return surprise;
}

/// More than this between the slowest and the fastest repeat of a cell is more than noise.
constexpr double unsteady = 1.5;

std::optional<Surprise> unsteady_repeats(const Material& material) {
    const VariantSummary* worst = nullptr;
    double widest = unsteady;
    for (const Group& group : material.groups)
        for (const std::optional<VariantSummary>& summary : group.variants)
            if (summary && summary->throughput_gbps.low > 0.0 &&
                summary->throughput_gbps.high / summary->throughput_gbps.low > widest) {
                widest = summary->throughput_gbps.high / summary->throughput_gbps.low;
                worst = &*summary;
            }
    if (worst == nullptr)
        return std::nullopt;
    const Spread& rate = worst->throughput_gbps;
    const Place place = place_of(worst->merged);
    return Surprise{
        "Repeats of the same cell differ by a factor of " + fixed(widest, 1) + ": " + name_of(worst->merged) +
            " ran at " + significant(rate.low) + " to " + significant(rate.high) +
            " Gbit/s. These figures do not tell why; do not rest anything on one repeat, and see with --pin "
            "whether it is where the scheduler puts the two ends.",
        {{"slowest repeat", "Gbit/s", Figure::exact(rate.low), place},
         {"fastest repeat", "Gbit/s", Figure::exact(rate.high), place}},
        {"throughput_gbps"}};
}

std::optional<Surprise> slower_with_more_connections(const Material& material) {
    for (std::size_t i = 1; i < material.groups.size(); ++i) {
        if (material.groups[i].field_size != material.groups[i - 1].field_size)
            continue;
        for (Variant variant : all_variants) {
            const auto& few = material.groups[i - 1].variants[index_of(variant)];
            const auto& many = material.groups[i].variants[index_of(variant)];
            if (!few || !many || many->throughput_gbps.high >= few->throughput_gbps.low || few->repeats < 2)
                continue;
            return Surprise{
                "More connections are slower: " + name_of(few->merged) + " makes " +
                    significant(few->throughput_gbps.median) + " Gbit/s, and " +
                    counted(many->merged.threads, "connection") + " together " +
                    significant(many->throughput_gbps.median) + ".",
                {{"throughput", "Gbit/s", Figure::exact(few->throughput_gbps.median), place_of(few->merged)},
                 {"throughput", "Gbit/s", Figure::exact(many->throughput_gbps.median), place_of(many->merged)}},
                {"throughput_gbps"}};
        }
    }
    return std::nullopt;
}

constexpr std::array surprises{
    stall, copied, faster_with_as_many_copies, slower_with_one_call, unsteady_repeats, slower_with_more_connections};

} // namespace

Answer answer_unexpected(const Material& material) {
    Answer answer;
    constexpr unsigned most_told = 3;
    unsigned told = 0;
    for (const auto find : surprises) {
        std::optional<Surprise> surprise = told < most_told ? find(material) : std::nullopt;
        if (!surprise)
            continue;
        answer.text += (told++ == 0 ? "" : " Also: ") + surprise->text;
        for (Evidence& evidence : surprise->evidence)
            answer.evidence.push_back(std::move(evidence));
        for (std::string& rest : surprise->rests_on)
            if (std::ranges::find(answer.rests_on, rest) == answer.rests_on.end())
                answer.rests_on.push_back(std::move(rest));
    }
    if (material.run.cells.empty()) {
        answer.missing = "The run has no finished cell.";
        return answer;
    }
    answer.answered = Answered::yes;
    if (told != 0)
        return answer;
    answer.text =
        "Nothing. Checked were: messages that take as long as the delayed-acknowledgement timer, zero-copy sends "
        "that were copied after all, A3 ahead of A2 with as many copies, A2 behind A1, repeats that differ by "
        "more than a factor of " +
        fixed(unsteady, 1) + ", and throughput that falls with more connections.";
    answer.rests_on = {"latency_histogram", "zc_complete", "copies_per_byte", "throughput_gbps"};
    add_copies(answer, material);
    return answer;
}

} // namespace netio::analysis
