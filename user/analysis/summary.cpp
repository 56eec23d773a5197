// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/summary.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "analysis/merge.h"
#include "analysis/sample.h"

namespace netio::analysis {
namespace {

/// Sums know how many bytes were copied for a reason, but not in which repeat most of them were: that one's functions
/// stand for all.
void name_functions(std::vector<CopySite>& sites, std::span<const Cell* const> cells) {
    for (CopySite& site : sites) {
        std::uint64_t most = 0;
        for (const Cell* cell : cells)
            for (const CopySite& of_repeat : cell->trace->of(Role::sender).copied_after_all)
                if (of_repeat.reason == site.reason && of_repeat.path == site.path && of_repeat.bytes > most) {
                    most = of_repeat.bytes;
                    site.functions = of_repeat.functions;
                }
    }
}

std::optional<Trace> merge_traces(std::span<const Cell* const> cells) {
    std::optional<Trace> sum;
    for (const Cell* cell : cells) {
        if (!cell->trace)
            return std::nullopt;
        if (sum)
            analysis::add(*sum, *cell->trace);
        else
            sum = cell->trace;
    }
    if (sum && cells.size() > 1)
        name_functions(sum->of(Role::sender).copied_after_all, cells);
    return sum;
}

/// The namespaces of a run stay the same from cell to cell.
void add(std::vector<NamespaceActivity>& sum, const std::vector<NamespaceActivity>& other) {
    if (sum.size() != other.size())
        sum.clear();
    for (std::size_t i = 0; i < sum.size(); ++i) {
        for (const auto& [name, moved] : other[i].counters)
            sum[i].counters[name] += moved;
        sum[i].packet_taps = std::max(sum[i].packet_taps, other[i].packet_taps);
    }
}

void add(std::optional<MachineLoad>& sum, const std::optional<MachineLoad>& other) {
    if (sum && other)
        sum->add(*other);
    else
        sum.reset();
}

} // namespace

Spread spread_of(std::span<const Cell* const> repeats, const std::function<double(const Cell&)>& figure) {
    std::vector<double> values;
    for (const Cell* cell : repeats)
        if (cell->messages() != 0)
            values.push_back(figure(*cell));
    if (values.empty())
        return {};
    const auto [low, high] = std::ranges::minmax(values);
    return {geometric_mean(values), low, high};
}

const VariantSummary* Group::of(Variant variant) const {
    const auto found = std::ranges::find_if(
        variants, [&](const VariantSummary& summary) { return summary.merged.variant == variant; });
    return found == variants.end() ? nullptr : &*found;
}

VariantSummary merge_repeats(std::span<const Cell* const> repeats) {
    VariantSummary summary;
    summary.merged = *repeats.front();
    summary.merged.repeat = 0;
    for (const Cell* cell : repeats.subspan(1)) {
        analysis::add(summary.merged.sender, cell->sender);
        analysis::add(summary.merged.receiver, cell->receiver);
        add(summary.merged.namespaces, cell->namespaces);
        add(summary.merged.machine, cell->machine);
        std::copy(cell->laws.begin(), cell->laws.end(), std::back_inserter(summary.merged.laws));
    }
    summary.merged.trace = merge_traces(repeats);
    summary.cells.assign(repeats.begin(), repeats.end());
    summary.repeats = static_cast<unsigned>(repeats.size());
    summary.throughput_gbps = spread_of(repeats, &Cell::throughput_gbps);
    summary.messages_per_second = spread_of(repeats, &Cell::messages_per_second);
    summary.cpu_ns_per_byte = spread_of(repeats, &Cell::cpu_ns_per_byte);
    return summary;
}

std::vector<Group> summarize(const Run& run) {
    using Key = std::tuple<std::uint64_t, unsigned>;
    std::map<Key, std::map<Variant, std::vector<const Cell*>>> cells;
    for (const Cell& cell : run.cells)
        cells[{cell.field_size, cell.threads}][cell.variant].push_back(&cell);

    std::vector<Group> groups;
    for (const auto& [key, by_variant] : cells) {
        Group group{std::get<0>(key), std::get<1>(key), {}};
        for (const auto& [variant, repeats] : by_variant)
            group.variants.push_back(merge_repeats(repeats));
        groups.push_back(std::move(group));
    }
    return groups;
}

} // namespace netio::analysis
