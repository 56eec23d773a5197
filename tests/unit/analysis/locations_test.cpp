// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/phrases.h"

#include <gtest/gtest.h>

namespace netio::analysis {
namespace {

std::vector<Group> groups(const std::vector<std::uint64_t>& sizes, const std::vector<unsigned>& threads) {
    std::vector<Group> list;
    for (std::uint64_t size : sizes)
        for (unsigned count : threads)
            list.push_back({size, count, {}});
    return list;
}

std::vector<Location> places(const std::vector<std::pair<std::uint64_t, unsigned>>& list) {
    std::vector<Location> made;
    for (const auto& [size, threads] : list)
        made.push_back({Variant::A1, size, threads});
    return made;
}

TEST(Places, NeedNoWordForAllConnections) {
    const std::vector<Group> run = groups({64, 256, 1024, 4096}, {1, 2});
    EXPECT_EQ(say_where(places({{64, 1}, {64, 2}}), run), "at 64 B");
    EXPECT_EQ(say_where(places({{64, 1}, {64, 1}}), run), "at 64 B with 1 connection");
    EXPECT_EQ(say_where(places({{64, 2}}), run), "at 64 B with 2 connections");
    EXPECT_EQ(say_where(places({{64, 1}, {64, 2}, {256, 1}, {256, 2}}), run), "at 64 B and 256 B");
}

TEST(Places, ThatFollowOneAnotherAreARange) {
    const std::vector<Group> run = groups({64, 256, 1024, 4096}, {1});
    EXPECT_EQ(say_where(places({{64, 1}, {256, 1}, {1024, 1}}), run), "at 64 B to 1 KiB");
    EXPECT_EQ(say_where(places({{64, 1}, {256, 1}, {4096, 1}}), run), "at 64 B, 256 B and 4 KiB");
    EXPECT_EQ(say_where(places({{256, 1}, {1024, 1}, {4096, 1}}), run), "at 256 B to 4 KiB");
}

TEST(Places, WithoutAPatternAreListedOrCounted) {
    EXPECT_EQ(say_where(places({{64, 1}, {256, 2}}), groups({64, 256}, {1, 2})),
              "at 64 B with 1 connection and at 256 B with 2 connections");
    EXPECT_EQ(say_where(places({{64, 1}, {256, 2}, {64, 3}, {256, 4}, {64, 5}}), groups({64, 256}, {1, 2, 3, 4, 5})),
              "in 5 of 10 combinations of size and connections");
}

TEST(Places, HaveRanges) {
    EXPECT_EQ(size_range(64, 64), "64 B");
    EXPECT_EQ(size_range(64, 65536), "64 B to 64 KiB");
}

} // namespace
} // namespace netio::analysis
