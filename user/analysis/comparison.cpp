// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/comparison.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analysis/laws.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

constexpr std::array<std::string_view, 4> axis_names{"variant", "run", "threads", "field-size"};
constexpr std::array all_axes{Axis::variant, Axis::run, Axis::threads, Axis::field_size};

/// All repeats of one (run, variant, field size, threads).
struct Repeats {
    std::vector<Block> blocks;
    /// Of each block: number of its part, and of its repeat where repeats are the blocks.
    std::vector<std::pair<std::size_t, unsigned>> places;
    std::vector<std::string> began; ///< when the part of each block did
    bool of_runs = false;           ///< the blocks are whole runs
};

using Cells = std::map<CellKey, Repeats>;

/// The parts in order of time.
std::vector<const Run*> in_order(const NamedRun& run) {
    std::vector<const Run*> parts;
    for (const Run& part : run.parts)
        parts.push_back(&part);
    std::ranges::stable_sort(parts, {}, [](const Run* part) { return part->environment.started_at; });
    return parts;
}

Cells cells_of(const std::vector<NamedRun>& runs) {
    Cells cells;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const std::vector<const Run*> parts = in_order(runs[i]);
        const bool of_runs = parts.size() >= enough_runs;
        for (std::size_t part = 0; part < parts.size(); ++part)
            for (const Cell& cell : parts[part]->cells) {
                Repeats& repeats = cells[{i, cell.variant, cell.field_size, cell.threads}];
                repeats.of_runs = of_runs;
                if (of_runs && !repeats.places.empty() && repeats.places.back().first == part) {
                    repeats.blocks.back().push_back(&cell);
                    continue;
                }
                repeats.blocks.push_back({&cell});
                repeats.places.emplace_back(part, of_runs ? 0 : cell.repeat);
                repeats.began.push_back(parts[part]->environment.started_at);
            }
    }
    return cells;
}

/// One of this side, one of the other (in either order), and so on.
bool made_in_turn(const Repeats& one, const Repeats& other) {
    for (std::size_t i = 1; i < one.began.size(); ++i)
        if (std::max(one.began[i - 1], other.began[i - 1]) > std::min(one.began[i], other.began[i]))
            return false;
    return true;
}

bool made_side_by_side(Axis axis, const Repeats& one, const Repeats& other) {
    if (one.blocks.size() != other.blocks.size())
        return false;
    if (axis == Axis::variant)
        return one.places == other.places;
    return axis == Axis::run && one.of_runs && other.of_runs && made_in_turn(one, other);
}

/// The key without what the axis lets differ: cells with the same one are held against one another.
CellKey without(Axis axis, CellKey key) {
    switch (axis) {
    case Axis::variant:
        key.variant = {};
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

/// The entries of a group draw the same, so that they can be taken in pairs; those of one group do not follow those of
/// another.
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

Pair pair_of(const ComparedGroup& group, std::size_t index, const Question& question, const Cells& cells) {
    const Entry& baseline = group.entries[group.baseline];
    const Entry& other = group.entries[index];
    const Repeats& base_repeats = cells.at(baseline.key);
    const Repeats& other_repeats = cells.at(other.key);
    Pair pair;
    pair.other = index;
    pair.in_pairs =
        made_side_by_side(question.axis, base_repeats, other_repeats) && baseline.sample.blocks == other.sample.blocks;
    if (question.axis == Axis::run && !(base_repeats.of_runs && other_repeats.of_runs))
        pair.run_spread = question.run_spread;
    for (Statistic statistic : all_statistics)
        if (has(group.metric, statistic))
            pair.differences.push_back(
                difference_of(baseline.sample, other.sample, statistic, {pair.run_spread, pair.in_pairs}));
    if (baseline.sample.merged && other.sample.merged)
        pair.distance = distance_between(*baseline.sample.merged, *other.sample.merged);
    return pair;
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
    for (const Run& part : runs.front().parts)
        for (const Cell& cell : part.cells) {
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
        if (std::ranges::any_of(run.parts, &Run::interrupted))
            comparison.warnings.push_back(run.name + " was interrupted: some of its cells or repeats are missing.");
    for (const NamedRun& run : runs)
        for (const Run& part : run.parts)
            if (const Accounting accounting = account(part); accounting.any_law_open())
                comparison.warnings.push_back(run.name + ": " + laws_in_words(accounting) + ".");

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
                group.entries.push_back({key, estimate(cells.at(key).blocks, metric,
                                                       seed_of(question.seed, without(question.axis, key), metric))});
            for (std::size_t i = 0; i < group.entries.size(); ++i)
                if (i != group.baseline)
                    group.pairs.push_back(pair_of(group, i, question, cells));
            count(comparison, group);
            comparison.groups.push_back(std::move(group));
        }
    }
    return comparison;
}

} // namespace netio::analysis
