// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <map>

#include "analysis/finders.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

template <class Action>
void for_each_reading(const Run& run, Action action) {
    for (const Cell& cell : run.cells)
        for (const EndResult* end : {&cell.sender, &cell.receiver})
            for (const CounterReading& reading : end->counters)
                action(reading);
}

/// The least share of its time for which an event was counted.
using LeastShare = std::map<std::string, double>;

} // namespace

std::optional<Finding> find_multiplexed_counters(const FindingInput& input) {
    LeastShare events;
    for_each_reading(input.run, [&](const CounterReading& reading) {
        if (reading.status != CounterStatus::multiplexed || reading.enabled_ns == 0)
            return;
        const double share = static_cast<double>(reading.running_ns) / static_cast<double>(reading.enabled_ns);
        double& least = events.try_emplace(reading.event, share).first->second;
        least = std::min(least, share);
    });
    if (events.empty())
        return std::nullopt;
    Finding finding;
    std::vector<std::string> names;
    for (const auto& [event, share] : events) {
        names.push_back(event);
        finding.evidence.push_back({event + ", least part of the time", "share", Figure::exact(share), {}});
    }
    const double least = std::ranges::min_element(events, {}, &LeastShare::value_type::second)->second;
    finding.fact =
        "Counted for part of the time only (down to " + share_text(least) + ") and scaled: " + joined(names) + ".";
    finding.meaning =
        "The processor has fewer counters than the run has events; with fewer events (-e) counts are exact.";
    finding.thresholds = {{"share of the time that counts as all", 1.0, "share"}};
    finding.rests_on = {"counters"};
    return finding;
}

std::optional<Finding> find_missing_counters(const FindingInput& input) {
    std::map<std::string, std::vector<std::string>> events_by_reason;
    for_each_reading(input.run, [&](const CounterReading& reading) {
        if (reading.available())
            return;
        const std::string reason = reading.reason.empty() ? std::string(name_of(reading.status)) : reading.reason;
        std::vector<std::string>& events = events_by_reason[reason];
        if (std::ranges::find(events, reading.event) == events.end())
            events.push_back(reading.event);
    });
    if (events_by_reason.empty())
        return std::nullopt;
    Finding finding;
    std::string list;
    for (const auto& [reason, events] : events_by_reason) {
        list += (list.empty() ? "" : "; ") + joined(events) + " (" + reason + ")";
        for (const std::string& event : events)
            finding.evidence.push_back({event, "", Figure::unavailable(reason), {}});
    }
    finding.fact = "Not counted: " + list + ".";
    finding.meaning = "Blank in a table: not counted. `netio-trace doctor` shows what would help.";
    finding.rests_on = {"counters"};
    return finding;
}

} // namespace netio::analysis
