// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/buffers.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace netio::workload {
namespace {

std::string text_of(std::span<const iovec> vectors) {
    std::string text;
    for (const iovec& vector : vectors)
        text.append(static_cast<const char*>(vector.iov_base), vector.iov_len);
    return text;
}

class Unsent : public testing::TestWithParam<std::size_t> {};

TEST_P(Unsent, LeavesExactlyTheRest) {
    std::string first = "abc";
    std::string second;
    std::string third = "d";
    std::string fourth = "efgh";
    std::array<iovec, 4> vectors{{{first.data(), first.size()},
                                  {second.data(), second.size()},
                                  {third.data(), third.size()},
                                  {fourth.data(), fourth.size()}}};
    const std::span<iovec> rest = unsent(vectors, GetParam());
    EXPECT_EQ(text_of(rest), std::string("abcdefgh").substr(GetParam()));
    EXPECT_EQ(rest.empty(), GetParam() == 8);
}

INSTANTIATE_TEST_SUITE_P(EveryLength, Unsent, testing::Range<std::size_t>(0, 9));

TEST(Unsent, ByteByByteGoesThroughEverything) {
    std::string text = "0123456789";
    std::array<iovec, 2> vectors{{{text.data(), 4}, {text.data() + 4, 6}}};
    std::span<iovec> rest(vectors);
    std::string seen;
    while (!rest.empty()) {
        seen += text_of(rest).front();
        rest = unsent(rest, 1);
    }
    EXPECT_EQ(seen, text);
}

} // namespace
} // namespace netio::workload
