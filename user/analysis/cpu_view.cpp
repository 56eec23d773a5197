// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/cpu_view.h"

#include <algorithm>

#include "analysis/merge.h"

namespace netio::analysis {
namespace {

const CpuProfile& profile_of(const TraceResult& trace, Role role) { return trace.cpu[index_of(role)]; }

/// Intervals that are put together can reach beyond what is possible.
Figure at_least_zero(Figure figure) {
    figure.low = std::max(figure.low, 0.0);
    return figure;
}

} // namespace

Figure total_cpu_ns(const TraceResult& trace) {
    return at_least_zero(sum_of(profile_of(trace, Role::sender).total_ns, profile_of(trace, Role::receiver).total_ns));
}

Figure combined_share(const TraceResult& trace, const std::function<const Figure&(const CpuProfile&)>& share) {
    Figure total = total_cpu_ns(trace);
    if (!total.available())
        return total;
    if (total.value <= 0.0)
        return Figure::unavailable("no sample was taken");
    const CpuProfile& sender = profile_of(trace, Role::sender);
    const CpuProfile& receiver = profile_of(trace, Role::receiver);
    Figure combined =
        at_least_zero(weighted_mean(share(sender), sender.total_ns.value, share(receiver), receiver.total_ns.value));
    combined.high = std::min(combined.high, 1.0);
    return combined;
}

Figure per_payload_byte(const Cell& cell, const Figure& figure, double scale) {
    if (!figure.available())
        return figure;
    if (cell.payload_bytes() == 0)
        return Figure::unavailable("no payload in the measured part");
    return scaled(figure, scale / static_cast<double>(cell.payload_bytes()));
}

Figure cpu_share_per_byte(const Cell& cell, const Figure& share) {
    return per_payload_byte(cell, share, total_cpu_ns(*cell.trace).value);
}

} // namespace netio::analysis
