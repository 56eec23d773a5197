// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "perf/readings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "perf/counters.h"

namespace netio::perf {
namespace {

CounterReading refused(const std::string& event, CounterStatus status, const std::string& reason) {
    CounterReading reading;
    reading.event = event;
    reading.status = status;
    reading.reason = reason;
    return reading;
}

TEST(Reading, OfAnEventThatCountedAllTheTimeIsNotScaled) {
    const CounterReading reading = to_reading("cycles", {.count = 1000, .enabled_ns = 50, .running_ns = 50});
    EXPECT_EQ(reading.event, "cycles");
    EXPECT_EQ(reading.status, CounterStatus::counted);
    EXPECT_EQ(reading.raw, 1000U);
    EXPECT_DOUBLE_EQ(reading.scaled, 1000.0);
    EXPECT_EQ(reading.enabled_ns, 50U);
    EXPECT_EQ(reading.running_ns, 50U);
}

TEST(Reading, OfAMultiplexedEventIsScaledByEnabledOverRunning) {
    const CounterReading reading = to_reading("cycles", {.count = 1000, .enabled_ns = 80, .running_ns = 20});
    EXPECT_EQ(reading.status, CounterStatus::multiplexed);
    EXPECT_EQ(reading.raw, 1000U);
    EXPECT_DOUBLE_EQ(reading.scaled, 4000.0);
}

TEST(Reading, OfAnEventThatNeverRanIsNoCount) {
    const CounterReading starved = to_reading("cycles", {.count = 0, .enabled_ns = 80, .running_ns = 0});
    EXPECT_EQ(starved.status, CounterStatus::not_counted);
    EXPECT_FALSE(starved.available());
    EXPECT_FALSE(starved.reason.empty());
    const CounterReading idle = to_reading("cycles", {.count = 0, .enabled_ns = 0, .running_ns = 0});
    EXPECT_EQ(idle.status, CounterStatus::not_counted);
    EXPECT_NE(idle.reason, starved.reason);
}

TEST(Reading, ThatIsZeroIsACountWhenTheEventRan) {
    EXPECT_EQ(to_reading("cpu-migrations", {.count = 0, .enabled_ns = 9, .running_ns = 9}).status,
              CounterStatus::counted);
}

TEST(AddReadings, AddsUpThreadsAfterScalingEach) {
    std::vector<CounterReading> sum;
    add_readings(sum, std::vector{to_reading("cycles", {.count = 100, .enabled_ns = 10, .running_ns = 10})});
    add_readings(sum, std::vector{to_reading("cycles", {.count = 100, .enabled_ns = 40, .running_ns = 10})});
    ASSERT_EQ(sum.size(), 1U);
    EXPECT_EQ(sum[0].raw, 200U);
    EXPECT_DOUBLE_EQ(sum[0].scaled, 500.0);
    EXPECT_EQ(sum[0].enabled_ns, 50U);
    EXPECT_EQ(sum[0].running_ns, 20U);
    EXPECT_EQ(sum[0].status, CounterStatus::multiplexed);
}

TEST(AddReadings, TheWorstStatusWinsInWhicheverOrderTheyCome) {
    const CounterReading good = to_reading("cycles", {.count = 100, .enabled_ns = 10, .running_ns = 10});
    const std::vector<CounterReading> from_bad_to_worse{
        good,
        to_reading("cycles", {.count = 100, .enabled_ns = 40, .running_ns = 10}),
        refused("cycles", CounterStatus::not_counted, "descriptors"),
        refused("cycles", CounterStatus::not_permitted, "paranoid"),
        refused("cycles", CounterStatus::not_supported, "no PMU"),
        refused("cycles", CounterStatus::unknown_event, "what?"),
    };
    for (std::size_t better = 0; better < from_bad_to_worse.size(); ++better) {
        for (std::size_t worse = better; worse < from_bad_to_worse.size(); ++worse) {
            for (const bool reversed : {false, true}) {
                std::vector<CounterReading> sum;
                add_readings(sum, std::vector{from_bad_to_worse[reversed ? worse : better]});
                add_readings(sum, std::vector{from_bad_to_worse[reversed ? better : worse]});
                ASSERT_EQ(sum.size(), 1U);
                EXPECT_EQ(sum[0].status, from_bad_to_worse[worse].status);
                EXPECT_EQ(sum[0].reason, from_bad_to_worse[worse].reason);
            }
        }
    }
}

TEST(AddReadings, KeepsEventsApartAndInOrder) {
    std::vector<CounterReading> sum;
    const auto a = to_reading("a", {.count = 1, .enabled_ns = 1, .running_ns = 1});
    const auto b = to_reading("b", {.count = 2, .enabled_ns = 1, .running_ns = 1});
    add_readings(sum, std::vector{a, b});
    add_readings(sum, std::vector{b});
    ASSERT_EQ(sum.size(), 2U);
    EXPECT_EQ(sum[0].event, "a");
    EXPECT_EQ(sum[0].raw, 1U);
    EXPECT_EQ(sum[1].event, "b");
    EXPECT_EQ(sum[1].raw, 4U);
}

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Refusal, TellsAMissingCounterFromAForbiddenOneAndFromAShortage) {
    for (const int error : {ENOENT, ENODEV, EOPNOTSUPP, EINVAL, ENOSYS})
        EXPECT_EQ(explain_refusal(error, 2).status, CounterStatus::not_supported) << error;
    for (const int error : {EACCES, EPERM})
        EXPECT_EQ(explain_refusal(error, 2).status, CounterStatus::not_permitted) << error;
    for (const int error : {EMFILE, ENFILE, ENOMEM, EBUSY, ENOSPC, E2BIG})
        EXPECT_EQ(explain_refusal(error, 2).status, CounterStatus::not_counted) << error;
}

TEST(Refusal, PassesOnTheKernelsAnswerAndAWayOut) {
    EXPECT_THAT(explain_refusal(ENOENT, 2).reason, AllOf(HasSubstr("ENOENT"), HasSubstr("PMU")));
    EXPECT_THAT(explain_refusal(EMFILE, 2).reason, AllOf(HasSubstr("EMFILE"), HasSubstr("ulimit -n")));
    EXPECT_THAT(explain_refusal(EACCES, 3).reason,
                AllOf(HasSubstr("EACCES"), HasSubstr("kernel.perf_event_paranoid is 3"), HasSubstr("root")));
}

TEST(Refusal, DoesNotBlameAParanoidLevelThatAllowsTheKernel) {
    for (const std::optional<int> level : {std::optional<int>{}, std::optional<int>{-1}, std::optional<int>{1}})
        EXPECT_THAT(explain_refusal(EPERM, level).reason,
                    AllOf(HasSubstr("filter"), Not(HasSubstr("perf_event_paranoid"))));
}

} // namespace

} // namespace netio::perf
