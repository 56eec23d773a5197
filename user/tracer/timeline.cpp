// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/timeline.h"

#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace netio::tracer {
namespace {

struct RingCloser {
    void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};

int take_event(void* list, void* data, std::size_t size) {
    netio_event event{};
    if (size >= sizeof(event)) {
        std::memcpy(&event, data, sizeof(event));
        static_cast<std::vector<netio_event>*>(list)->push_back(event);
    }
    return 0;
}

Path path_of(std::uint16_t figure) { return figure < NETIO_PATH_COUNT ? static_cast<Path>(figure) : Path::zc_complete; }

} // namespace

Result<std::vector<netio_event>> drain_timeline(int map_fd) {
    std::vector<netio_event> events;
    const std::unique_ptr<ring_buffer, RingCloser> ring(ring_buffer__new(map_fd, take_event, &events, nullptr));
    if (!ring)
        return system_error("cannot read the tracer's timeline", errno);
    if (const int taken = ring_buffer__consume(ring.get()); taken < 0)
        return system_error("cannot read the tracer's timeline", -taken);
    return events;
}

Timeline make_timeline(std::span<const netio_event> events, std::uint64_t begins_ns, std::uint64_t window_ns,
                       std::uint32_t lost_at_end) {
    Timeline timeline;
    timeline.begins_ns = begins_ns;
    timeline.window_ns = window_ns;
    timeline.lost_at_end = lost_at_end;
    timeline.events.reserve(events.size());
    for (const netio_event& event : events)
        timeline.events.push_back({event.start_ns - begins_ns, event.duration_ns, event.bytes, path_of(event.figure),
                                   event.figure == NETIO_FIGURE_ZC_NOTIFIED, event.subject, event.tid, event.cpu,
                                   event.lost_before});
    // What is inside of a call is stored when the call returns.
    std::ranges::stable_sort(timeline.events, {}, &TimelineEvent::end_ns);
    return timeline;
}

} // namespace netio::tracer
