// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "perf/event_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "perf/counters.h"

namespace netio::perf {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(EventNames, TheDefaultOnesAreKnown) {
    std::string list;
    for (const std::string& event : default_events())
        list += (list.empty() ? "" : ",") + event;
    auto parsed = parse_events(list);
    ASSERT_TRUE(parsed) << parsed.error().message();
    EXPECT_EQ(*parsed, default_events());
}

TEST(EventNames, AreEncodedToCountUserAndKernel) {
    auto cycles = encode("cycles");
    ASSERT_TRUE(cycles) << cycles.error().message();
    EXPECT_EQ(cycles->type, static_cast<unsigned>(PERF_TYPE_HARDWARE));
    EXPECT_EQ(cycles->config, static_cast<unsigned>(PERF_COUNT_HW_CPU_CYCLES));
    EXPECT_FALSE(cycles->exclude_user);
    EXPECT_FALSE(cycles->exclude_kernel);
    EXPECT_FALSE(cycles->exclude_hv);
    EXPECT_FALSE(cycles->exclude_guest);
    EXPECT_TRUE(cycles->disabled);
    EXPECT_FALSE(cycles->inherit);

    auto misses = encode("LLC-load-misses");
    ASSERT_TRUE(misses) << misses.error().message();
    EXPECT_EQ(misses->type, static_cast<unsigned>(PERF_TYPE_HW_CACHE));
    EXPECT_EQ(misses->config, static_cast<unsigned>(PERF_COUNT_HW_CACHE_LL | (PERF_COUNT_HW_CACHE_OP_READ << 8) |
                                                    (PERF_COUNT_HW_CACHE_RESULT_MISS << 16)));
}

TEST(EventNames, ModifiersNarrowThem) {
    auto user = encode("cycles:u");
    ASSERT_TRUE(user) << user.error().message();
    EXPECT_TRUE(user->exclude_kernel);
    EXPECT_FALSE(user->exclude_user);
    auto kernel = encode("perf::instructions:k");
    ASSERT_TRUE(kernel) << kernel.error().message();
    EXPECT_TRUE(kernel->exclude_user);
    EXPECT_FALSE(kernel->exclude_kernel);
}

TEST(EventNames, AreSplitTrimmedAndKeptOnce) {
    auto parsed = parse_events(" cycles , page-faults,cycles,Page-Faults,cycles:u");
    ASSERT_TRUE(parsed) << parsed.error().message();
    EXPECT_THAT(*parsed, ElementsAre("cycles", "page-faults", "cycles:u"));
}

TEST(EventNames, UnknownOnesAreRefusedWithTheNearest) {
    struct Case {
        const char* typed;
        const char* meant;
    };
    for (const Case& wrong : {Case{"cycels", "cycles"}, Case{"context-switchs", "context-switches"},
                              Case{"cachemisses", "cache-misses"}, Case{"llc-load-mises:u", "llc-load-misses"}}) {
        auto parsed = parse_events(std::string("task-clock,") + wrong.typed);
        ASSERT_FALSE(parsed) << wrong.typed;
        EXPECT_EQ(parsed.error().exit_code, ExitCode::bad_input);
        EXPECT_THAT(parsed.error().message(), HasSubstr(std::string("unknown event \"") + wrong.typed + "\""));
        EXPECT_THAT(parsed.error().hint, HasSubstr(wrong.meant));
    }
    auto nothing_like_it = parse_events("qqqqqqqqqqqqqq");
    ASSERT_FALSE(nothing_like_it);
    EXPECT_THAT(nothing_like_it.error().hint, HasSubstr("perf list"));
}

TEST(EventNames, WhatCannotBeCountedIsRefused) {
    struct Case {
        const char* list;
        const char* cause;
    };
    for (const Case& bad :
         {Case{"", "empty event name"}, Case{"cycles,", "empty event name"}, Case{"cycles,,task-clock", "empty event"},
          Case{"cycles:z", "modifiers are u"}, Case{"cycles:cpu=0", "cpu="}, Case{"cycles:period=1000", "period="},
          Case{"cycles:freq=1000", "freq="}, Case{"context-switches:u", "always 0"},
          Case{"cpu-migrations:u", "always 0"}}) {
        auto parsed = parse_events(bad.list);
        ASSERT_FALSE(parsed) << bad.list;
        EXPECT_EQ(parsed.error().exit_code, ExitCode::bad_input);
        EXPECT_THAT(parsed.error().message(), HasSubstr(bad.cause)) << bad.list;
    }
}

TEST(EventNames, OnlyTheClocksHaveAUnit) {
    EXPECT_EQ(unit_of("task-clock"), "ns");
    EXPECT_EQ(unit_of("cpu-clock:u"), "ns");
    EXPECT_EQ(unit_of("cycles"), "");
    EXPECT_EQ(unit_of("page-faults"), "");
    EXPECT_EQ(unit_of("no-such-event"), "");
}

} // namespace
} // namespace netio::perf
