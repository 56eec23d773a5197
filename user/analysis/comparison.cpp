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

using Cells = std::map<EntryKey, Repeats>;

/// The parts in order of time.
std::vector<const Run*> in_order(const ComparedRun& run) {
    std::vector<const Run*> parts;
    for (const Run& part : run.parts)
        parts.push_back(&part);
    std::ranges::stable_sort(parts, {}, [](const Run* part) { return part->environment.started_at; });
    return parts;
}

Cells cells_of(const std::vector<ComparedRun>& runs) {
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
    if (axis != Axis::run)
        return one.places == other.places;
    return one.of_runs && other.of_runs && made_in_turn(one, other);
}

/// What the key has on the axis, which is taken out of it.
std::uint64_t take(Axis axis, EntryKey& key) {
    switch (axis) {
    case Axis::variant:
        return index_of(std::exchange(key.variant, {}));
    case Axis::run:
        return std::exchange(key.run, 0);
    case Axis::threads:
        return std::exchange(key.threads, 0);
    case Axis::field_size:
        return std::exchange(key.field_size, 0);
    }
    return 0;
}

/// The key without what the axis lets differ: cells with the same one are compared with one another.
EntryKey without(Axis axis, EntryKey key) {
    take(axis, key);
    return key;
}

bool same_on(Axis axis, EntryKey one, EntryKey other) { return take(axis, one) == take(axis, other); }

std::uint64_t seed_of(const ComparisonRequest& request, const EntryKey& common, const Metric& metric) {
    return seed_of_group(
        request.seed,
        {common.run, static_cast<std::uint64_t>(index_of(common.variant)), common.field_size, common.threads}, metric);
}

Pair pair_of(const ComparedGroup& group, std::size_t base, std::size_t index, const ComparisonRequest& request,
             const Cells& cells) {
    const Entry& baseline = group.entries[base];
    const Entry& other = group.entries[index];
    const Repeats& base_repeats = cells.at(baseline.key);
    const Repeats& other_repeats = cells.at(other.key);
    Pair pair;
    pair.other = index;
    pair.baseline = base;
    pair.in_pairs =
        made_side_by_side(request.axis, base_repeats, other_repeats) && baseline.sample.blocks == other.sample.blocks;
    if (request.axis == Axis::run && !(base_repeats.of_runs && other_repeats.of_runs))
        pair.run_spread = request.run_spread;
    for (Statistic statistic : all_statistics)
        if (has(group.metric, statistic))
            pair.differences.push_back(
                difference_of(baseline.sample, other.sample, statistic, {pair.run_spread, pair.in_pairs}));
    if (baseline.sample.merged && other.sample.merged)
        pair.distance = distance_between(*baseline.sample.merged, *other.sample.merged);
    return pair;
}

std::string words_of(const EntryKey& key, Axis axis, const std::vector<ComparedRun>& runs) {
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

/// The statistics that a verdict may tell, in this order.
constexpr std::array told_statistics{Statistic::throughput, Statistic::p50, Statistic::p99, Statistic::ns_per_byte};

const Difference* find(const Pair& pair, Statistic statistic) {
    const auto found = std::ranges::find(pair.differences, statistic, &Difference::statistic);
    return found == pair.differences.end() ? nullptr : &*found;
}

std::vector<const Difference*> told_of(const Pair& pair) {
    std::vector<const Difference*> told;
    for (Statistic statistic : told_statistics)
        if (const Difference* difference = find(pair, statistic); difference != nullptr && difference->interval)
            told.push_back(difference);
    return told;
}

/// What an entry is called in a sentence, as something of which there is one.
std::string called(const Comparison& comparison, const EntryKey& key) {
    const std::string label = label_of(comparison, key);
    switch (comparison.request.axis) {
    case Axis::threads:
        return "the cell with " + label;
    case Axis::field_size:
        return "the cell of " + label;
    default:
        return label;
    }
}

/// A run by its name, or by its number where one of the names is too long to stand in a sentence or over a column.
std::string label_of_run(const Comparison& comparison, std::size_t run) {
    constexpr std::size_t longest = 18;
    const bool short_names = std::all_of(comparison.runs.begin(), comparison.runs.end(),
                                         [](const std::string& name) { return name.size() <= longest; });
    return short_names ? comparison.runs[run] : "run " + std::to_string(run + 1);
}

} // namespace

