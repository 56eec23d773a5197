// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/cpu_view.h"

#include <algorithm>
#include <cmath>

namespace netio::report {
namespace {

double half_width(const Figure& figure) { return (figure.high - figure.low) / 2.0; }

} // namespace

Figure total_cpu_ns(const TraceResult& trace) {
    Figure total = Figure::exact(0.0);
    double squares = 0.0;
    for (const CpuProfile& cpu : trace.cpu) {
        if (!cpu.total_ns.available())
            return cpu.total_ns;
        total.value += cpu.total_ns.value;
        total.quality = std::max(total.quality, cpu.total_ns.quality);
        squares += half_width(cpu.total_ns) * half_width(cpu.total_ns);
    }
    total.low = std::max(0.0, total.value - std::sqrt(squares));
    total.high = total.value + std::sqrt(squares);
    return total;
}

Figure combined_share(const TraceResult& trace, const std::function<const Figure&(const CpuProfile&)>& share) {
    const Figure total = total_cpu_ns(trace);
    if (!total.available())
        return total;
    if (total.value <= 0.0)
        return Figure::unavailable("no sample was taken");
    Figure combined = Figure::exact(0.0);
    double squares = 0.0;
    for (const CpuProfile& cpu : trace.cpu) {
        const double weight = cpu.total_ns.value / total.value;
        if (weight == 0.0)
            continue;
        const Figure& own = share(cpu);
        if (!own.available())
            return own;
        combined.value += weight * own.value;
        combined.quality = std::max(combined.quality, own.quality);
        squares += weight * half_width(own) * weight * half_width(own);
    }
    combined.low = std::max(0.0, combined.value - std::sqrt(squares));
    combined.high = std::min(1.0, combined.value + std::sqrt(squares));
    return combined;
}

Figure per_payload_byte(const Cell& cell, Figure figure, double scale) {
    if (!figure.available())
        return figure;
    if (cell.payload_bytes() == 0)
        return Figure::unavailable("no payload in the measured part");
    scale /= static_cast<double>(cell.payload_bytes());
    figure.value *= scale;
    figure.low *= scale;
    figure.high *= scale;
    return figure;
}

Figure cpu_share_per_byte(const Cell& cell, const Figure& share) {
    return per_payload_byte(cell, share, total_cpu_ns(*cell.trace).value);
}

} // namespace netio::report
