// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/timeline.h"

#include <gtest/gtest.h>

#include <vector>

namespace netio::tracer {
namespace {

netio_event event(std::uint64_t start_ns, std::uint16_t figure, std::uint16_t subject) {
    return {start_ns, 250, 64, 4101, 0, 3, figure, subject};
}

TEST(Timeline, CountsFromTheWindowsBeginningInTheOrderOfTheEnds) {
    // As the ring has them: what is inside of a call comes when the call returns.
    std::vector<netio_event> events{event(1'002'000, NETIO_PATH_COPY_OUT, 1),
                                    event(1'000'000, NETIO_PATH_SEND_SYSCALL, 0)};
    events[1].lost_before = 7;
    const Timeline timeline = make_timeline(events, 1'000'000, 5'000, 2);
    EXPECT_EQ(timeline.begins_ns, 1'000'000U);
    EXPECT_EQ(timeline.window_ns, 5'000U);
    EXPECT_EQ(timeline.lost(), 9U);
    ASSERT_EQ(timeline.events.size(), 2U);
    const TimelineEvent expected{2'000, 250, 64, Path::copy_out, false, 1, 4101, 3, 0};
    EXPECT_EQ(timeline.events[1], expected);
    EXPECT_EQ(timeline.events[0].start_ns, 0U);
    EXPECT_EQ(timeline.events[0].end_ns(), 250U);
    EXPECT_EQ(timeline.events[0].lost_before, 7U);
}

TEST(Timeline, TellsCompletionsFromNotifications) {
    const std::vector<netio_event> events{event(10, NETIO_PATH_ZC_COMPLETE, 0), event(10, NETIO_FIGURE_ZC_MERGED, 0),
                                          event(10, NETIO_FIGURE_ZC_NOTIFIED, 0)};
    const Timeline timeline = make_timeline(events, 0, 5'000, 0);
    for (const TimelineEvent& made : timeline.events)
        EXPECT_EQ(made.path, Path::zc_complete);
    EXPECT_FALSE(timeline.events[0].notification);
    EXPECT_FALSE(timeline.events[1].notification) << "complete, whichever program saw it";
    EXPECT_TRUE(timeline.events[2].notification);
}

} // namespace
} // namespace netio::tracer
