// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/contradictions.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>

#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

using Contradiction = std::optional<std::string>;

/// Figures that passed through text and divisions.
bool nearly_equal(double one, double other) {
    constexpr double rounding = 1e-9;
    return std::abs(one - other) <= rounding * std::max(std::abs(one), std::abs(other));
}

/// Laws that hold where one side is the larger; of all others both are the same.
bool is_inequality(std::string_view law) {
    return law == "copied_bytes" || law == "zerocopy_copied" || law == "traced_zerocopy_copied";
}

Contradiction in_laws(std::span<const LawCheck> laws) {
    for (const LawCheck& law : laws)
        if (law.checked && !is_inequality(law.name) && law.holds && !nearly_equal(law.expected, law.observed))
            return "the law " + law.name + " is said to hold, and " + significant(law.expected, 6) + " is not " +
                   significant(law.observed, 6);
    return std::nullopt;
}

bool is_told_broken(std::span<const LawCheck> laws, std::string_view name) {
    return std::ranges::any_of(laws,
                               [&](const LawCheck& law) { return law.name == name && law.checked && !law.holds; });
}

Contradiction in_zerocopy(const ZerocopyTotals& zerocopy, std::span<const LawCheck> laws) {
    const auto more = [](std::uint64_t part, const char* what, std::uint64_t whole, const char* of) {
        return counted(part, what) + " of " + counted(whole, of);
    };
    if (zerocopy.completions > zerocopy.sends && !is_told_broken(laws, "zerocopy_completions"))
        return more(zerocopy.completions, "completion", zerocopy.sends, "zero-copy send");
    if (zerocopy.copied > zerocopy.completions && !is_told_broken(laws, "zerocopy_copied"))
        return more(zerocopy.copied, "copied send", zerocopy.completions, "completed one");
    return std::nullopt;
}

Contradiction in_profile(const CpuProfile& cpu) {
    constexpr double rounding = 1e-9;
    const auto is_no_share = [](const Figure& figure) {
        return figure.available() && (figure.value < -rounding || figure.value > 1.0 + rounding);
    };
    for (const CpuClassEntry& entry : cpu_class_table)
        if (const Figure& share = cpu.share[index_of(entry.cpu_class)]; is_no_share(share))
            return "CPU time of class " + std::string(entry.name) + " is " + significant(share.value, 6) +
                   " of all of it";
    for (const Figure* share : {&cpu.user_space, &cpu.softirq, &cpu.tracing})
        if (is_no_share(*share))
            return "a share of CPU time is " + significant(share->value, 6);
    return std::nullopt;
}

std::vector<std::string> in_cell(const Cell& cell) {
    std::vector<std::string> list;
    const auto add = [&list](Contradiction found) {
        if (found)
            list.push_back(*std::move(found));
    };
    if (cell.payload_bytes() != cell.messages() * cell.message_size() && !is_told_broken(cell.laws, "whole_messages"))
        add(grouped(cell.payload_bytes()) + " payload bytes are not " + counted(cell.messages(), "message") + " of " +
            grouped(cell.message_size()) + " bytes");
    const std::uint64_t latencies = cell.receiver.latency.count();
    if (latencies != cell.messages() && !is_told_broken(cell.laws, "latency_count"))
        add("the histogram has " + grouped(latencies) + " latencies of " + counted(cell.messages(), "message"));
    const auto& by_thread = cell.receiver.messages_per_thread;
    const std::uint64_t sum = std::accumulate(by_thread.begin(), by_thread.end(), std::uint64_t{0});
    if (sum != cell.messages())
        add("its threads have " + grouped(sum) + " of " + counted(cell.messages(), "message"));
    if (by_thread.size() != cell.threads && !by_thread.empty())
        add("it has messages of " + counted(by_thread.size(), "thread") + " and " + counted(cell.threads, "thread"));
    if (cell.messages() != 0 && cell.duration_s() <= 0.0)
        add(counted(cell.messages(), "message") + " took no time");
    add(in_zerocopy(cell.sender.zerocopy, cell.laws));
    if (cell.trace)
        for (const SubjectTrace& subject : cell.trace->subjects)
            add(in_profile(subject.cpu));
    add(in_laws(cell.laws));
    return list;
}

/// By its numbers of messages and its duration, to the nanosecond: two measurements do not agree in all of them.
bool is_same_measurement(const Cell& one, const Cell& other) {
    return one.messages() != 0 && one.variant == other.variant && one.field_size == other.field_size &&
           one.threads == other.threads && one.duration_s() == other.duration_s() &&
           one.receiver.messages_per_thread == other.receiver.messages_per_thread &&
           one.receiver.latency == other.receiver.latency;
}

} // namespace

std::vector<std::string> contradictions_in(const Run& run) {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < run.cells.size(); ++i) {
        const std::string place = "cells[" + std::to_string(i) + "]: ";
        for (const std::string& found : in_cell(run.cells[i]))
            list.push_back(place + found);
        for (std::size_t before = 0; before < i; ++before)
            if (is_same_measurement(run.cells[before], run.cells[i])) {
                list.push_back(place + "it is the measurement of cells[" + std::to_string(before) +
                               "] once more, and no repeat of it");
                break;
            }
    }
    return list;
}

std::vector<std::string> contradictions_in(const Recording& recording) {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < recording.subjects.size(); ++i) {
        const AttachedSubject& subject = recording.subjects[i];
        auto found = in_laws(subject.laws);
        if (!found)
            found = in_profile(subject.figures.cpu);
        if (found)
            list.push_back("subjects[" + std::to_string(i) + "]: " + *found);
    }
    return list;
}

} // namespace netio::analysis
