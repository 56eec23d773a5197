// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/program.h"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace netio::cli {
namespace {

constexpr const char* law = "send_calls.sender";

Run run_with(std::vector<LawCheck> laws) {
    Run run;
    run.cells.emplace_back().laws = {{"payload_bytes", "", 5, 5, true, true, {}}};
    run.cells.emplace_back().laws = std::move(laws);
    return run;
}

const LawCheck held{law, "", 10, 10, true, true, {}};
const LawCheck unchecked{law, "", 0, 0, false, false, "no backend"};
const LawCheck broken{law, "", 10, 9, true, false, {}};
const LawCheck not_shown{law, "", 10, 9, true, false, {}, {{"recursion_misses.tp_sys_exit", 1}}};

TEST(RunOutcome, IsSuccessWhenNothingContradictsTheFigures) {
    EXPECT_EQ(exit_code_of(run_with({held, unchecked})), ExitCode::success);
    EXPECT_EQ(exit_code_of(run_with({})), ExitCode::success) << "--no-trace checks none";
}

TEST(RunOutcome, OfABrokenLawIsItsOwnExitCode) {
    EXPECT_EQ(exit_code_of(run_with({held, broken})), ExitCode::law_broken);
    EXPECT_EQ(static_cast<int>(ExitCode::law_broken), 4) << "as docs/man/netio-trace.1 says";
}

TEST(RunOutcome, OfMissedHitsIsItsOwnExitCode) {
    EXPECT_EQ(exit_code_of(run_with({held, not_shown})), ExitCode::hits_missed);
    EXPECT_EQ(static_cast<int>(ExitCode::hits_missed), 5) << "as docs/man/netio-trace.1 says";
}

TEST(RunOutcome, OfABrokenLawGoesBeforeOneThatCouldNotBeShown) {
    EXPECT_EQ(exit_code_of(run_with({not_shown, broken})), ExitCode::law_broken);
}

TEST(RunOutcome, OfARunThatEndedEarlyGoesBeforeItsLaws) {
    for (const LawCheck& check : {held, broken, not_shown}) {
        netio::Run run = run_with({check});
        run.interrupted = true;
        EXPECT_EQ(exit_code_of(run), ExitCode::interrupted);
        run.failure = "the server was killed by signal 9";
        EXPECT_EQ(exit_code_of(run), ExitCode::failure);
    }
}

} // namespace
} // namespace netio::cli
