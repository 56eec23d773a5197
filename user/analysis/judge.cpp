// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/judge.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/statistics/univariate_statistics.hpp>

#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

struct Uncertainty {
    double standard_error = 0.0;
    double t = 0.0; ///< for an interval of 95 %
    double t_of_power = 0.0;

    /// What is seen 4 times in 5.
    [[nodiscard]] double detectable() const { return (t + t_of_power) * standard_error; }
};

/// A variance that was estimated, or guessed, with so many degrees of freedom, and one that is known for certain.
Uncertainty combine(double estimated, double degrees_of_estimated, double certain) {
    const double all = estimated + certain;
    // Satterthwaite's sum of a variance with so many degrees of freedom and one with no end of them. Without anything
    // that was estimated the degrees do not matter.
    const double degrees = estimated > 0.0 ? degrees_of_estimated * (all / estimated) * (all / estimated)
                                           : std::numeric_limits<double>::infinity();
    return {std::sqrt(all), student_quantile(0.975, degrees), student_quantile(0.8, degrees)};
}

/// Takes back what is shown where a busy machine may explain it.
void allow_for_load(Difference& difference, const Sample& baseline, const Sample& other) {
    const bool rate = difference.statistic == Statistic::throughput;
    // Times by path are of running threads.
    if (!difference.shown || difference.statistic == Statistic::ns_per_byte)
        return;
    const bool more = difference.absolute.value > 0.0;
    difference.lost_to_others = (more == rate ? baseline : other).lost_to_others;
    if (difference.lost_to_others <= 0.0)
        return;
    const bool central = rate || difference.statistic == Statistic::mean || difference.statistic == Statistic::p50;
    const double least = !difference.ratio ? 1.0 : more ? difference.ratio->low : 1.0 / difference.ratio->high;
    difference.explained_by_load = !central || least * (1.0 - difference.lost_to_others) <= 1.0;
    difference.shown = !difference.explained_by_load;
    difference.advice.needs_idle_machine = difference.explained_by_load;
}

double logarithm(double value) { return std::log(value); }
double itself(double value) { return value; }

std::vector<double> differences_of(const std::vector<double>& other, const std::vector<double>& baseline,
                                   double (*scale)(double)) {
    std::vector<double> differences(baseline.size());
    std::ranges::transform(other, baseline, differences.begin(),
                           [scale](double one, double two) { return scale(one) - scale(two); });
    return differences;
}

/// Of the other side less the baseline, over sets of pairs: of a mean of the blocks without draws, else of the draws,
/// with the correction of sample.h.
double variance_of_pairs(const Estimate& baseline, const Estimate& other, double (*scale)(double)) {
    const auto blocks = static_cast<double>(baseline.of_blocks.size());
    if (baseline.draws.empty())
        return boost::math::statistics::sample_variance(differences_of(other.of_blocks, baseline.of_blocks, scale)) /
               blocks;
    return boost::math::statistics::variance(differences_of(other.draws, baseline.draws, scale)) * blocks /
           (blocks - 1.0);
}

PairedBlocks paired_blocks(const Estimate& baseline, const Estimate& other) {
    PairedBlocks pairs;
    for (std::size_t i = 0; i < baseline.of_blocks.size(); ++i) {
        if (baseline.of_blocks[i] <= 0.0 || other.of_blocks[i] <= 0.0)
            return {};
        const double ratio = other.of_blocks[i] / baseline.of_blocks[i];
        pairs.lowest = pairs.count == 0 ? ratio : std::min(pairs.lowest, ratio);
        pairs.highest = pairs.count == 0 ? ratio : std::max(pairs.highest, ratio);
        pairs.larger += ratio > 1.0 ? 1 : 0;
        pairs.smaller += ratio < 1.0 ? 1 : 0;
        ++pairs.count;
    }
    return pairs;
}

/// "1.82 × [0.61, 5.43]", without an interval "1.82 ×".
std::string factor_in_words(const Bounded& ratio, bool interval) {
    return ratio_text(ratio.value) + " ×" +
           (interval ? " [" + ratio_bound(ratio.low) + ", " + ratio_bound(ratio.high) + "]" : "");
}

