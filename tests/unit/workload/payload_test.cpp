// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace netio::workload {
namespace {

constexpr FieldName some_field{Direction::answer, 7, 1234, 3};

std::vector<std::byte> filled(std::size_t size, const FieldName& name) {
    std::vector<std::byte> bytes(size);
    fill(bytes, name);
    return bytes;
}

class PayloadSize : public testing::TestWithParam<std::size_t> {};

TEST_P(PayloadSize, WhatWasFilledIsRight) {
    EXPECT_FALSE(find_mismatch(filled(GetParam(), some_field), some_field).has_value());
}

TEST_P(PayloadSize, EveryFlippedBitIsFoundAtItsPlace) {
    std::vector<std::byte> bytes = filled(GetParam(), some_field);
    for (std::size_t offset = 0; offset < bytes.size(); ++offset) {
        const std::byte right = bytes[offset];
        bytes[offset] ^= std::byte{1} << (offset % 8);
        const auto mismatch = find_mismatch(bytes, some_field);
        ASSERT_TRUE(mismatch.has_value()) << offset;
        EXPECT_EQ(mismatch->offset, offset);
        EXPECT_EQ(mismatch->expected, right);
        EXPECT_EQ(mismatch->found, bytes[offset]);
        bytes[offset] = right;
    }
}

INSTANTIATE_TEST_SUITE_P(OddAndEven, PayloadSize, testing::Values(1, 7, 8, 63, 64, 65, 127, 128, 4097));

TEST(Payload, TheFirstOfSeveralMismatchesIsNamed) {
    std::vector<std::byte> bytes = filled(300, some_field);
    bytes[250] ^= std::byte{1};
    bytes[130] ^= std::byte{1};
    EXPECT_EQ(find_mismatch(bytes, some_field)->offset, 130U);
}

TEST(Payload, WritesNothingBeyondTheField) {
    std::vector<std::byte> bytes(100, std::byte{0xee});
    fill(std::span(bytes).first(37), some_field);
    for (std::size_t i = 37; i < bytes.size(); ++i)
        EXPECT_EQ(bytes[i], std::byte{0xee});
}

TEST(Payload, DependsOnEachPartOfTheName) {
    std::set<std::vector<std::byte>> contents;
    contents.insert(filled(16, some_field));
    contents.insert(filled(16, {Direction::request, 7, 1234, 3}));
    contents.insert(filled(16, {Direction::answer, 8, 1234, 3}));
    contents.insert(filled(16, {Direction::answer, 7, 1235, 3}));
    contents.insert(filled(16, {Direction::answer, 7, 1234, 4}));
    EXPECT_EQ(contents.size(), 5U);
}

TEST(Payload, AShiftedFieldIsWrong) {
    const std::vector<std::byte> bytes = filled(4096 + 8, some_field);
    EXPECT_TRUE(find_mismatch(std::span(bytes).subspan(8), some_field).has_value());
    EXPECT_TRUE(find_mismatch(std::span(bytes).subspan(1, 4096), some_field).has_value());
}

TEST(Payload, AnotherMessagesFieldIsWrongAtOnce) {
    EXPECT_LT(find_mismatch(filled(4096, {Direction::answer, 7, 1233, 3}), some_field)->offset, 8U);
}

TEST(Payload, AMismatchIsDescribedInFull) {
    const Mismatch mismatch{42, std::byte{0x0a}, std::byte{0xff}};
    EXPECT_EQ(describe(mismatch, some_field),
              "connection 7, message 1234, field 3, offset 42: expected 0x0a, found 0xff");
    EXPECT_THAT(describe(mismatch, {Direction::request, 7, 1234, 0}), testing::HasSubstr("request 1234"));
}

} // namespace
} // namespace netio::workload
