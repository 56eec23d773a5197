// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/surroundings.h"

#include <gtest/gtest.h>

namespace netio::experiment {
namespace {

TEST(LoadSinceBoot, IsInSecondsOfAllCpusTogether) {
    const auto load = load_since_boot("cpu  100 20 300 4000 50 6 70 8 9 10\n"
                                      "cpu0 50 10 150 2000 25 3 35 4 4 5\n"
                                      "cpu1 50 10 150 2000 25 3 35 4 5 5\n"
                                      "intr 1 2 3\n",
                                      100.0);
    ASSERT_TRUE(load);
    EXPECT_EQ(load->cpus, 2U);
    EXPECT_DOUBLE_EQ(load->user_s, 1.2) << "time of guests is in it already";
    EXPECT_DOUBLE_EQ(load->system_s, 3.0);
    EXPECT_DOUBLE_EQ(load->interrupts_s, 0.76);
    EXPECT_DOUBLE_EQ(load->idle_s, 40.5);
    EXPECT_DOUBLE_EQ(load->steal_s, 0.08);
    EXPECT_DOUBLE_EQ(load->wall_s, load->user_s + load->system_s + load->interrupts_s + load->idle_s + load->steal_s);
}

TEST(LoadSinceBoot, IsNotKnownFromAnotherText) {
    EXPECT_FALSE(load_since_boot("", 100.0));
    EXPECT_FALSE(load_since_boot("cpu  1 2 3\n", 100.0));
    EXPECT_FALSE(load_since_boot("cpu  100 20 -300 4000 50 6 70 8\n", 100.0)) << "found by the fuzz test";
}

TEST(Surroundings, AreNotKnownBeforeTheyWereWatched) {
    const Surroundings surroundings(nullptr);
    EXPECT_TRUE(surroundings.namespaces().empty());
    EXPECT_FALSE(surroundings.machine());
}

} // namespace
} // namespace netio::experiment
