// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/hello.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace netio::workload {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr Hello some_hello{0x0123456789abcdefU, Pattern::stream, true, 0xfedcba98U, 4095};

TEST(Hello, ComesBackAsItWas) {
    EXPECT_EQ(*decode_hello(encode(some_hello)), some_hello);
    EXPECT_EQ(*decode_hello(encode(Hello{64, Pattern::rr, false, 0, 0})), (Hello{64, Pattern::rr, false, 0, 0}));
}

TEST(Hello, HasTheDocumentedBytes) {
    const HelloBytes bytes = encode(some_hello);
    const auto byte = [&](std::size_t at) { return std::to_integer<unsigned>(bytes[at]); };
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), 8), "netio-tr");
    EXPECT_EQ(byte(8), hello_version);
    EXPECT_EQ(byte(12), 1U);    // pattern
    EXPECT_EQ(byte(13), 1U);    // verify
    EXPECT_EQ(byte(16), 0xefU); // field size, lowest byte first
    EXPECT_EQ(byte(23), 0x01U);
    EXPECT_EQ(byte(24), 0x98U); // warm-up messages
    EXPECT_EQ(byte(28), 0xffU); // connection
    EXPECT_EQ(byte(29), 0x0fU);
}

TEST(Hello, OfAnotherProtocolIsRefused) {
    HelloBytes bytes = encode(some_hello);
    bytes[0] = std::byte{'G'};
    EXPECT_THAT(decode_hello(bytes).error().message(), HasSubstr("does not speak this protocol"));
}

TEST(Hello, OfAnotherVersionIsRefusedWithBothVersions) {
    HelloBytes bytes = encode(some_hello);
    bytes[8] = std::byte{9};
    EXPECT_THAT(decode_hello(bytes).error().message(),
                AllOf(HasSubstr("version is 9"), HasSubstr("server's " + std::to_string(hello_version))));
}

TEST(Hello, WithAMeaninglessPatternIsRefused) {
    HelloBytes bytes = encode(some_hello);
    bytes[12] = std::byte{2};
    EXPECT_FALSE(decode_hello(bytes).ok());
}

TEST(Hello, AgreesWithAServerOfTheSameOptions) {
    Options server;
    server.field_size = 64;
    EXPECT_TRUE(check_hello(Hello{64, Pattern::rr, false, 5, 1}, server).ok());
}

TEST(Hello, EachDifferenceIsNamed) {
    Options server;
    server.field_size = 64;
    const Result<void> differs = check_hello(Hello{65, Pattern::stream, true, 5, 1}, server);
    ASSERT_FALSE(differs.ok());
    EXPECT_THAT(differs.error().message(), AllOf(HasSubstr("the field size is 65 at the client and 64 at the server"),
                                                 HasSubstr("the pattern is stream at the client and rr at the server"),
                                                 HasSubstr("verification is on at the client and off at the server")));
    const Result<void> pattern_only = check_hello(Hello{64, Pattern::stream, false, 5, 1}, server);
    ASSERT_FALSE(pattern_only.ok());
    EXPECT_THAT(pattern_only.error().message(), Not(HasSubstr("field size")));
}

} // namespace
} // namespace netio::workload
