// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "exchange.h"

namespace netio::tracer {
namespace {

/// Bytes that were copied late, at least.
double seen_copied(const Trace& result) {
    const auto range = figures_of(result, Role::sender, Path::deferred_copy).bytes.range();
    return range ? range->low : 0.0;
}

/// Bytes were copied on deliveries of which the kernel did not tell.
bool went_unseen(const Trace& result) {
    return seen_copied(result) < figures_of(result, Role::sender, Path::pin).bytes.value;
}

class ZeroCopy : public testing::TestWithParam<std::tuple<LinkKind, std::size_t, bool>> {};

// Over loopback and veth every zero-copy byte is copied after all.
TEST_P(ZeroCopy, SendsCompleteAndTheirBytesAreCopiedOnLocalDelivery) {
    ExchangeOptions options;
    options.variant = Variant::A3;
    options.messages = 500;
    std::tie(options.link, options.message_bytes, options.read_completions_at_end) = GetParam();
    ExchangeCounts counts;
    std::optional<Trace> result;
    // There are machines whose kernel does not tell of every packet (docs/method.md, "Losses"). It is told of nearly
    // all, so that what is missing each time is missing in the tracer.
    for (int attempt = 0; attempt < 4 && (!result || went_unseen(*result)); ++attempt) {
        Session session = open_session();
        ASSERT_TRUE(session.begin(true).ok());
        counts = exchange(session, options);
        auto traced = session.end(counts.sender.calls.send_bytes);
        ASSERT_TRUE(traced.ok());
        result = std::move(*traced);
    }

    ASSERT_GE(counts.sender.zerocopy.sends, 500U);
    EXPECT_EQ(result->of(Role::sender).zerocopy, counts.sender.zerocopy);
    const PathFigures& complete = figures_of(*result, Role::sender, Path::zc_complete);
    EXPECT_EQ(complete.calls.quality, Quality::exact);
    EXPECT_EQ(complete.calls.value, static_cast<double>(counts.sender.zerocopy.sends));
    ASSERT_TRUE(complete.histogram.has_value());
    EXPECT_EQ(complete.histogram->count(), counts.sender.zerocopy.sends);
    EXPECT_GT(complete.histogram->min(), 0U);
    const PathFigures& pin = figures_of(*result, Role::sender, Path::pin);
    const PathFigures& deferred = figures_of(*result, Role::sender, Path::deferred_copy);
    EXPECT_EQ(pin.bytes.value, static_cast<double>(counts.sender.calls.send_bytes));
    // A segment that is sent again is copied more than once, or elsewhere.
    if (counts.retransmissions == 0) {
        EXPECT_EQ(seen_copied(*result), pin.bytes.value);
    }
    // Tracepoints alone see copies on delivery, and no others.
    EXPECT_TRUE(deferred.bytes.quality == Quality::exact || !deferred.bytes.reason.empty());
    EXPECT_EQ(lost_in(*result), "");
}

INSTANTIATE_TEST_SUITE_P(LinksSizes, ZeroCopy,
                         testing::Combine(testing::Values(LinkKind::loopback, LinkKind::veth),
                                          testing::Values(std::size_t{64}, std::size_t{8192}, std::size_t{262144}),
                                          testing::Bool()));

} // namespace
} // namespace netio::tracer
