// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/measured_part.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "base/unique_fd.h"

namespace netio::workload {
namespace {

TEST(MeasuredPart, KnowsNothingOfWhatIsNoConnectionOfTcp) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const UniqueFd one(ends[0]);
    const UniqueFd other(ends[1]);
    EXPECT_FALSE(figures_of_connection(one.get()));
    MeasuredPart part;
    part.begin_thread();
    part.begin_connection(one.get());
    EndResult figures = EndResult::nothing_of(Role::sender);
    part.end(one.get(), figures);
    EXPECT_FALSE(figures.connections);
}

TEST(MeasuredPart, SumsWhatIsKnownOfAllConnections) {
    EndResult sum = EndResult::nothing_of(Role::sender);
    EndResult one;
    one.runnable_s = 0.5;
    ConnectionFigures& figures = one.connections.emplace();
    figures.congestion_control = "cubic";
    figures.rtt_us = {10};
    figures.retransmits = 2;
    figures.busy_us = 7;
    sum.add_work(one);
    EXPECT_EQ(sum.connections, one.connections);
    EXPECT_EQ(sum.runnable_s, 0.5);
    EndResult other = one;
    other.connections->congestion_control = "bbr";
    other.connections->busy_us.reset();
    other.runnable_s.reset();
    sum.add_work(other);
    EXPECT_EQ(sum.connections->congestion_control, "cubic, bbr");
    EXPECT_EQ(sum.connections->retransmits, 4U);
    EXPECT_EQ(sum.connections->rtt_us.size(), 2U);
    EXPECT_FALSE(sum.connections->busy_us);
    EXPECT_FALSE(sum.runnable_s);
    sum.add_work(one);
    EXPECT_EQ(sum.connections->congestion_control, "cubic, bbr") << "each once";
    EXPECT_FALSE(sum.runnable_s) << "a part of the sum is not known";
}

} // namespace
} // namespace netio::workload
