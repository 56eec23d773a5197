// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "workload/limits.h"
#include "workload/zerocopy_send.h"

namespace netio::workload {
namespace {

using testing::HasSubstr;

Options with(void (*change)(Options&)) {
    Options options;
    change(options);
    return options;
}

TEST(WorkloadOptions, DefaultsAndLimitsAreAccepted) {
    EXPECT_TRUE(check(Options{}).ok());
    EXPECT_TRUE(check(with([](Options& options) { options.field_size = 1; })).ok());
    EXPECT_TRUE(check(with([](Options& options) { options.field_size = most_field_size; })).ok());
    EXPECT_TRUE(check(with([](Options& options) { options.threads = most_threads; })).ok());
    EXPECT_TRUE(check(with([](Options& options) { options.think_time_ns = most_think_time_ns; })).ok());
}

TEST(WorkloadOptions, WhatIsOutOfRangeIsBadInput) {
    for (const Options& wrong :
         {with([](Options& options) { options.field_size = 0; }),
          with([](Options& options) { options.field_size = most_field_size + 1; }),
          with([](Options& options) { options.threads = 0; }),
          with([](Options& options) { options.threads = most_threads + 1; }),
          with([](Options& options) { options.duration_s = 0.0; }),
          with([](Options& options) { options.duration_s = -1.0; }),
          with([](Options& options) { options.duration_s = most_duration_s * 2; }),
          with([](Options& options) { options.duration_s = std::numeric_limits<double>::quiet_NaN(); }),
          with([](Options& options) { options.think_time_ns = most_think_time_ns + 1; }),
          with([](Options& options) { options.request_writes = 0; }),
          with([](Options& options) { options.request_writes = 8 * 4096 + 1; }), with([](Options& options) {
              options.request_writes = 2;
              options.pattern = Pattern::stream;
          }),
          with([](Options& options) { options.congestion = "none_such"; })}) {
        const Result<void> checked = check(wrong);
        ASSERT_FALSE(checked.ok());
        EXPECT_EQ(checked.error().exit_code, ExitCode::bad_input);
        EXPECT_FALSE(checked.error().hint.empty());
    }
}

TEST(WorkloadOptions, AnUnknownCongestionControlIsRefusedWithThoseThatThereAre) {
    const Result<void> checked = check(with([](Options& options) { options.congestion = "none_such"; }));
    ASSERT_FALSE(checked.ok());
    EXPECT_THAT(checked.error().message(), HasSubstr("unknown congestion control \"none_such\": available: "));
    EXPECT_THAT(checked.error().message(), HasSubstr("reno"));
    EXPECT_TRUE(check(with([](Options& options) { options.congestion = "reno"; })).ok());
}

TEST(Limits, MoreMemoryThanThereIsIsRefusedWithBothFigures) {
    EXPECT_TRUE(check_memory(1, 1).ok());
    const Result<void> checked = check_memory(std::uint64_t{1} << 60, 4096);
    ASSERT_FALSE(checked.ok());
    EXPECT_THAT(checked.error().message(), HasSubstr("4096 threads"));
    EXPECT_THAT(checked.error().message(), HasSubstr("1099511628032 MiB"));
}

TEST(Limits, MoreFilesThanCanBeAreRefused) {
    EXPECT_TRUE(allow_files(1).ok());
    const Result<void> checked = allow_files(std::uint64_t{1} << 40);
    ASSERT_FALSE(checked.ok());
    EXPECT_THAT(checked.error().message(), HasSubstr("ulimit -Hn"));
}

TEST(ZerocopyBufferSets, AreBoundedByBytesCountAndOptionMemory) {
    constexpr std::uint64_t plenty = 1 << 20;
    EXPECT_EQ(zerocopy_buffer_sets(Pattern::rr, 512, plenty), 16U);
    EXPECT_EQ(zerocopy_buffer_sets(Pattern::stream, 512, plenty), 64U);
    EXPECT_EQ(zerocopy_buffer_sets(Pattern::stream, 512, 20'480), 20U); // the default up to Linux 6.6
    EXPECT_EQ(zerocopy_buffer_sets(Pattern::rr, 32 * 1024, plenty), 8U);
    EXPECT_EQ(zerocopy_buffer_sets(Pattern::stream, 512 * 1024, plenty), 8U);
    EXPECT_EQ(zerocopy_buffer_sets(Pattern::stream, std::uint64_t{512} << 20, plenty), 2U);
    EXPECT_EQ(zerocopy_buffer_sets(Pattern::stream, 512, 100), 2U);
}

} // namespace
} // namespace netio::workload
