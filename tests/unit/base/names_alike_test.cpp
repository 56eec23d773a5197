// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/names_alike.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace netio {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(NamesAlike, BestComesFirstAndFarOnesNotAtAll) {
    const std::vector<std::string> known{"cycles", "ref-cycles", "bus-cycles", "instructions", "faults"};
    EXPECT_THAT(names_alike("cycle", known), Contains("cycles"));
    EXPECT_EQ(names_alike("cycle", known).front(), "cycles");
    EXPECT_THAT(names_alike("INSTRUCTION", known), ElementsAre("instructions"));
    EXPECT_THAT(names_alike("fault", {"page-faults"}), ElementsAre("page-faults"));
    EXPECT_THAT(names_alike("zzz", known), IsEmpty());
    EXPECT_LE(names_alike("cycles", known).size(), 3U);
    EXPECT_THAT(names_alike("--varint", {"--link", "--variant"}), ElementsAre("--variant"));
}

} // namespace
} // namespace netio
