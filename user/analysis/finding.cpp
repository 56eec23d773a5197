// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/finding.h"

#include <algorithm>
#include <functional>

#include "analysis/finders.h"

namespace netio::analysis {

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
