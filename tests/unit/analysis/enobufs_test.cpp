// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Which of its two limits refused a zero-copy send.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cells.h"

namespace netio::analysis {
namespace {

using testing::HasSubstr;
using testing::Not;

/// 7 refusals with 2 connections of 8 KiB messages, at most 5 sends outstanding on either.
Run refused() {
    Cell cell = sound_cell(Variant::A3);
    cell.sender.zerocopy.enobufs = 7;
    return run_of({cell});
}

std::string text_of(const Run& run) {
    const std::optional<Finding> finding = find(run, "enobufs");
    EXPECT_TRUE(finding.has_value());
    return finding ? finding->text() : std::string();
}

TEST(Enobufs, AreCounted) {
    EXPECT_THAT(text_of(refused()),
                HasSubstr("refused zero-copy sends 7 times with ENOBUFS and accepted 110; at most 5"));
    EXPECT_EQ(evidence(found(refused(), "enobufs").evidence, "refused"), 7.0);
    EXPECT_FALSE(find(run_of({sound_cell(Variant::A3)}), "enobufs").has_value());
}

TEST(Enobufs, HaveEitherCauseWhenNothingIsKnown) {
    EXPECT_THAT(text_of(refused()), HasSubstr("do not show which"));
    EXPECT_THAT(text_of(refused()), Not(HasSubstr("bytes here")));
    netio::Run run = refused();
    run.environment.settings["net.core.optmem_max"] = "131072";
    EXPECT_THAT(text_of(run), HasSubstr("net.core.optmem_max (131,072 bytes here)"));
    EXPECT_THAT(text_of(run), HasSubstr("do not show which")) << "whether CAP_IPC_LOCK is held is not known";
}

TEST(Enobufs, AreOptmemsWhereTheOtherLimitDoesNotBind) {
    netio::Run privileged = refused();
    privileged.environment.settings = {{"CAP_IPC_LOCK", "held"}, {"RLIMIT_MEMLOCK", "4096"}};
    EXPECT_THAT(text_of(privileged), HasSubstr("RLIMIT_MEMLOCK is no limit for this process"));
    netio::Run unlimited = refused();
    unlimited.environment.settings = {{"CAP_IPC_LOCK", "not held"}, {"RLIMIT_MEMLOCK", "unlimited"}};
    EXPECT_THAT(text_of(unlimited), HasSubstr("RLIMIT_MEMLOCK is no limit for this process"));
}

TEST(Enobufs, AreOptmemsWhereTheOtherLimitCannotHaveBeenReached) {
    // 2 connections with 5 sends each and the refused one, of 8 KiB and two pages of 64 KiB at most.
    constexpr std::uint64_t most_pinned = 11 * (8192 + 2 * 65536);
    netio::Run run = refused();
    run.environment.settings = {{"CAP_IPC_LOCK", "not held"}, {"RLIMIT_MEMLOCK", std::to_string(most_pinned)}};
    EXPECT_THAT(text_of(run), HasSubstr("RLIMIT_MEMLOCK is not reached by these sends alone"));
    run.environment.settings["RLIMIT_MEMLOCK"] = std::to_string(most_pinned - 1);
    EXPECT_THAT(text_of(run), HasSubstr("do not show which"));
}

TEST(Enobufs, AreMemlocksWhereCompletionsFitIntoOptmem) {
    constexpr std::uint64_t most_completions = 6 * 1024;
    netio::Run run = refused();
    run.environment.settings = {{"CAP_IPC_LOCK", "not held"},
                                {"RLIMIT_MEMLOCK", "65536"},
                                {"net.core.optmem_max", std::to_string(most_completions)}};
    EXPECT_THAT(text_of(run), HasSubstr("The limit is RLIMIT_MEMLOCK (65,536 bytes here)"));
    EXPECT_THAT(text_of(run), HasSubstr("ulimit -l"));
    run.environment.settings["net.core.optmem_max"] = std::to_string(most_completions - 1);
    EXPECT_THAT(text_of(run), HasSubstr("do not show which"));
}

TEST(Enobufs, OfCellsWithDifferentCausesDoNotTell) {
    netio::Run run = refused();
    run.environment.settings = {
        {"CAP_IPC_LOCK", "not held"}, {"RLIMIT_MEMLOCK", "65536"}, {"net.core.optmem_max", "6144"}};
    run.cells.push_back(run.cells[0]);
    run.cells[1].sender.zerocopy.deepest_outstanding = 50;
    EXPECT_THAT(text_of(run), HasSubstr("do not show which"));
}

} // namespace
} // namespace netio::analysis
