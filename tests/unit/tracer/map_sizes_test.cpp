// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/map_sizes.h"

#include <gtest/gtest.h>

#include <set>

namespace netio::tracer {
namespace {

const std::vector<Variant> all(all_variants.begin(), all_variants.end());
constexpr std::uint64_t budget = 32U << 20U;

TEST(MapSizes, StayWithinTheBudgetOn64Cpus) {
    for (unsigned threads : {1U, 64U, 1024U, 4096U})
        EXPECT_LE(map_sizes(all, threads, true).bytes(64), budget) << threads << " threads";
}

TEST(MapSizes, GiveEachTracedFigureAnElementOfItsOwn) {
    const MapSizes sizes = map_sizes(all, 1, true);
    std::set<std::uint16_t> seen;
    for (const auto& slot : sizes.figure_index)
        for (std::uint16_t index : slot) {
            if (index == NETIO_NO_INDEX)
                continue;
            EXPECT_LT(index, sizes.timed_figures);
            EXPECT_TRUE(seen.insert(index).second);
        }
    EXPECT_EQ(seen.size(), sizes.timed_figures);
    EXPECT_NE(sizes.figure_index[NETIO_SLOT(Variant::A3, Role::sender)][NETIO_FIGURE_ZC_MERGED], NETIO_NO_INDEX);
}

TEST(MapSizes, HaveNoRoomForVariantsThatAreNotRun) {
    const MapSizes sizes = map_sizes({Variant::A2}, 1, true);
    EXPECT_EQ(sizes.timed_figures * 3, map_sizes(all, 1, true).timed_figures);
    EXPECT_EQ(sizes.figure_index[NETIO_SLOT(Variant::A1, Role::sender)][NETIO_PATH_SEND_SYSCALL], NETIO_NO_INDEX);
    EXPECT_NE(sizes.figure_index[NETIO_SLOT(Variant::A2, Role::receiver)][NETIO_PATH_RECV_SYSCALL], NETIO_NO_INDEX);
    EXPECT_LT(sizes.bytes(64), map_sizes(all, 1, true).bytes(64));
    EXPECT_LT(map_sizes(all, 1, false).bytes(2), map_sizes(all, 1, true).bytes(2));
}

TEST(MapSizes, HoldBothEndsOfEveryConnection) {
    for (unsigned threads : {1U, 100U, 4096U}) {
        const MapSizes sizes = map_sizes(all, threads, true);
        EXPECT_GT(sizes.threads, 2 * threads);
        EXPECT_GE(sizes.sockets, 2 * threads);
        EXPECT_GE(sizes.rings, threads);
        EXPECT_GE(1U << sizes.ring_bits, NETIO_RING_SIZE_MIN);
        EXPECT_LE(1U << sizes.ring_bits, NETIO_RING_SIZE_MAX);
    }
}

} // namespace
} // namespace netio::tracer