/// "12 % [9, 15]"; the bounds are those of a change in the same direction.
std::string percentage_in_words(const Bounded& ratio, bool interval) {
    const double direction = ratio.value < 1.0 ? -100.0 : 100.0;
    const double change = direction * (ratio.value - 1.0);
    const double one = direction * (ratio.low - 1.0);
    const double other = direction * (ratio.high - 1.0);
    const int least = change < 9.95 ? 1 : 0;
    return interval ? with_interval(change, std::min(one, other), std::max(one, other), least, " %")
                    : fixed(change, decimals_of({change}, least)) + " %";
}

Bounded inverse_of(const Bounded& ratio) { return {1.0 / ratio.value, 1.0 / ratio.high, 1.0 / ratio.low}; }

/// What is told of a pair: how fast the other side is; of a path, the time that it takes.
Bounded told_ratio(const Bounded& ratio, const Metric& metric) {
    return metric.kind == Metric::Kind::latency ? inverse_of(ratio) : ratio;
}

std::string cost_of(Statistic statistic) { return statistic == Statistic::ns_per_byte ? "time a byte" : "time a call"; }

/// "is 1.63 × [1.55, 1.70] as fast as Y", "takes 12 % [9, 15] less time than Y"; not of equal values.
std::string change_in_words(const Difference& difference, const Metric& metric, std::string_view baseline_name) {
    const std::string baseline(baseline_name);
    const bool more = difference.absolute.value > 0.0;
    const bool rate = metric.kind == Metric::Kind::throughput;
    const bool latency = metric.kind == Metric::Kind::latency;
    const std::string cost = cost_of(difference.statistic);
    if (!difference.ratio)
        return (rate      ? "moves "
                : latency ? "takes "
                          : "spends ") +
               fixed(std::fabs(difference.absolute.value), 3) +
               (rate                                             ? " Gbit/s "
                : difference.statistic == Statistic::ns_per_byte ? " ns a byte "
                                                                 : " ns ") +
               (more ? "more than " : "less than ") + baseline;
    const Bounded& ratio = *difference.ratio;
    if (told_as_factor(difference)) {
        if (rate || (latency && !more))
            return "is " + factor_in_words(told_ratio(ratio, metric), difference.interval) + " as fast as " + baseline;
        return latency ? "takes " + factor_in_words(ratio, difference.interval) + " as long as " + baseline
                       : "spends " + factor_in_words(ratio, difference.interval) + " the " + cost + " of " + baseline;
    }
    const std::string change = percentage_in_words(ratio, difference.interval);
    if (rate)
        return "is " + change + (more ? " faster than " : " slower than ") + baseline;
    return (latency ? "takes " : "spends ") + change + (more ? " more " : " less ") + (latency ? "time" : cost) +
           " than " + baseline;
}

/// "1.82 × [0.61, 5.43] as fast"
std::string told_in_words(const Difference& difference, const Metric& metric) {
    if (!difference.ratio)
        return "the interval excludes 0";
    return factor_in_words(told_ratio(*difference.ratio, metric), true) +
           (metric.kind == Metric::Kind::path ? " the " + cost_of(difference.statistic) : " as fast");
}

std::string smallest_detectable(const Difference& difference) {
    if (difference.detectable <= 0.0)
        return "all repeats are equal";
    if (!std::isfinite(difference.detectable) || difference.detectable > 10.0)
        return "too few repeats for their spread";
    const double share = difference.detectable * 100.0;
    return share < 100.0 ? "smallest detectable difference: " + fixed(share, share < 9.95 ? 1 : 0) + " %"
                         : "smallest detectable ratio: " + ratio_text(1.0 + difference.detectable) + " ×";
}

/// "X was faster in 3 of 3 repeats, 1.03–2.63 ×"; `basis` where there are no pairs.
std::string repeats_in_words(const Difference& difference, const Metric& metric, std::string_view other,
                             std::string_view basis) {
    const PairedBlocks& pairs = difference.pairs;
    if (pairs.larger + pairs.smaller == 0 || !difference.ratio)
        return std::string(basis);
    // Counted is what the estimate says, so that nothing is told as "faster in 0 of 3".
    const bool larger = difference.ratio->value > 1.0;
    const bool faster = larger == (metric.kind == Metric::Kind::throughput);
    const bool path = metric.kind == Metric::Kind::path;
    const std::string_view verb =
        path ? (larger ? " spent more in " : " spent less in ") : (faster ? " was faster in " : " was slower in ");
    const unsigned agreeing = larger ? pairs.larger : pairs.smaller;
    const Bounded range = told_ratio({1.0, pairs.lowest, pairs.highest}, metric);
    return std::string(other) + std::string(verb) + grouped(agreeing) + " of " + counted(pairs.count, pairs.unit) +
           (metric.kind == Metric::Kind::throughput ? ", " : ", each by itself ") + ratio_range(range.low, range.high) +
           " ×";
}

