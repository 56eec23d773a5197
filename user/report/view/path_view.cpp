// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/path_view.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "analysis/costs.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

const PathFigures& untraced_figures() {
    static const PathFigures figures = [] {
        PathFigures none;
        none.calls = none.bytes = none.time_ns = none.exclusive_ns = none.preempted_ns = none.skb_path_ns =
            none.sampled_time_ns = Figure::unavailable("not traced");
        return none;
    }();
    return figures;
}

} // namespace

const PathFigures& figures_of(const Cell& cell, Path path, Role role) {
    return cell.trace ? cell.trace->of(role).path(path) : untraced_figures();
}

const PathFigures& figures_of(const Cell& cell, Path path) {
    return cell.trace ? cell.trace->payload_path(path) : untraced_figures();
}

std::string labelled_name(Path path) {
    const PathEntry& entry = entry_of(path);
    if (entry.label.empty())
        return std::string(entry.name);
    std::size_t longest = 0;
    for (const PathEntry& other : path_table)
        if (!other.label.empty())
            longest = std::max(longest, other.name.size());
    return std::string(entry.name) + std::string(longest - entry.name.size() + 2, ' ') + std::string(entry.label);
}

Figure shown_time(Path path, const PathFigures& figures, const Figure& time) {
    // Waiting moves no bytes, however long it is.
    const bool told_by_bytes = takes_bytes(path) || time.quality == Quality::sampled;
    return told_by_bytes && analysis::was_not_taken(figures) ? Figure::exact(0.0) : time;
}

Quality overall_quality(const PathFigures& figures) {
    bool any = false;
    Quality worst = Quality::exact;
    for (const Figure* figure : {&figures.calls, &figures.bytes, &figures.time_ns}) {
        if (!figure->available())
            continue;
        any = true;
        worst = std::max(worst, figure->quality);
    }
    return any ? worst : Quality::unavailable;
}

std::string overall_reason(const PathFigures& figures) {
    const std::array<std::pair<const char*, const Figure*>, 3> parts{
        {{"calls", &figures.calls}, {"bytes", &figures.bytes}, {"time", &figures.time_ns}}};
    std::vector<std::pair<std::string, std::string>> by_reason; // reason, figures
    for (const auto& [name, figure] : parts) {
        if (figure->reason.empty())
            continue;
        const auto known =
            std::find_if(by_reason.begin(), by_reason.end(),
                         [&reason = figure->reason](const auto& entry) { return entry.first == reason; });
        if (known == by_reason.end())
            by_reason.emplace_back(figure->reason, name);
        else
            known->second += std::string(", ") + name;
    }
    std::string text;
    for (const auto& [reason, names] : by_reason)
        text += (text.empty() ? "" : "; ") + names + ": " + reason;
    return text;
}

bool measured(const Cell& cell) { return cell.messages() != 0 && cell.duration_s() > 0.0; }

std::string hottest_in_words(const Cell& cell, Role role) {
    constexpr std::size_t most = 5;
    if (!cell.trace || cell.trace->of(role).cpu.samples == 0)
        return {};
    const CpuProfile& cpu = cell.trace->of(role).cpu;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, cpu.hottest_symbols.size()); ++i) {
        const auto& [symbol, samples] = cpu.hottest_symbols[i];
        text += (i == 0 ? "" : ", ") + symbol + " " +
                percent(static_cast<double>(samples) / static_cast<double>(cpu.samples));
    }
    return text;
}

std::string samples_in_words(const Cell& cell) {
    if (!cell.trace || !cell.trace->samples)
        return {};
    const SampleCounts& counts = *cell.trace->samples;
    std::string text =
        counted(counts.taken, "sample") + ", of which " + grouped(counts.of_no_subject) + " of neither end";
    if (counts.unattributed_softirq != 0)
        text += " (" + grouped(counts.unattributed_softirq) + " in softirqs for unknown sockets)";
    if (counts.without_stack != 0)
        text += "; " + grouped(counts.without_stack) + " of the ends have no stack";
    return text;
}

} // namespace netio::report
