// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "perf/readings.h"

#include <algorithm>

#include "perf/counters.h"

namespace netio::perf {
namespace {

/// Later is worse. What holds for the machine outranks what happened to one thread.
int badness(CounterStatus status) {
    switch (status) {
    case CounterStatus::counted:
        return 0;
    case CounterStatus::multiplexed:
        return 1;
    case CounterStatus::not_counted:
        return 2;
    case CounterStatus::not_permitted:
        return 3;
    case CounterStatus::not_supported:
        return 4;
    case CounterStatus::unknown_event:
        return 5;
    }
    return 5;
}

void add(CounterReading& sum, const CounterReading& reading) {
    if (badness(reading.status) > badness(sum.status)) {
        sum.status = reading.status;
        sum.reason = reading.reason;
    }
    sum.raw += reading.raw;
    sum.scaled += reading.scaled;
    sum.enabled_ns += reading.enabled_ns;
    sum.running_ns += reading.running_ns;
}

} // namespace

CounterReading to_reading(std::string event, const EventValues& values) {
    CounterReading reading;
    reading.event = std::move(event);
    reading.raw = values.count;
    reading.enabled_ns = values.enabled_ns;
    reading.running_ns = values.running_ns;
    if (values.enabled_ns == 0) {
        reading.status = CounterStatus::not_counted;
        reading.reason = "never enabled";
    } else if (values.running_ns == 0) {
        reading.status = CounterStatus::not_counted;
        reading.reason = "never got a hardware counter; use fewer events";
    } else if (values.running_ns < values.enabled_ns) {
        reading.status = CounterStatus::multiplexed;
        reading.scaled = static_cast<double>(values.count) * static_cast<double>(values.enabled_ns) /
                         static_cast<double>(values.running_ns);
    } else {
        reading.status = CounterStatus::counted;
        reading.scaled = static_cast<double>(values.count);
    }
    return reading;
}

void add_readings(std::vector<CounterReading>& sum, std::span<const CounterReading> readings) {
    for (const CounterReading& reading : readings) {
        const auto same =
            std::find_if(sum.begin(), sum.end(), [&](const auto& known) { return known.event == reading.event; });
        if (same == sum.end())
            sum.push_back(reading);
        else
            add(*same, reading);
    }
}

} // namespace netio::perf