Sample sample_of(const VariantSummary& summary, const Metric& metric) {
    std::vector<Block> blocks;
    for (const Cell* cell : summary.cells)
        blocks.push_back({cell});
    return estimate(blocks, metric,
                    seed_of_group(default_seed, {0, 0, summary.merged.field_size, summary.merged.threads}, metric));
}

bool same_repeats(const VariantSummary& one, const VariantSummary& other) {
    return std::ranges::equal(one.cells, other.cells, {}, &Cell::repeat, &Cell::repeat);
}

Circumstances circumstances_of(const VariantSummary& baseline, const Sample& baseline_sample,
                               const VariantSummary& other, const Sample& other_sample) {
    return {0.0, same_repeats(baseline, other) && baseline_sample.blocks == other_sample.blocks};
}

std::string variant_name(const VariantSummary& summary) { return std::string(netio::name_of(summary.merged.variant)); }

constexpr Metric throughput{Metric::Kind::throughput};

} // namespace

bool told_as_factor(const Difference& difference) {
    constexpr double least = 1.5;
    constexpr double least_of_bounds = 2.0;
    const auto beyond = [](double ratio, double limit) { return ratio >= limit || ratio <= 1.0 / limit; };
    const Bounded& ratio = *difference.ratio;
    return beyond(ratio.value, least) ||
           (difference.interval && (beyond(ratio.low, least_of_bounds) || beyond(ratio.high, least_of_bounds)));
}

std::string load_in_words(const Difference& difference) {
    return "up to " + share_text(difference.lost_to_others) + " of the slower one's time went to others";
}

std::string factor_in_words(const Difference& difference) {
    return factor_in_words(*difference.ratio, difference.interval);
}

std::string scope_of(const Metric& metric, Statistic statistic) {
    std::string text = metric.kind == Metric::Kind::path ? " on " + std::string(name_of(metric)) : std::string();
    if (quantile_of(statistic))
        text += " at " + std::string(statistic == Statistic::p999 ? "p99.9" : name_of(statistic));
    return text;
}

double student_quantile(double probability, double degrees_of_freedom) {
    return boost::math::quantile(boost::math::students_t(degrees_of_freedom), probability);
}

StudentMean student_mean(std::span<const double> values) {
    if (values.size() < 2)
        return {values.front(), 0.0};
    const auto [mean, variance] = boost::math::statistics::mean_and_sample_variance(values);
    const auto count = static_cast<double>(values.size());
    return {mean, student_quantile(0.975, count - 1.0) * std::sqrt(variance / count)};
}

Figure Difference::figure() const {
    if (!ratio)
        return Figure::unavailable(available ? "a value of 0 has no ratio" : reason);
    return interval ? Figure::sampled(ratio->value, ratio->low, ratio->high)
                    : Figure::estimated(ratio->value, no_interval);
}

