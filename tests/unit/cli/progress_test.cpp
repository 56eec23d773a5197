// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/progress.h"

#include <vector>

#include <gtest/gtest.h>

namespace netio::cli {
namespace {

CounterReading reading(const char* event, CounterStatus status, const char* reason) {
    CounterReading made;
    made.event = event;
    made.status = status;
    made.reason = reason;
    return made;
}

TEST(Announcement, SaysHowLongARunTakes) {
    netio::Run run;
    run.spec.duration_s = 2.0;
    run.spec.repeats = 5;
    EXPECT_EQ(announcement(run, 240, {}), "240 cells, 5 repeats, 2 s each: about 9 min 36 s");
    run.spec.repeats = 1;
    run.spec.duration_s = 0.5;
    EXPECT_EQ(announcement(run, 1, {}), "1 cell, 1 repeat, 0.5 s each: about 1 s");
}

TEST(Announcement, SaysWhatCannotBeMeasuredHere) {
    netio::Run run;
    const std::vector<CounterReading> events{
        reading("page-faults", CounterStatus::counted, ""),
        reading("cycles", CounterStatus::not_supported, "the machine has no hardware counters"),
        reading("cache-misses", CounterStatus::not_supported, "the machine has no hardware counters")};
    const std::string text = announcement(run, 1, events);
    EXPECT_NE(text.find("\nnot counted: cycles, cache-misses (the machine has no hardware counters)"),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("page-faults"), std::string::npos);
    EXPECT_EQ(text.find("not traced"), std::string::npos);
    run.environment.untraced = "needs CAP_BPF";
    EXPECT_NE(announcement(run, 1, {}).find("\nnot traced: needs CAP_BPF"), std::string::npos);
}

} // namespace
} // namespace netio::cli
