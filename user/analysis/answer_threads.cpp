// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <array>

#include "analysis/answers.h"
#include "analysis/costs.h"
#include "analysis/locations.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// One variant at the largest field size, from the fewest connections to the most.
struct Growth {
    const VariantSummary* fewest = nullptr;
    const VariantSummary* most = nullptr;
};

std::array<Growth, variant_count> growths_of(const FindingInput& input) {
    std::array<Growth, variant_count> growths;
    for (const Group& group : input.groups) {
        if (group.field_size != input.groups.back().field_size)
            continue;
        for (Variant variant : all_variants)
            if (const VariantSummary* summary = group.of(variant)) {
                Growth& growth = growths[index_of(variant)];
                if (growth.fewest == nullptr)
                    growth.fewest = summary;
                growth.most = summary;
            }
    }
    return growths;
}

bool grows(const Growth& growth) {
    return growth.fewest != nullptr && growth.fewest != growth.most && growth.fewest->throughput_gbps.median > 0.0;
}

std::string say_misses(const std::array<Growth, variant_count>& growths) {
    std::vector<std::string> parts;
    for (const CacheEvent& event : cache_events())
        for (Variant variant : all_variants) {
            const Growth& growth = growths[index_of(variant)];
            if (!grows(growth))
                continue;
            const Figure before = counts_per_byte(growth.fewest->merged, event.event);
            const Figure after = counts_per_byte(growth.most->merged, event.event);
            if (before.available() && after.available() && before.value > 0.0)
                parts.push_back(std::string(name_of(variant)) + " " + std::string(event.event) + " × " +
                                fixed(after.value / before.value, 2));
        }
    return parts.empty() ? std::string()
                         : " Misses a byte change by " + joined_by_and(parts) +
                               "; more than × 1 is what contention for a cache looks like.";
}

void add_evidence(Answer& answer, const FindingInput& input) {
    for (const Group& group : input.groups)
        for (const VariantSummary& summary : group.variants) {
            if (summary.throughput_gbps.median <= 0.0)
                continue;
            const Location place = location_of(summary.merged);
            answer.evidence.push_back({"throughput", "Gbit/s", Figure::exact(summary.throughput_gbps.median), place});
            answer.evidence.push_back({"CPU time", "ns/B", Figure::exact(summary.cpu_ns_per_byte.median), place});
        }
}

} // namespace

Answer answer_threads(const FindingInput& input) {
    Answer answer;
    const std::array<Growth, variant_count> growths = growths_of(input);
    std::vector<std::string> rates;
    std::vector<std::string> costs;
    const Growth* any = nullptr;
    for (Variant variant : all_variants) {
        const Growth& growth = growths[index_of(variant)];
        if (!grows(growth))
            continue;
        any = &growth;
        const std::string name(name_of(variant));
        rates.push_back(name + " × " +
                        fixed(growth.most->throughput_gbps.median / growth.fewest->throughput_gbps.median, 2));
        if (growth.fewest->cpu_ns_per_byte.median > 0.0)
            costs.push_back(name + " × " +
                            fixed(growth.most->cpu_ns_per_byte.median / growth.fewest->cpu_ns_per_byte.median, 2));
    }
    answer.missing = missing_cache_events(input);
    if (any == nullptr) {
        answer.text = "This run cannot say: it has one number of connections only.";
        answer.missing = "Run with several: `netio-trace run --threads 1,2,4,8`." +
                         (answer.missing.empty() ? "" : " " + answer.missing);
        return answer;
    }
    const unsigned most = any->most->merged.threads;
    answer.text = "From " + counted(any->fewest->merged.threads, "connection") + " to " + grouped(most) +
                  ", with fields of " + binary_size(input.groups.back().field_size) + ", throughput changes by " +
                  joined_by_and(rates) + ", and CPU time a byte by " + joined_by_and(costs) + " (medians).";
    if (const unsigned cpus = input.run.environment.cpus; cpus != 0 && 2 * most > cpus)
        answer.text += " " + grouped(2 * most) + " worker threads share " + counted(cpus, "CPU") +
                       ": threads may have to wait for a CPU, and latencies contain that (see preempted times).";
    const std::string misses = say_misses(growths);
    answer.text += misses.empty() ? " Whether caches are contended for, no counter says here." : misses;
    add_evidence(answer, input);
    add_cache_misses(answer, input);
    answer.rests_on = {"throughput_gbps", "cpu_ns_per_byte"};
    if (!misses.empty())
        answer.rests_on.emplace_back("counters");
    answer.answered = answer.missing.empty() ? Answered::yes : Answered::in_part;
    return answer;
}

} // namespace netio::analysis
