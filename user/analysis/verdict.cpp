// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/verdict.h"

#include <algorithm>
#include <cmath>

#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

std::string percentage(double share, int decimals) { return fixed(share * 100.0, decimals); }

int decimals_for(double share) { return std::fabs(share) < 0.0995 ? 1 : 0; }

std::string interval_of(double low, double high, int decimals) {
    return " [" + fixed(low, decimals) + ", " + fixed(high, decimals) + "]";
}

struct Words {
    std::string verb;
    std::string less;
    std::string more;
    std::string times; ///< "takes 3 × as long as": what comes after the factor
};

Words words_for(const Metric& metric, Statistic statistic) {
    if (metric.kind == Metric::Kind::latency)
        return {"answers", "faster", "slower", "as long to answer as"};
    if (metric.kind == Metric::Kind::throughput)
        return {"moves", "less", "more", "as much as"};
    const std::string per = statistic == Statistic::ns_per_byte ? "time a byte" : "time a call";
    return {"spends", "less " + per, "more " + per, "the " + per + " of"};
}

std::string unit_of(Statistic statistic) {
    if (statistic == Statistic::throughput)
        return "Gbit/s";
    return statistic == Statistic::ns_per_byte ? "ns a byte" : "ns";
}

/// "12 % [9, 15] faster than X", with its verb.
std::string change_of(const Difference& difference, const Metric& metric, const std::string& baseline) {
    const Words words = words_for(metric, difference.statistic);
    if (!difference.ratio)
        return words.verb + " " + fixed(std::fabs(difference.absolute.value), 3) + " " + unit_of(difference.statistic) +
               (difference.absolute.value < 0.0 ? " less than " : " more than ") + baseline;
    const Bounded& ratio = *difference.ratio;
    if (ratio.value >= 2.0)
        return (metric.kind == Metric::Kind::latency ? "takes" : words.verb) + " " + fixed(ratio.value, 2) + " ×" +
               (difference.interval ? interval_of(ratio.low, ratio.high, 2) : "") + " " + words.times + " " + baseline;
    const bool less = ratio.value < 1.0;
    const double share = std::fabs(1.0 - ratio.value);
    const int decimals = decimals_for(share);
    std::string text = words.verb + " " + percentage(share, decimals) + " %";
    if (difference.interval)
        text += interval_of((less ? 1.0 - ratio.high : ratio.low - 1.0) * 100.0,
                            (less ? 1.0 - ratio.low : ratio.high - 1.0) * 100.0, decimals);
    return text + " " + (less ? words.less : words.more) + " than " + baseline;
}

/// " at p50", or what the statistic is of; empty where the verb says it.
std::string point_of(const Metric& metric, Statistic statistic) {
    std::string text = metric.kind == Metric::Kind::path ? " on " + std::string(name_of(metric)) : std::string();
    if (quantile_of(statistic))
        text += " at " + std::string(name_of(statistic));
    return text;
}

std::string repeats_of(const Sample& sample) {
    return counted(sample.repeats, "repeat") +
           (sample.blocks.size() == sample.repeats ? "" : " in " + counted(sample.blocks.size(), "run"));
}

std::string repeats_of(const Sample& baseline, const Sample& other) {
    const std::string one = repeats_of(baseline);
    const std::string two = repeats_of(other);
    if (one == two)
        return one + (baseline.repeats == 1 ? "" : " each");
    return (baseline.blocks.size() == baseline.repeats ? std::to_string(baseline.repeats) : one) + " and " + two;
}

std::string would_have_been_seen(const Difference& difference) {
    if (!difference.ratio)
        return "a value of 0 has no percentage";
    if (difference.detectable <= 0.0)
        return "all alike";
    if (!std::isfinite(difference.detectable) || difference.detectable > 10.0)
        return "too few for their spread";
    return percentage(difference.detectable, decimals_for(difference.detectable)) + " % would probably have been seen";
}

const Difference* find(const Pair& pair, Statistic statistic) {
    const auto found = std::find_if(pair.differences.begin(), pair.differences.end(),
                                    [&](const Difference& difference) { return difference.statistic == statistic; });
    return found == pair.differences.end() ? nullptr : &*found;
}

/// A run by its name, or by its number where one of the names is too long to stand in a sentence or over a column.
std::string label_of_run(const Comparison& comparison, std::size_t run) {
    constexpr std::size_t longest = 18;
    const bool short_names = std::all_of(comparison.runs.begin(), comparison.runs.end(),
                                         [](const std::string& name) { return name.size() <= longest; });
    return short_names ? comparison.runs[run] : "run " + std::to_string(run + 1);
}

std::string capitalized(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

} // namespace

