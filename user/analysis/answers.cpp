// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/answers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "analysis/costs.h"
#include "analysis/phrases.h"

namespace netio::analysis {

std::optional<Copies> copies_of(const FindingInput& input, Variant variant) {
    std::optional<Copies> copies;
    for (const Group& group : input.groups) {
        const VariantSummary* summary = group.of(variant);
        if (summary == nullptr)
            continue;
        const Figure own = summary->merged.copies_per_byte();
        if (!own.available())
            continue;
        if (!copies)
            copies = {own.value, own.value, own.quality, own.reason};
        copies->low = std::min(copies->low, own.value);
        copies->high = std::max(copies->high, own.value);
        if (own.quality > copies->quality) {
            copies->quality = own.quality;
            copies->reason = own.reason;
        }
    }
    return copies;
}

bool copy_alike(const Copies& one, const Copies& other) {
    constexpr double noticeable = 0.05;
    return std::fabs(one.low - other.low) < noticeable && std::fabs(one.high - other.high) < noticeable;
}

std::string say(const Copies& copies) {
    return (copies.quality == Quality::estimated ? "≈" : "") + ratio_range(copies.low, copies.high);
}

void add_copies(Answer& answer, const FindingInput& input) {
    constexpr double same = 0.01;
    std::array<std::optional<Copies>, variant_count> all;
    bool steady = true;
    for (Variant variant : all_variants) {
        all[index_of(variant)] = copies_of(input, variant);
        if (const auto& copies = all[index_of(variant)])
            steady = steady && copies->high - copies->low < same;
    }
    if (steady) {
        for (Variant variant : all_variants)
            if (const auto& copies = all[index_of(variant)])
                answer.evidence.push_back(
                    {"copies per byte",
                     "",
                     Figure{copies->high, copies->quality, copies->high, copies->high, copies->reason},
                     {variant, 0, 0}});
        return;
    }
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants)
            if (summary.merged.copies_per_byte().available())
                answer.evidence.push_back(
                    {"copies per byte", "", summary.merged.copies_per_byte(), location_of(summary.merged)});
}

std::string how_to_trace(const Run& run) {
    if (!run.environment.untraced.empty())
        return "This run was not traced: " + run.environment.untraced + ".";
    return "This run was not traced. Run it as root without `--no-trace`, and copies and costs of each path are "
           "measured.";
}

std::span<const CacheEvent> cache_events() {
    static constexpr std::array events{CacheEvent{"L1-dcache-load-misses", "the L1 data cache"},
                                       CacheEvent{"LLC-load-misses", "the last-level cache (loads)"},
                                       CacheEvent{"cache-misses", "what this processor counts as cache-misses"}};
    return events;
}

std::string missing_cache_events(const FindingInput& input) {
    std::map<std::string, std::vector<std::string>> events_by_reason;
    for (const CacheEvent& event : cache_events()) {
        std::string reason;
        for (const Cell& cell : input.run.cells)
            if (const Figure figure = counts_per_byte(cell, event.event); !figure.available())
                reason = figure.reason;
        if (!reason.empty() || input.run.cells.empty())
            events_by_reason[reason].emplace_back(event.event);
    }
    if (events_by_reason.empty())
        return {};
    std::string text = "Not counted: ";
    bool first = true;
    for (const auto& [reason, events] : events_by_reason) {
        text += (first ? "" : "; ") + joined(events) + (reason.empty() ? "" : " (" + reason + ")");
        first = false;
    }
    return text +
           ". It takes a machine that has hardware counters and lets this program use them (`netio-trace doctor` "
           "tells): no virtual machine, or one that is given a PMU. There, `netio-trace run -e "
           "L1-dcache-load-misses,LLC-load-misses,cache-misses` counts misses at both ends, for each variant.";
}

bool add_cache_misses(Answer& answer, const FindingInput& input) {
    bool any = false;
    for (const CacheEvent& event : cache_events())
        for (const Group& group : input.groups)
            for (const VariantSummary& summary : group.variants) {
                const Figure misses = counts_per_byte(summary.merged, event.event);
                if (!misses.available())
                    continue;
                any = true;
                answer.evidence.push_back({std::string(event.event), "misses/KiB",
                                           Figure{misses.value * 1024.0, misses.quality, misses.low * 1024.0,
                                                  misses.high * 1024.0, misses.reason},
                                           location_of(summary.merged)});
            }
    return any;
}

} // namespace netio::analysis