std::string_view name_of(Axis axis) { return axis_names[static_cast<std::size_t>(axis)]; }

std::optional<Axis> axis_from(std::string_view name) {
    for (Axis axis : all_axes)
        if (name_of(axis) == name)
            return axis;
    return std::nullopt;
}

Axis default_axis(const std::vector<ComparedRun>& runs) {
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

Comparison compare(const std::vector<ComparedRun>& runs, const ComparisonRequest& request) {
    Comparison comparison;
    comparison.request = request;
    for (const ComparedRun& run : runs)
        comparison.runs.push_back(run.name);
    for (std::size_t i = 1; i < runs.size() && request.axis == Axis::run; ++i) {
        const std::size_t baseline = request.baseline ? request.baseline->run : 0;
        const std::size_t other = i <= baseline ? i - 1 : i;
        for (std::string& sentence : differences_between(runs[baseline], runs[other]))
            comparison.warnings.push_back(std::move(sentence));
    }
    for (const ComparedRun& run : runs)
        if (std::ranges::any_of(run.parts, &Run::interrupted))
            comparison.warnings.push_back(run.name + " was interrupted: some of its cells or repeats are missing.");
    for (const ComparedRun& run : runs)
        for (const Run& part : run.parts)
            if (const Accounting accounting = account(part); accounting.any_law_open())
                comparison.warnings.push_back(run.name + ": " + laws_in_words(accounting) + ".");

    const Cells cells = cells_of(runs);
    using Order = std::tuple<std::uint64_t, unsigned, Variant, std::size_t>;
    std::map<Order, std::vector<EntryKey>> groups;
    for (const auto& [key, repeats] : cells) {
        const EntryKey common = without(request.axis, key);
        groups[{common.field_size, common.threads, common.variant, common.run}].push_back(key);
    }
    for (const auto& [order, keys] : groups) {
        const auto baseline =
            !request.baseline ? keys.begin() : std::find_if(keys.begin(), keys.end(), [&](const EntryKey& key) {
                return same_on(request.axis, key, *request.baseline);
            });
        if (keys.size() < 2 || baseline == keys.end()) {
            for (const EntryKey& key : keys)
                comparison.left_out.push_back(words_of(key, request.axis, runs) +
                                              (request.axis == Axis::run ? " (" + runs[key.run].name + ")" : "") +
                                              ": " +
                                              (keys.size() < 2 ? "there is nothing that differs from it in the " +
                                                                     std::string(name_of(request.axis)) + " alone"
                                                               : "the baseline has no such cell"));
            continue;
        }
        for (const Metric& metric : request.metrics) {
            ComparedGroup group;
            group.metric = metric;
            group.baseline = static_cast<std::size_t>(baseline - keys.begin());
            for (const EntryKey& key : keys)
                group.entries.push_back({key, estimate(cells.at(key).blocks, metric,
                                                       seed_of(request, without(request.axis, key), metric))});
            for (std::size_t i = 0; i < group.entries.size(); ++i)
                if (i != group.baseline)
                    group.pairs.push_back(pair_of(group, group.baseline, i, request, cells));
            const bool all_pairs = request.axis == Axis::variant && !request.baseline;
            for (std::size_t i = 1; all_pairs && i < group.entries.size(); ++i)
                for (std::size_t j = i + 1; j < group.entries.size(); ++j)
                    group.pairs.push_back(pair_of(group, i, j, request, cells));
            count(comparison, group);
            comparison.groups.push_back(std::move(group));
        }
    }
    return comparison;
}

bool is_same_run(const Run& one, const Run& other) {
    const bool measured = std::ranges::any_of(one.cells, [](const Cell& cell) { return cell.messages() != 0; });
    return (measured || one.environment.started_at == other.environment.started_at) &&
           std::ranges::equal(one.cells, other.cells, [](const Cell& a, const Cell& b) {
               return a.variant == b.variant && a.field_size == b.field_size && a.threads == b.threads &&
                      a.repeat == b.repeat && a.receiver.latency == b.receiver.latency;
           });
}

std::string why_nothing(const std::vector<ComparedRun>& runs, const ComparisonRequest& request) {
    std::set<std::string> cells;
    // What each run has, by what it is.
    std::map<std::string, std::vector<std::set<std::pair<std::uint64_t, std::string>>>> parts;
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (const Run& part : runs[i].parts)
            for (const Cell& cell : part.cells) {
                cells.insert(name_of(cell));
                const auto add = [&](const char* what, std::uint64_t order, std::string name) {
                    parts[what].resize(runs.size());
                    parts[what][i].emplace(order, std::move(name));
                };
                add("variants", index_of(cell.variant), std::string(name_of(cell.variant)));
                add("field sizes", cell.field_size, binary_size(cell.field_size));
                add("numbers of connections", cell.threads, grouped(cell.threads));
            }
    if (request.axis != Axis::run)
        return cells.size() == 1 ? "there is one cell: " + *cells.begin()
                                 : "no two cells differ in the " + std::string(name_of(request.axis)) + " alone";
    std::string why = "no cell is in two of the runs";
    for (const auto& [what, of_runs] : parts) {
        std::vector<std::string> lists;
        std::map<std::pair<std::uint64_t, std::string>, unsigned> uses;
        for (std::size_t i = 0; i < of_runs.size(); ++i) {
            std::vector<std::string> names;
            for (const auto& one : of_runs[i]) {
                ++uses[one];
                names.push_back(one.second);
            }
            lists.push_back(joined_by_and(names) + " in " + runs[i].name);
        }
        if (std::ranges::all_of(uses, [](const auto& use) { return use.second == 1; }))
            why += "; " + what + ": " + joined(lists);
    }
    return why;
}

std::string label_of(const Comparison& comparison, const EntryKey& key) {
    switch (comparison.request.axis) {
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
    const Axis axis = comparison.request.axis;
    const EntryKey& key = group.entries[group.baseline].key;
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

const Difference& leading_difference(const Metric& metric, const Pair& pair) {
    const Difference* median = find(pair, Statistic::p50);
    const bool timed = metric.kind == Metric::Kind::latency || (median != nullptr && median->available);
    return *find(pair, metric.kind == Metric::Kind::throughput ? Statistic::throughput
                       : timed                                 ? Statistic::p50
                                                               : Statistic::ns_per_byte);
}

bool shows_difference(const Pair& pair) { return std::ranges::any_of(told_of(pair), &Difference::shown); }

std::string verdict_on(const Comparison& comparison, const ComparedGroup& group, const Pair& pair) {
    const Entry& baseline = group.entries[pair.baseline];
    const Entry& other = group.entries[pair.other];
    const std::string baseline_label = called(comparison, baseline.key);
    const std::string other_label = called(comparison, other.key);
    std::string text;
    std::vector<std::string> open;
    std::vector<std::string> busy;
    for (const Difference* difference : told_of(pair))
        if (difference->explained_by_load)
            busy.push_back(scope_of(group.metric, difference->statistic));
        else if (difference->shown)
            text += (text.empty() ? "" : "; ") + sentence_on(*difference, group.metric, other_label, baseline_label);
        else
            open.push_back(scope_of(group.metric, difference->statistic));
    if (text.empty())
        text = sentence_on(leading_difference(group.metric, pair), group.metric, other_label, baseline_label,
                           repeats_of(baseline.sample, other.sample));
    else {
        if (!open.empty())
            text += "; no significant difference" + joined_by_and(open);
        if (!busy.empty())
            text += "; no verdict" + joined_by_and(busy) + ", for the machine was busy";
    }
    if (text.starts_with("the "))
        text.front() = 'T';
    return text + ".";
}

} // namespace netio::analysis