Difference difference_of(const Sample& baseline, const Sample& other, Statistic statistic,
                         const Circumstances& circumstances) {
    const Estimate& base = baseline.of(statistic);
    const Estimate& changed = other.of(statistic);
    Difference difference;
    difference.statistic = statistic;
    difference.repeats = std::min(baseline.repeats, other.repeats);
    if (!base.available() || !changed.available()) {
        difference.reason = !base.available() ? base.reason : changed.reason;
        difference.quality = Quality::unavailable;
        return difference;
    }
    difference.available = true;
    difference.quality = std::max(base.quality, changed.quality);
    difference.reason = !changed.reason.empty() ? changed.reason : base.reason;
    // What is left of the same value computed in another order is no difference.
    const bool equal = std::fabs(changed.value - base.value) <= 1e-9 * std::max(base.value, changed.value);
    difference.absolute.value = equal ? 0.0 : changed.value - base.value;
    if (base.value > 0.0 && changed.value > 0.0)
        difference.ratio = Bounded{equal ? 1.0 : changed.value / base.value, 0.0, 0.0};
    if (!base.variance || !changed.variance) {
        difference.no_interval = !base.variance ? base.no_variance : changed.no_variance;
        if (difference.repeats == 1)
            difference.advice = {{}, {}, first_repeats, true};
        return difference;
    }

    difference.interval = true;
    const std::size_t blocks = std::min(baseline.blocks.size(), other.blocks.size());
    const double degrees = static_cast<double>(blocks) - 1.0;
    if (circumstances.in_pairs)
        difference.pairs = paired_blocks(base, changed);
    if (baseline.repeats != baseline.blocks.size())
        difference.pairs.unit = "run";
    if (!difference.ratio || !base.log_variance || !changed.log_variance) {
        const double spread = circumstances.run_spread * std::max(base.value, changed.value);
        const double drawn =
            circumstances.in_pairs ? variance_of_pairs(base, changed, itself) : *base.variance + *changed.variance;
        const Uncertainty plain =
            combine(drawn + spread * spread, degrees, (base.doubt * base.doubt + changed.doubt * changed.doubt) / 12.0);
        difference.absolute.low = difference.absolute.value - plain.t * plain.standard_error;
        difference.absolute.high = difference.absolute.value + plain.t * plain.standard_error;
        difference.shown = difference.absolute.low > 0.0 || difference.absolute.high < 0.0;
        if (difference.ratio) {
            difference.ratio->low = std::max(0.0, 1.0 + difference.absolute.low / base.value);
            difference.ratio->high = 1.0 + difference.absolute.high / base.value;
            difference.detectable = plain.detectable() / base.value;
        }
        allow_for_load(difference, baseline, other);
        return difference;
    }
    // Anywhere in an interval of width w: a variance of w^2 / 12.
    const double base_doubt = base.doubt / base.value;
    const double changed_doubt = changed.doubt / changed.value;
    const double doubt = (base_doubt * base_doubt + changed_doubt * changed_doubt) / 12.0;
    const double guess = circumstances.run_spread * circumstances.run_spread;
    const double drawn = circumstances.in_pairs ? variance_of_pairs(base, changed, logarithm)
                                                : *base.log_variance + *changed.log_variance;
    const Uncertainty scaled = combine(drawn + guess, degrees, doubt);
    const double reach = scaled.t * scaled.standard_error;
    difference.ratio->low = difference.ratio->value * std::exp(-reach);
    difference.ratio->high = difference.ratio->value * std::exp(reach);
    difference.absolute.low = base.value * (difference.ratio->low - 1.0);
    difference.absolute.high = base.value * (difference.ratio->high - 1.0);
    difference.shown = !equal && (difference.ratio->low > 1.0 || difference.ratio->high < 1.0);
    difference.detectable = std::expm1(scaled.detectable());
    allow_for_load(difference, baseline, other);
    if (difference.shown || difference.explained_by_load || equal)
        return difference;
    const auto now = static_cast<double>(blocks);
    for (unsigned more = static_cast<unsigned>(blocks) + 1;
         more <= most_repeats_to_ask_for && difference.advice.repeats == 0; ++more)
        if (combine(drawn * now / more + guess, more - 1.0, doubt).detectable() <=
            std::fabs(std::log(difference.ratio->value)))
            difference.advice.repeats = more;
    difference.advice.remains = difference.advice.repeats == 0;
    return difference;
}

Difference difference_of(const VariantSummary& baseline, const VariantSummary& other) {
    const Sample base = sample_of(baseline, throughput);
    const Sample changed = sample_of(other, throughput);
    return difference_of(base, changed, Statistic::throughput, circumstances_of(baseline, base, other, changed));
}

bool Ranking::settled() const {
    return std::ranges::all_of(rivals, [](const Rival& rival) { return rival.lead.shown; });
}

Advice advice_on_repeats(std::span<const Group> groups) {
    Advice advice;
    for (const Group& group : groups)
        if (const std::optional<Ranking> ranking = rank(group))
            for (const Ranking::Rival& rival : ranking->rivals)
                advice.add(rival.lead.advice);
    return advice;
}

