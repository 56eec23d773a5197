// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Whatever events come out of the ring, the timeline has each of them once, in the order of their ends, and its export
// is JSON in which each is found. The first 20 bytes of an input are the window's beginning, its length and what was
// lost at its end; the rest are events as the programs store them.
#include <algorithm>
#include <cstring>
#include <vector>

#include <nlohmann/json.hpp>

#include "fixed_runs.h"
#include "fuzz.h"
#include "report/run_json/reader.h"
#include "tracer/timeline.h"

using namespace netio;

namespace {

template <class Value>
Value take(const std::uint8_t*& data, std::size_t& size) {
    Value value{};
    const std::size_t count = std::min(sizeof(value), size);
    std::memcpy(&value, data, count);
    data += count;
    size -= count;
    return value;
}

/// Exports the timeline in a run that is all right otherwise.
void check_export(const Timeline& timeline) {
    static Run run = [] {
        Run recorded = fixed_runs::recorded_run();
        recorded.cells.resize(1);
        recorded.cells.front().trace->stacks.reset();
        return recorded;
    }();
    run.cells.front().trace->timeline = timeline;
    const std::size_t subjects = run.cells.front().trace->subjects.size();
    const auto files = report::export_perfetto(run);
    if (!files)
        return fuzz::check_refusal(files.error());
    const auto document = nlohmann::json::parse(files->front().text, nullptr, false);
    if (document.is_discarded())
        fuzz::complain("the export is no JSON", files->front().text);
    const auto spans = static_cast<std::size_t>(std::ranges::count_if(
        document["traceEvents"], [](const auto& event) { return event["ph"] == "X" || event["ph"] == "b"; }));
    const auto shown = static_cast<std::size_t>(
        std::ranges::count_if(timeline.events, [&](const TimelineEvent& event) { return event.subject < subjects; }));
    if (spans != shown)
        fuzz::complain("events of the timeline, and of the export",
                       std::to_string(shown) + ", " + std::to_string(spans));

    // Now and then, for it takes a thousand times as long. What no tracer can have stored, the reader may refuse.
    std::uint64_t mixed = timeline.window_ns + timeline.lost_at_end;
    for (const TimelineEvent& event : timeline.events)
        mixed += event.end_ns() + event.bytes + event.tid;
    if (mixed % 1021 != 0)
        return;
    const std::string written = report::render_json(run);
    if (const auto again = report::read_run(written, "what was written"); !again)
        fuzz::check_refusal(again.error());
    else if (report::render_json(*again) != written)
        fuzz::complain("writing what was read changes it", written);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto begins_ns = take<std::uint64_t>(data, size);
    const auto window_ns = take<std::uint64_t>(data, size);
    const auto lost_at_end = take<std::uint32_t>(data, size);
    std::vector<netio_event> events;
    while (size >= sizeof(netio_event))
        events.push_back(take<netio_event>(data, size));
    const Timeline timeline = tracer::make_timeline(events, begins_ns, window_ns, lost_at_end);
    if (timeline.events.size() != events.size())
        fuzz::complain("events that came out of nowhere or went there", std::to_string(timeline.events.size()));
    if (!std::ranges::is_sorted(timeline.events, {}, &TimelineEvent::end_ns))
        fuzz::complain("not in the order of their ends", "");
    std::uint64_t lost = lost_at_end;
    for (const netio_event& event : events)
        lost += event.lost_before;
    if (timeline.lost() != lost)
        fuzz::complain("events lost are not added up", std::to_string(timeline.lost()));
    check_export(timeline);
    return 0;
}
