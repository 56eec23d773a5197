// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "perf/refusal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace netio::perf {
namespace {

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
