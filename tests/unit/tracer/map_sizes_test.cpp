// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/map_sizes.h"

#include <gtest/gtest.h>

#include <set>

namespace netio::tracer {
namespace {

/// Of a run with zero-copy and samples.
MapSizes sizes_for(unsigned connections, std::uint32_t timeline = 0) {
    return map_sizes({2, connections, true, true, timeline});
}
/// With a place for every thread id that there can be.
constexpr std::uint64_t budget = (32U << 20U) + NETIO_TIDS * sizeof(std::uint16_t);

TEST(MapSizes, StayWithinTheBudgetOn64Cpus) {
    for (unsigned threads : {1U, 64U, 1024U, 4096U, 10'000U})
        EXPECT_LE(sizes_for(threads).bytes(64), budget) << threads << " threads";
}

TEST(MapSizes, HaveNoRoomForWhatIsNotDone) {
    EXPECT_LT(map_sizes({2, 1024, false, true}).bytes(64), sizes_for(1024).bytes(64)) << "no rings";
    EXPECT_LT(map_sizes({2, 1, true, false}).bytes(2), sizes_for(1).bytes(2)) << "no samples";
}

TEST(MapSizes, HaveATimelineOnlyWhenAsked) {
    EXPECT_EQ(sizes_for(4).timeline, 0U);
    const std::uint64_t without = sizes_for(4).bytes(2);
    const std::uint64_t with = sizes_for(4, timeline_ring_bytes).bytes(2);
    EXPECT_GE(with, without + timeline_ring_bytes);
    EXPECT_LE(with, without + timeline_ring_bytes + 32768);
    EXPECT_EQ(timeline_ring_bytes / (sizeof(netio_event) + NETIO_RINGBUF_HEADER), 87'381U) << "what map_sizes.h says";
    EXPECT_LE(sizes_for(4096, timeline_ring_bytes).bytes(64), budget + timeline_ring_bytes + 32768);
}

/// Two figures in one place would be added up.
TEST(FigureLocations, AreEachTakenOnce) {
    std::set<std::uint32_t> locations;
    for (std::size_t figure = 0; figure < NETIO_FIGURE_COUNT; ++figure) {
        const std::uint32_t location = netio_figure_location[figure];
        if (location == NETIO_NOT_TIMED)
            continue;
        EXPECT_LT(NETIO_BANK_OF_LOCATION(location), NETIO_BANK_COUNT);
        EXPECT_TRUE(locations.insert(location).second) << location;
    }
}

TEST(MapSizes, CountEachSubjectsBanks) {
    const auto bytes_for = [](std::uint32_t subjects) { return map_sizes({subjects, 1, true, true}).bytes(2); };
    EXPECT_EQ(bytes_for(3) - bytes_for(2), 2 * (NETIO_BANK_COUNT * sizeof(netio_bank) + sizeof(netio_counts)));
}

TEST(MapSizes, HoldBothEndsOfEveryConnection) {
    for (unsigned threads : {1U, 100U, 4096U}) {
        const MapSizes sizes = sizes_for(threads);
        EXPECT_GT(NETIO_THREADS, 2 * threads);
        EXPECT_GE(sizes.sockets, 2 * threads);
        EXPECT_GE(sizes.rings, threads);
        EXPECT_GE(1U << sizes.ring_bits, NETIO_RING_SIZE_MIN);
        EXPECT_LE(1U << sizes.ring_bits, NETIO_RING_SIZE_MAX);
    }
}

} // namespace
} // namespace netio::tracer
