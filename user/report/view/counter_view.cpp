// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/counter_view.h"

#include <algorithm>

#include "analysis/merge.h"
#include "report/view/format.h"

namespace netio::report {

Per denominator(std::string_view event) {
    for (std::string_view per_message : {"switch", "migration", "fault"})
        if (event.find(per_message) != std::string_view::npos)
            return Per::message;
    return Per::byte;
}

std::string_view unit_of(std::string_view event) {
    if (denominator(event) == Per::message)
        return "/msg";
    return event.find("-clock") != std::string_view::npos ? "ns/B" : "/B";
}

const CounterReading* reading_of(const EndResult& end, const std::string& event) {
    const auto found = std::ranges::find(end.counters, event, &CounterReading::event);
    return found == end.counters.end() ? nullptr : &*found;
}

Figure counter_figure(const Cell& cell, const EndResult& end, const std::string& event) {
    const CounterReading* reading = reading_of(end, event);
    if (reading == nullptr)
        return Figure::unavailable("not asked for: add it to --events");
    if (!reading->available())
        return Figure::unavailable(reading->reason.empty() ? std::string(name_of(reading->status)) : reading->reason);
    const auto count = static_cast<double>(denominator(event) == Per::message ? cell.messages() : cell.payload_bytes());
    if (count <= 0.0)
        return Figure::unavailable("no message in the measured part");
    if (reading->status == CounterStatus::counted)
        return Figure::exact(reading->scaled / count);
    const double share = reading->enabled_ns == 0
                             ? 0.0
                             : static_cast<double>(reading->running_ns) / static_cast<double>(reading->enabled_ns);
    return Figure::estimated(reading->scaled / count, "counted " + percent(share) + " of the time and scaled");
}

Figure counter_figure(const Cell& cell, const std::string& event) {
    return analysis::sum_of(counter_figure(cell, cell.sender, event), counter_figure(cell, cell.receiver, event));
}

} // namespace netio::report
