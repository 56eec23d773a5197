// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/finding.h"

#include <algorithm>
#include <functional>

#include "analysis/finders.h"

namespace netio::analysis {

void Advice::add(Change change) {
    if (std::ranges::find(changes, change) == changes.end())
        changes.push_back(change);
}

void Advice::add(const Advice& other) {
    for (Change change : other.changes)
        add(change);
    for (Variant variant : other.variants)
        if (std::ranges::find(variants, variant) == variants.end())
            variants.push_back(variant);
    repeats = std::max(repeats, other.repeats);
    first = first || other.first;
    remains = remains || other.remains;
    needs_idle_machine = needs_idle_machine || other.needs_idle_machine;
}

std::vector<Finding> find_insights(const Run& run) {
    const FindingInput input(run);
    std::vector<Finding> findings;
    for (const FinderEntry& entry : finders)
        if (std::optional<Finding> found = entry.find(input)) {
            found->id = entry.id;
            findings.push_back(*std::move(found));
        }
    std::ranges::stable_sort(findings, std::ranges::greater{}, &Finding::severity);
    return findings;
}

} // namespace netio::analysis
