// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/error_text.h"

#include <gtest/gtest.h>

namespace netio::cli {
namespace {

TEST(ErrorText, NamesTheOptionOfEachChoice) {
    const Error error = Error{"cannot start a thread", "no room", "raise ulimit -u"}.or_choose(
        {Choice::fewer_threads, Choice::no_tracing});
    EXPECT_EQ(error_text(error),
              "cannot start a thread: no room (raise ulimit -u; use fewer --threads; --no-trace runs "
              "without tracing)");
    EXPECT_EQ(error.message(), "cannot start a thread: no room (raise ulimit -u)") << "a library knows no options";
    EXPECT_EQ(error_text(Error{"nothing works", {}, {}}.or_choose({Choice::replace_run})),
              "nothing works (--force replaces that run)");
    EXPECT_EQ(error_text({"nothing works", {}, {}}), "nothing works");
}

TEST(ErrorText, HasWordsForEachChoice) {
    for (int choice = 0; choice <= static_cast<int>(Choice::longer_cells); ++choice)
        EXPECT_GT(error_text(Error{"x", {}, {}}.or_choose({static_cast<Choice>(choice)})).size(), 8U) << choice;
}

} // namespace
} // namespace netio::cli
