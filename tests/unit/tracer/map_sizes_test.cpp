// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/map_sizes.h"

#include <gtest/gtest.h>

#include <set>

namespace netio::tracer {
namespace {

const std::vector<Variant> all(all_variants.begin(), all_variants.end());
constexpr std::uint64_t budget = 32U << 20U;

TEST(MapSizes, StayWithinTheBudgetOn64Cpus) {
    for (unsigned threads : {1U, 64U, 1024U, 4096U, 10'000U})
        EXPECT_LE(map_sizes(all, threads, true).bytes(64), budget) << threads << " threads";
}

TEST(MapSizes, HaveNoRoomForWhatIsNotDone) {
    EXPECT_LT(map_sizes({Variant::A2}, 1024, true).bytes(64), map_sizes(all, 1024, true).bytes(64)) << "no rings";
    EXPECT_LT(map_sizes(all, 1, false).bytes(2), map_sizes(all, 1, true).bytes(2)) << "no samples";
}

TEST(MapSizes, HaveATimelineOnlyWhenAsked) {
    EXPECT_EQ(map_sizes(all, 4, true).timeline, 0U);
    const std::uint64_t without = map_sizes(all, 4, true).bytes(2);
    const std::uint64_t with = map_sizes(all, 4, true, timeline_ring_bytes).bytes(2);
    EXPECT_GE(with, without + timeline_ring_bytes);
    EXPECT_LE(with, without + timeline_ring_bytes + 32768);
    EXPECT_EQ(timeline_ring_bytes / (sizeof(netio_event) + NETIO_RINGBUF_HEADER), 87'381U) << "what map_sizes.h says";
    EXPECT_LE(map_sizes(all, 4096, true, timeline_ring_bytes).bytes(64), budget + timeline_ring_bytes + 32768);
}

/// Two figures in one place would be added up.
TEST(FigurePlaces, AreEachTakenOnce) {
    std::set<std::uint32_t> places;
    for (std::uint32_t place : netio_figure_place) {
        EXPECT_LT(NETIO_GROUP_OF_PLACE(place), NETIO_GROUP_COUNT);
        EXPECT_TRUE(places.insert(place).second) << place;
    }
    EXPECT_LE(sizeof(netio_figures_together), 32U << 10U) << "what the kernel's per-CPU allocator gives in one piece";
}

TEST(MapSizes, HoldBothEndsOfEveryConnection) {
    for (unsigned threads : {1U, 100U, 4096U}) {
        const MapSizes sizes = map_sizes(all, threads, true);
        EXPECT_GT(NETIO_THREADS, 2 * threads);
        EXPECT_GE(sizes.sockets, 2 * threads);
        EXPECT_GE(sizes.rings, threads);
        EXPECT_GE(1U << sizes.ring_bits, NETIO_RING_SIZE_MIN);
        EXPECT_LE(1U << sizes.ring_bits, NETIO_RING_SIZE_MAX);
    }
}

} // namespace
} // namespace netio::tracer