std::optional<Ranking> rank(const Group& group, Statistic statistic) {
    const Metric metric = statistic == Statistic::throughput ? throughput : Metric{Metric::Kind::latency};
    struct Contender {
        const VariantSummary* variant;
        Sample sample;
    };
    std::vector<Contender> contenders;
    for (const VariantSummary& summary : group.variants)
        if (Sample sample = sample_of(summary, metric); sample.of(statistic).available())
            contenders.push_back({&summary, std::move(sample)});
    if (contenders.size() < 2)
        return std::nullopt;
    const auto value_of = [&](const Contender& one) { return one.sample.of(statistic).value; };
    const Contender& leader = metric == throughput ? *std::ranges::max_element(contenders, {}, value_of)
                                                   : *std::ranges::min_element(contenders, {}, value_of);
    Ranking ranking{leader.variant, {}};
    bool leader_passed = false;
    for (const Contender& rival : contenders) {
        if (&rival == &leader) {
            leader_passed = true;
            continue;
        }
        const auto between = [&](const Contender& baseline, const Contender& other) {
            return difference_of(baseline.sample, other.sample, statistic,
                                 circumstances_of(*baseline.variant, baseline.sample, *other.variant, other.sample));
        };
        ranking.rivals.push_back(
            {rival.variant, between(rival, leader), leader_passed ? between(leader, rival) : between(rival, leader)});
        ranking.rivals.back().leader_is_baseline = leader_passed;
    }
    return ranking;
}

std::string headline(const Ranking& ranking) {
    const std::string leader = variant_name(*ranking.leader);
    const std::string value = significant(ranking.leader->throughput_gbps.value) + " Gbit/s";
    const bool any_interval =
        std::ranges::any_of(ranking.rivals, [](const Ranking::Rival& rival) { return rival.lead.interval; });
    std::vector<std::string> told;
    std::vector<std::string> open;
    std::vector<std::string> highest{leader};
    for (const Ranking::Rival& rival : ranking.rivals) {
        const std::string other = variant_name(*rival.variant);
        if (!any_interval && rival.lead.absolute.value == 0.0)
            highest.push_back(other);
        else if (rival.lead.shown || !any_interval)
            told.push_back(change_in_words(rival.lead, throughput, other));
        else
            open.push_back(rival.leader_is_baseline ? sentence_on(rival.in_order, throughput, other, leader)
                                                    : sentence_on(rival.in_order, throughput, leader, other));
    }
    if (!any_interval) {
        const bool several = highest.size() > 1;
        std::string text = joined_by_and(highest) + (several ? " have" : " has") + " the " +
                           (told.empty() ? "same" : "highest") + " throughput, " + value;
        if (!told.empty())
            text += ": " + (several ? leader : "it") + " " + joined_by_and(told);
        return text + ". Not tested: " + ranking.rivals.front().lead.no_interval + ".";
    }
    if (open.empty())
        return leader + " is the fastest: " + value + ". It " + joined_by_and(told) + ".";
    std::string text = told.empty() ? std::string() : leader + " (" + value + ") " + joined_by_and(told) + ".";
    for (const std::string& sentence : open)
        text += (text.empty() ? "" : " ") + sentence + ".";
    return text;
}

std::string sentence_on(const Difference& difference, const Metric& metric, std::string_view other,
                        std::string_view baseline, std::string_view basis) {
    const std::string scope = scope_of(metric, difference.statistic);
    const std::string names = std::string(other) + " and " + std::string(baseline);
    if (!difference.available)
        return "No comparison of " + names + scope + ": " + difference.reason;
    if (difference.shown || (!difference.interval && difference.absolute.value != 0.0))
        return std::string(other) + " " + change_in_words(difference, metric, baseline) + scope +
               (difference.shown ? "" : " (not tested: " + difference.no_interval + ")");
    if (difference.explained_by_load)
        return "No verdict on " + names + scope + ": " + told_in_words(difference, metric) +
               ", but the machine was busy (" + load_in_words(difference) + ")";
    if (!difference.interval)
        return names + " have the same value" + scope + " (not tested: " + difference.no_interval + ")";
    std::vector<std::string> parts;
    if (difference.ratio)
        parts.emplace_back("the 95 % interval includes 1");
    if (std::string repeats = repeats_in_words(difference, metric, other, basis); !repeats.empty())
        parts.push_back(std::move(repeats));
    parts.push_back(difference.ratio ? smallest_detectable(difference) : "a value of 0 has no ratio");
    std::string text = "No significant difference between " + names + scope;
    if (difference.ratio)
        text += ": " + told_in_words(difference, metric);
    std::string list;
    for (const std::string& part : parts)
        list += (list.empty() ? "" : "; ") + part;
    return text + " (" + list + ")";
}

} // namespace netio::analysis
