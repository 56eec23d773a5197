// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/unique_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace netio {
namespace {

bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

TEST(UniqueFd, ClosesOnceWhateverItsCourse) {
    const int raw = open("/dev/null", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(raw, 0);
    {
        UniqueFd first(raw);
        UniqueFd second(std::move(first));
        EXPECT_FALSE(first.valid()); // NOLINT(bugprone-use-after-move): that it is empty is what is tested
        first = std::move(second);
        EXPECT_EQ(first.get(), raw);
        EXPECT_TRUE(is_open(raw));
    }
    EXPECT_FALSE(is_open(raw));
}

TEST(UniqueFd, GivesUpWhatItOwned) {
    UniqueFd owner(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const UniqueFd taken(owner.release());
    EXPECT_FALSE(owner.valid());
    EXPECT_TRUE(is_open(taken.get()));
}

} // namespace
} // namespace netio
