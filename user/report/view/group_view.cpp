// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/group_view.h"

#include <vector>

#include "report/view/format.h"

namespace netio::report {

std::string title_of(const analysis::Group& group) {
    return std::to_string(fields_per_message) + " × " + binary_size(group.field_size) +
           " fields = " + binary_size(group.field_size * fields_per_message) + " a message, " +
           counted(group.threads, "connection");
}

std::optional<LogAxis> latency_axis(const analysis::Group& group, std::size_t columns) {
    std::vector<const Histogram*> latencies;
    for (const analysis::VariantSummary& summary : group.variants)
        latencies.push_back(&summary.merged.receiver.latency);
    return LogAxis::over(latencies, columns);
}

bool sound(const analysis::Accounting& accounting) { return !accounting.any_law_open() && accounting.lost == 0; }

} // namespace netio::report
