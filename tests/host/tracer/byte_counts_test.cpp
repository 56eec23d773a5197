// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gtest/gtest.h>

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "exchange.h"

namespace netio::tracer {
namespace {

double bytes_of(const Trace& result, Role role, Path path) {
    const Figure& figure = figures_of(result, role, path).bytes;
    EXPECT_EQ(figure.quality, Quality::exact) << name_of(path) << ": " << figure.reason;
    return figure.value;
}

struct Traced {
    ExchangeCounts counts;
    Trace result;
};

Traced trace(Session& session, const ExchangeOptions& options) {
    Traced traced;
    EXPECT_TRUE(session.begin(options.variant == Variant::A3).ok());
    traced.counts = exchange(session, options);
    auto result = session.end(traced.counts.sender.calls.send_bytes);
    EXPECT_TRUE(result.ok());
    if (result)
        traced.result = *result;
    return traced;
}

/// Everything that the ends counted themselves, and nothing else.
void expect_same_counts(const Traced& traced) {
    const Trace& result = traced.result;
    EXPECT_EQ(result.of(Role::sender).calls, traced.counts.sender.calls);
    EXPECT_EQ(result.of(Role::receiver).calls, traced.counts.receiver.calls);
    EXPECT_EQ(bytes_of(result, Role::sender, Path::copy_in) + bytes_of(result, Role::sender, Path::pin),
              static_cast<double>(traced.counts.sender.calls.send_bytes));
    EXPECT_EQ(bytes_of(result, Role::receiver, Path::copy_out),
              static_cast<double>(traced.counts.receiver.calls.recv_bytes));
    EXPECT_EQ(lost_in(result), "");
}

class ByteCounts : public testing::TestWithParam<std::tuple<LinkKind, Variant, std::size_t>> {};

TEST_P(ByteCounts, AgreeWithBothEndsToTheByteAndTheCall) {
    Session session = open_session();
    ExchangeOptions options;
    std::tie(options.link, options.variant, options.message_bytes) = GetParam();
    options.messages = 200;
    const Traced traced = trace(session, options);
    ASSERT_GE(traced.counts.sender.calls.send_calls, 200U);
    expect_same_counts(traced);
    const Path used = options.variant == Variant::A3 ? Path::pin : Path::copy_in;
    const Path unused = options.variant == Variant::A3 ? Path::copy_in : Path::pin;
    EXPECT_EQ(bytes_of(traced.result, Role::sender, used), 200.0 * static_cast<double>(options.message_bytes));
    EXPECT_EQ(bytes_of(traced.result, Role::sender, unused), 0.0);
}

INSTANTIATE_TEST_SUITE_P(LinksVariantsSizes, ByteCounts,
                         testing::Combine(testing::Values(LinkKind::loopback, LinkKind::veth),
                                          testing::Values(Variant::A1, Variant::A2, Variant::A3),
                                          testing::Values(std::size_t{1}, std::size_t{4097}, std::size_t{262144})));

/// Sequence numbers have 32 bits, and begin anywhere: more than 4 GiB takes them past their end.
TEST(ByteCountsOf, AConnectionWhoseSequenceNumbersWrapAreWhole) {
    for (const Variant variant : {Variant::A2, Variant::A3}) {
        Session session = open_session();
        ExchangeOptions options;
        options.variant = variant;
        options.message_bytes = std::size_t{4} << 20U;
        options.messages = 1030;
        const Traced traced = trace(session, options);
        ASSERT_GT(traced.counts.sender.calls.send_bytes, std::uint64_t{1} << 32U) << name_of(variant);
        expect_same_counts(traced);
    }
}

TEST(ByteCountsOf, UnregisteredThreadsAreNotTaken) {
    Session session = open_session();
    ExchangeOptions options;
    options.register_threads = false;
    const Traced traced = trace(session, options);
    ASSERT_GT(traced.counts.receiver.calls.recv_calls, 0U);
    EXPECT_EQ(traced.result.of(Role::sender).calls, CallTotals{});
    EXPECT_EQ(traced.result.of(Role::receiver).calls, CallTotals{});
    EXPECT_EQ(bytes_of(traced.result, Role::sender, Path::copy_in), 0.0);
    EXPECT_EQ(bytes_of(traced.result, Role::receiver, Path::copy_out), 0.0);
}

TEST(ByteCountsOf, OtherDescriptorsOfATracedThreadAreNotTaken) {
    Session session = open_session();
    ExchangeOptions options;
    options.in_sender_thread = [] {
        // The first UNIX socket gets the number of a descriptor that was looked up and closed before.
        for (int round = 0; round < 3; ++round) {
            std::array<int, 2> pair{};
            ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
            std::array<char, 100> data{};
            ASSERT_EQ(send(pair[0], data.data(), data.size(), 0), 100);
            ASSERT_EQ(recv(pair[1], data.data(), data.size(), 0), 100);
            close(pair[0]);
            close(pair[1]);
        }
        ASSERT_LT(send(-1, "x", 1, 0), 0);
    };
    expect_same_counts(trace(session, options));
}

TEST(ByteCountsOf, ADescriptorThatBecameTheConnectionAreTaken) {
    for (bool closed_first : {true, false}) {
        Session session = open_session();
        ExchangeOptions options;
        bool done = false;
        options.before_send = [&](int connection) {
            if (std::exchange(done, true))
                return;
            std::array<int, 2> pair{};
            ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
            ASSERT_EQ(send(pair[0], "x", 1, 0), 1);
            if (closed_first)
                close(pair[0]);
            ASSERT_EQ(dup2(connection, pair[0]), pair[0]);
            ASSERT_EQ(send(pair[0], "0123456789", 10, MSG_NOSIGNAL), 10);
            close(pair[0]);
            close(pair[1]);
        };
        Traced traced = trace(session, options);
        traced.counts.sender.calls.send_calls += 1;
        traced.counts.sender.calls.send_bytes += 10;
        expect_same_counts(traced);
    }
}

TEST(ByteCountsOf, AChildProcessAreTaken) {
    Session session = open_session();
    ASSERT_TRUE(session.begin(false).ok());
    ExchangeOptions options;
    options.messages = 50;
    options.message_bytes = 1000;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const ExchangeCounts counts = exchange(session, options);
        _exit(counts.sender.calls.send_calls == 50 && counts.sender.calls.send_bytes == 50'000 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    auto result = session.end(50'000);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->of(Role::sender).calls.send_calls, 50U);
    EXPECT_EQ(bytes_of(*result, Role::sender, Path::copy_in), 50'000.0);
    EXPECT_EQ(bytes_of(*result, Role::receiver, Path::copy_out), 50'000.0);
}

TEST(ByteCountsOf, OneVariantDoNotLeakIntoTheNext) {
    Session session = open_session();
    ExchangeOptions first;
    first.variant = Variant::A3;
    expect_same_counts(trace(session, first));
    ExchangeOptions second;
    second.variant = Variant::A1;
    second.messages = 7;
    second.message_bytes = 11;
    const Traced traced = trace(session, second);
    expect_same_counts(traced);
    EXPECT_EQ(traced.result.of(Role::sender).calls.send_bytes, 77U);
    EXPECT_EQ(traced.result.of(Role::sender).zerocopy, ZerocopyTotals{});
    EXPECT_EQ(bytes_of(traced.result, Role::sender, Path::deferred_copy), 0.0);
    expect_same_counts(trace(session, first));
}

} // namespace
} // namespace netio::tracer
