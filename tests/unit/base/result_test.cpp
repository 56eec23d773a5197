// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

namespace netio {
namespace {

TEST(Result, HoldsAValueThatCanOnlyBeMoved) {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
    ASSERT_TRUE(result.ok());
    const std::unique_ptr<int> owner = std::move(result).value();
    EXPECT_EQ(*owner, 7);
}

TEST(Result, HoldsAnError) {
    const Result<int> result(input_error("port 0 cannot be used", "it must be 1 to 65535", "for instance --port 8080"));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().message(), "port 0 cannot be used: it must be 1 to 65535 (for instance --port 8080)");
    EXPECT_EQ(result.error().exit_code, ExitCode::bad_input);
}

TEST(Error, LeavesOutWhatItDoesNotKnow) {
    EXPECT_EQ((Error{"it broke", "", "", ExitCode::failure}.message()), "it broke");
    EXPECT_EQ((Error{"it broke", "", "mend it", ExitCode::failure}.message()), "it broke (mend it)");
}

TEST(Error, NamesTheSystemErrorInWordsAndSymbol) {
    EXPECT_EQ(system_error("cannot bind", EADDRINUSE).message(), "cannot bind: Address already in use [EADDRINUSE]");
}

TEST(Error, CanBePutIntoAContext) {
    EXPECT_EQ(system_error("cannot bind", EACCES).within("server").message(),
              "server: cannot bind: Permission denied [EACCES]");
}

} // namespace
} // namespace netio
