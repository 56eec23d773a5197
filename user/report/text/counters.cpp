// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "report/text/sections.h"
#include "report/view/counter_view.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

std::string scaled(const CounterReading* reading, double per) {
    if (reading == nullptr || !reading->available() || per <= 0.0)
        return "n/a";
    const char* mark = reading->status == CounterStatus::multiplexed ? "≈" : "";
    const double value = reading->scaled / per;
    if (value > 0.0 && value < 0.001)
        return std::string(mark) + "<0.001";
    return mark + significant(value);
}

} // namespace

void put_counters(Page& page, const analysis::Group& group) {
    std::vector<std::string> events;
    std::vector<std::string> missing;
    for (const analysis::VariantSummary& summary : group.variants)
        for (const EndResult* end : {&summary.merged.sender, &summary.merged.receiver})
            for (const CounterReading& reading : end->counters) {
                std::vector<std::string>& list = reading.available() ? events : missing;
                if (std::find(list.begin(), list.end(), reading.event) == list.end())
                    list.push_back(reading.event);
            }
    if (events.empty() && missing.empty())
        return;
    page.blank();
    Table table = table_of(group, "Counters, sender / receiver");
    for (const std::string& event : events) {
        const Per per = denominator(event);
        table.row("  " + left_in(event, 22) + std::string(unit_of(event)), cells_of(group, [&](const Cell& cell) {
                      const double count =
                          static_cast<double>(per == Per::message ? cell.messages() : cell.payload_bytes());
                      return TableCell{scaled(reading_of(cell.sender, event), count) + " / " +
                                       scaled(reading_of(cell.receiver, event), count)};
                  }));
    }
    if (!missing.empty())
        table.text("  ", "not counted here: " + analysis::joined(missing) + " (why: at the end)", Style::dim);
    table.put(page);
}

} // namespace netio::report
