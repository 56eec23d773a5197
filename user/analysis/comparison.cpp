// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/comparison.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

constexpr std::array<std::string_view, 4> axis_names{"variant", "run", "threads", "field-size"};
constexpr std::array all_axes{Axis::variant, Axis::run, Axis::threads, Axis::field_size};

using Cells = std::map<CellKey, std::vector<const Cell*>>;

Cells cells_of(const std::vector<NamedRun>& runs) {
    Cells cells;
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (const Cell& cell : runs[i].run.cells)
            cells[{i, cell.variant, cell.field_size, cell.threads}].push_back(&cell);
    return cells;
}

/// The key without what the axis lets differ: cells with the same one are held against one another.
CellKey without(Axis axis, CellKey key) {
    switch (axis) {
    case Axis::variant:
        key.variant = Variant::A1;
        break;
    case Axis::run:
        key.run = 0;
        break;
    case Axis::threads:
        key.threads = 0;
        break;
    case Axis::field_size:
        key.field_size = 0;
        break;
    }
    return key;
}

bool same_on(Axis axis, const CellKey& one, const CellKey& other) {
    switch (axis) {
    case Axis::variant:
        return one.variant == other.variant;
    case Axis::run:
        return one.run == other.run;
    case Axis::threads:
        return one.threads == other.threads;
    case Axis::field_size:
        return one.field_size == other.field_size;
    }
    return false;
}

/// Each entry draws by its own number, so that the draws of one do not follow those of another.
std::uint64_t seed_of(std::uint64_t seed, const CellKey& key, const Metric& metric) {
    std::uint64_t mixed = seed;
    for (std::uint64_t part :
         {static_cast<std::uint64_t>(key.run), static_cast<std::uint64_t>(index_of(key.variant)), key.field_size,
          static_cast<std::uint64_t>(key.threads), static_cast<std::uint64_t>(metric.kind),
          metric.kind == Metric::Kind::path ? std::uint64_t{index_of(metric.path)} : 0}) {
        // Steele, Lea and Flood's mixing of SplitMix64 (OOPSLA 2014).
        mixed += 0x9e3779b97f4a7c15 + part;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        mixed ^= mixed >> 31;
    }
    return mixed;
}

Pair pair_of(const Metric& metric, const Entry& baseline, const Entry& other, std::size_t index, double run_spread) {
    Pair pair;
    pair.other = index;
    for (Statistic statistic : all_statistics)
        if (has(metric, statistic))
            pair.differences.push_back(difference_of(baseline.sample, other.sample, statistic, run_spread));
    if (baseline.sample.merged && other.sample.merged)
        pair.distance = distance_between(*baseline.sample.merged, *other.sample.merged);
    return pair;
}

double spread_between(const Question& question, const std::vector<NamedRun>& runs, const CellKey& one,
                      const CellKey& other) {
    const bool seen = runs[one.run].pooled > 1 && runs[other.run].pooled > 1;
    return question.axis == Axis::run && !seen ? question.run_spread : 0.0;
}

std::string words_of(const CellKey& key, Axis axis, const std::vector<NamedRun>& runs) {
    std::vector<std::string> parts;
    if (axis != Axis::run && runs.size() > 1)
        parts.push_back(runs[key.run].name);
    parts.emplace_back(name_of(key.variant));
    parts.push_back("8 × " + binary_size(key.field_size));
    parts.push_back(counted(key.threads, "connection"));
    return joined(parts);
}

void count(Comparison& comparison, const ComparedGroup& group) {
    for (const Pair& pair : group.pairs)
        for (const Difference& difference : pair.differences)
            if (difference.interval) {
                ++comparison.intervals;
                comparison.shown += difference.shown ? 1 : 0;
            }
}

} // namespace

std::string_view name_of(Axis axis) { return axis_names[static_cast<std::size_t>(axis)]; }

std::optional<Axis> axis_from(std::string_view name) {
    for (Axis axis : all_axes)
        if (name_of(axis) == name)
            return axis;
    return std::nullopt;
}

Axis default_axis(const std::vector<NamedRun>& runs) {
    if (runs.size() > 1)
        return Axis::run;
    std::set<Variant> variants;
    std::set<unsigned> threads;
    for (const Cell& cell : runs.front().run.cells) {
        variants.insert(cell.variant);
        threads.insert(cell.threads);
    }
    if (variants.size() > 1)
        return Axis::variant;
    return threads.size() > 1 ? Axis::threads : Axis::field_size;
}

Comparison compare(const std::vector<NamedRun>& runs, const Question& question) {
    Comparison comparison;
    comparison.question = question;
    for (const NamedRun& run : runs)
        comparison.runs.push_back(run.name);
    for (std::size_t i = 1; i < runs.size() && question.axis == Axis::run; ++i) {
        const std::size_t baseline = question.baseline ? question.baseline->run : 0;
        const std::size_t other = i <= baseline ? i - 1 : i;
        for (std::string& sentence : differences_between(runs[baseline], runs[other]))
            comparison.warnings.push_back(std::move(sentence));
    }
    for (const NamedRun& run : runs)
        if (run.run.interrupted)
            comparison.warnings.push_back(run.name + " was interrupted: some of its cells or repeats are missing.");

    const Cells cells = cells_of(runs);
    using Order = std::tuple<std::uint64_t, unsigned, Variant, std::size_t>;
    std::map<Order, std::vector<CellKey>> groups;
    for (const auto& [key, repeats] : cells) {
        const CellKey common = without(question.axis, key);
        groups[{common.field_size, common.threads, common.variant, common.run}].push_back(key);
    }
    for (const auto& [order, keys] : groups) {
        const auto baseline =
            !question.baseline ? keys.begin() : std::find_if(keys.begin(), keys.end(), [&](const CellKey& key) {
                return same_on(question.axis, key, *question.baseline);
            });
        if (keys.size() < 2 || baseline == keys.end()) {
            for (const CellKey& key : keys)
                comparison.left_out.push_back(words_of(key, question.axis, runs) +
                                              (question.axis == Axis::run ? " (" + runs[key.run].name + ")" : "") +
                                              ": " +
                                              (keys.size() < 2 ? "there is nothing that differs from it in the " +
                                                                     std::string(name_of(question.axis)) + " alone"
                                                               : "the baseline has no such cell"));
            continue;
        }
        for (const Metric& metric : question.metrics) {
            ComparedGroup group;
            group.metric = metric;
            group.baseline = static_cast<std::size_t>(baseline - keys.begin());
            for (const CellKey& key : keys)
                group.entries.push_back({key, estimate(cells.at(key), metric, seed_of(question.seed, key, metric))});
            for (std::size_t i = 0; i < group.entries.size(); ++i)
                if (i != group.baseline)
                    group.pairs.push_back(pair_of(metric, group.entries[group.baseline], group.entries[i], i,
                                                  spread_between(question, runs, keys[group.baseline], keys[i])));
            count(comparison, group);
            comparison.groups.push_back(std::move(group));
        }
    }
    return comparison;
}

} // namespace netio::analysis
