// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The timeline of real traffic, and what becomes of it when its ring is too small.
#include <bpf/bpf.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "exchange.h"
#include "own_bpf_objects.h"
#include "tracer/timeline.h"

namespace netio::tracer {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

/// Runs an exchange, whose threads open the window before their first socket call.
Trace record(Session& session, ExchangeOptions options) {
    EXPECT_TRUE(session.begin(options.variant == Variant::A3).ok());
    session.start_timeline();
    exchange(session, options);
    auto result = session.end(0);
    EXPECT_TRUE(result.ok());
    return std::move(result).value();
}

ExchangeOptions messages(unsigned count, Variant variant) {
    ExchangeOptions options;
    options.variant = variant;
    options.messages = count;
    options.message_bytes = 65536;
    return options;
}

std::uint64_t events_of(const Timeline& timeline, Role role, Path path, bool notification = false) {
    return static_cast<std::uint64_t>(std::ranges::count_if(timeline.events, [&](const TimelineEvent& event) {
        return event.subject == subject_of(role) && event.path == path && event.notification == notification;
    }));
}

TEST(TimelineOnHost, HasEveryCallOfAWindowThatIsLongEnough) {
    SessionOptions options;
    options.timeline_ns = 60 * second_ns;
    Session session = open_session(0, options);
    const Trace result = record(session, messages(200, Variant::A3));
    ASSERT_TRUE(result.timeline);
    const Timeline& timeline = *result.timeline;
    EXPECT_EQ(timeline.lost(), 0U);
    EXPECT_EQ(lost_of(result, "timeline_full"), 0U);
    for (Role role : all_roles)
        for (Path path : {Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall, Path::wait_recv,
                          Path::wait_send, Path::zc_complete}) {
            const PathFigures& figures = figures_of(result, role, path);
            EXPECT_EQ(static_cast<double>(events_of(timeline, role, path)), figures.calls.value)
                << name_of(role) << " " << name_of(path);
            std::uint64_t sum = 0;
            std::uint64_t bytes = 0;
            for (const TimelineEvent& event : timeline.events)
                if (event.subject == subject_of(role) && event.path == path && !event.notification) {
                    sum += event.duration_ns;
                    bytes += event.bytes;
                }
            EXPECT_EQ(static_cast<double>(sum), figures.time_ns.value) << name_of(role) << " " << name_of(path);
            if (path == Path::send_syscall || path == Path::recv_syscall) {
                EXPECT_EQ(static_cast<double>(bytes), figures.bytes.value) << name_of(role) << " " << name_of(path);
            }
        }
    EXPECT_GE(events_of(timeline, Role::sender, Path::zc_complete), 200U);
}

TEST(TimelineOnHost, StartsCompletionsWhereTheirSendsStart) {
    SessionOptions options;
    options.timeline_ns = 60 * second_ns;
    Session session = open_session(0, options);
    const Trace result = record(session, messages(100, Variant::A3));
    std::map<std::uint64_t, unsigned> sends;
    for (const TimelineEvent& event : result.timeline->events)
        if (event.path == Path::send_syscall && event.subject == subject_of(Role::sender))
            ++sends[event.start_ns];
    unsigned completions = 0;
    for (const TimelineEvent& event : result.timeline->events)
        if (event.path == Path::zc_complete && !event.notification) {
            ++completions;
            EXPECT_TRUE(sends.contains(event.start_ns));
        }
    EXPECT_GE(completions, 100U);
}

TEST(TimelineOnHost, HasNothingFromOutsideOfTheWindow) {
    SessionOptions options;
    options.timeline_ns = second_ns / 2;
    Session session = open_session(0, options);
    ExchangeOptions exchanged = messages(300, Variant::A2);
    std::uint64_t opened = 0;
    // A third of the messages before the window, a third once it is open, and a third when it is certainly over.
    exchanged.before_send = [&, sent = 0](int) mutable {
        if (++sent == 101) {
            opened = monotonic_ns();
            session.start_timeline();
        } else if (sent == 201) {
            std::this_thread::sleep_for(std::chrono::nanoseconds(options.timeline_ns));
        }
    };
    ASSERT_TRUE(session.begin(false).ok());
    exchange(session, exchanged);
    auto result = session.end(0);
    ASSERT_TRUE(result.ok());
    const Timeline& timeline = *result->timeline;
    EXPECT_GE(timeline.begins_ns, opened);
    EXPECT_FALSE(timeline.events.empty());
    for (const TimelineEvent& event : timeline.events)
        EXPECT_LT(event.end_ns(), timeline.window_ns);
    EXPECT_LE(events_of(timeline, Role::sender, Path::send_syscall), 100U);

    // Nothing of this cell is in the next one's, and a window that was never opened is empty.
    ASSERT_TRUE(session.begin(false).ok());
    exchange(session, messages(10, Variant::A2));
    result = session.end(0);
    ASSERT_TRUE(result.ok());
    EXPECT_TRUE(result->timeline->events.empty());
    EXPECT_EQ(result->timeline->lost(), 0U);
}

TEST(TimelineOnHost, CountsWhatFindsNoRoomAndSaysWhere) {
    SessionOptions options;
    options.timeline_ns = 60 * second_ns;
    options.timeline_bytes = 4096; // 85 events
    Session session = open_session(0, options);
    const Trace result = record(session, messages(500, Variant::A2));
    const Timeline& timeline = *result.timeline;
    EXPECT_EQ(timeline.events.size(), 4096 / (sizeof(netio_event) + NETIO_RINGBUF_HEADER));
    EXPECT_GT(timeline.lost_at_end, 0U) << "nobody reads while the window is open: the gap is at the end";
    EXPECT_EQ(timeline.lost(), lost_of(result, "timeline_full"));
    double paths = 0.0;
    for (Role role : all_roles)
        for (Path path : {Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall, Path::wait_recv,
                          Path::wait_send, Path::copy_in, Path::copy_out, Path::tcp_sendmsg})
            if (const PathFigures& figures = figures_of(result, role, path); figures.histogram)
                paths += static_cast<double>(figures.histogram->count());
    EXPECT_EQ(static_cast<double>(timeline.events.size() + timeline.lost()), paths) << "stored or counted as lost";

    // The next cell begins with an empty ring.
    const Trace next = record(session, messages(5, Variant::A2));
    EXPECT_EQ(next.timeline->lost(), 0U);
    EXPECT_GE(next.timeline->events.size(), 10U);
}

/// The ring of the session that this process has open.
UniqueFd own_ring() {
    for (const auto& [kind, id] : own_bpf_objects()) {
        if (kind != "map_id")
            continue;
        UniqueFd map(bpf_map_get_fd_by_id(id));
        bpf_map_info info{};
        __u32 size = sizeof(info);
        if (map && bpf_obj_get_info_by_fd(map.get(), &info, &size) == 0 && info.type == BPF_MAP_TYPE_RINGBUF)
            return map;
    }
    return {};
}

TEST(TimelineOnHost, SaysHowManyWereLostBeforeTheNextThatWasNot) {
    SessionOptions options;
    options.timeline_ns = 60 * second_ns;
    options.timeline_bytes = 4096;
    Session session = open_session(0, options);
    const UniqueFd ring = own_ring();
    ASSERT_TRUE(ring);
    ExchangeOptions exchanged = messages(500, Variant::A2);
    std::vector<netio_event> taken;
    // Room is made in the middle, which the tracer itself never does, when the receiver has had time to block: nobody
    // may be writing then.
    exchanged.before_send = [&, sent = 0](int) mutable {
        if (++sent == 300) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            taken = drain_timeline(ring.get()).value();
        }
    };
    const Trace result = record(session, exchanged);
    const Timeline& timeline = *result.timeline;
    EXPECT_GE(taken.size(), 85U);
    for (const netio_event& event : taken)
        EXPECT_EQ(event.lost_before, 0U);
    ASSERT_FALSE(timeline.events.empty());
    EXPECT_GT(timeline.events.front().lost_before, 0U);
    for (std::size_t i = 1; i < timeline.events.size(); ++i)
        EXPECT_EQ(timeline.events[i].lost_before, 0U) << i;
    EXPECT_GT(timeline.lost_at_end, 0U);
    EXPECT_EQ(timeline.lost(), lost_of(result, "timeline_full"));
}

TEST(TimelineOnHost, TakesNoMemoryWhenItIsNotAskedFor) {
    SessionOptions options;
    const std::uint64_t without = open_session(0, options).map_bytes();
    options.timeline_ns = second_ns;
    const std::uint64_t with = open_session(0, options).map_bytes();
    const std::uint64_t computed =
        map_sizes({2, 4, true, false, timeline_ring_bytes}).bytes(1) - map_sizes({2, 4, true, false}).bytes(1);
    EXPECT_NEAR(static_cast<double>(with - without), static_cast<double>(computed), 1024.0);
    Session session = open_session(0, {});
    EXPECT_FALSE(record(session, messages(5, Variant::A2)).timeline);
}

} // namespace
} // namespace netio::tracer