std::string label_of(const Comparison& comparison, const CellKey& key) {
    switch (comparison.question.axis) {
    case Axis::variant:
        return std::string(name_of(key.variant));
    case Axis::run:
        return label_of_run(comparison, key.run);
    case Axis::threads:
        return counted(key.threads, "connection");
    case Axis::field_size:
        return "8 × " + binary_size(key.field_size);
    }
    return {};
}

std::string title_of(const Comparison& comparison, const ComparedGroup& group) {
    const Axis axis = comparison.question.axis;
    const CellKey& key = group.entries[group.baseline].key;
    std::vector<std::string> parts;
    if (axis != Axis::run && comparison.runs.size() > 1)
        parts.push_back(comparison.runs[key.run]);
    if (axis != Axis::variant)
        parts.emplace_back(name_of(key.variant));
    if (axis != Axis::field_size)
        parts.push_back("8 × " + binary_size(key.field_size) + " fields");
    if (axis != Axis::threads)
        parts.push_back(counted(key.threads, "connection"));
    return joined(parts);
}

Statistic leading_statistic(const Metric& metric, const Pair& pair) {
    if (metric.kind == Metric::Kind::throughput)
        return Statistic::throughput;
    const Difference* median = find(pair, Statistic::p50);
    return metric.kind == Metric::Kind::path && (median == nullptr || !median->available) ? Statistic::ns_per_byte
                                                                                          : Statistic::p50;
}

std::string verdict_on(const Comparison& comparison, const ComparedGroup& group, const Pair& pair) {
    const Entry& baseline = group.entries[group.baseline];
    const Entry& other = group.entries[pair.other];
    const std::string baseline_label = label_of(comparison, baseline.key);
    const std::string other_label = label_of(comparison, other.key);
    const Difference& lead = *find(pair, leading_statistic(group.metric, pair));
    const std::string place = point_of(group.metric, lead.statistic);
    if (!lead.available)
        return capitalized(std::string(name_of(group.metric))) + " of " + other_label + " and " + baseline_label +
               " cannot be compared: " + lead.reason + ".";

    std::string sentence;
    if (!lead.interval && lead.absolute.value == 0.0)
        sentence = other_label + " and " + baseline_label + " do not differ" + place +
                   ", but nothing tells what would have been seen: " + lead.no_interval;
    else if (!lead.interval)
        sentence = other_label + " " + change_of(lead, group.metric, baseline_label) + place +
                   ", but nothing tells whether that is more than chance: " + lead.no_interval;
    else if (lead.shown)
        sentence = other_label + " " + change_of(lead, group.metric, baseline_label) + place;
    else
        sentence = "No difference shown between " + other_label + " and " + baseline_label + place + " (" +
                   repeats_of(baseline.sample, other.sample) + "; " + would_have_been_seen(lead) + ")";

    const Difference* tail = find(pair, Statistic::p99);
    if (lead.statistic == Statistic::p50 && tail != nullptr && tail->interval && (lead.shown || tail->shown))
        sentence += tail->shown ? (lead.shown ? ", and " : "; " + other_label + " ") +
                                      change_of(*tail, group.metric, baseline_label) + " at p99"
                                : ", and no difference is shown at p99";
    return sentence + ".";
}

std::string caution_on(const Comparison& comparison) {
    if (comparison.intervals == 0)
        return "No interval could be made: nothing here tells a difference from chance. Run with `--repeats 5` or "
               "more.";
    const double by_chance = comparison.intervals * 0.05;
    return counted(comparison.intervals, "interval") + (comparison.intervals == 1 ? " was" : " were") + " made, and " +
           std::to_string(comparison.shown) + " of them " + (comparison.shown == 1 ? "shows" : "show") +
           " a difference; where there is none at all, about " + fixed(by_chance, by_chance < 9.95 ? 1 : 0) +
           " would by chance.";
}

std::string basis_of(const Comparison& comparison) {
    double run_spread = 0.0;
    bool in_pairs = false;
    for (const ComparedGroup& group : comparison.groups)
        for (const Pair& pair : group.pairs) {
            const bool interval = std::ranges::any_of(pair.differences, &Difference::interval);
            run_spread = std::max(run_spread, interval ? pair.run_spread : 0.0);
            in_pairs = in_pairs || (interval && pair.in_pairs);
        }
    std::string text;
    if (run_spread > 0.0)
        text =
            "Single runs are taken to differ by " + trimmed(run_spread * 100.0) +
            " % for no reason (--run-spread), which is a guess: it may be more. Of three or more runs a side, made in "
            "turn, it is measured (a1,a2,a3 b1,b2,b3).";
    if (in_pairs)
        text += std::string(text.empty() ? "" : " ") +
                (comparison.question.axis == Axis::run ? "Runs were made in turn, and are compared pair by pair."
                                                       : "Variants took turns, and are compared repeat by repeat.");
    return text;
}

} // namespace netio::analysis
