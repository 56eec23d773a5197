// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/costs.h"

#include <gtest/gtest.h>

#include "cells.h"

namespace netio::analysis {
namespace {

TEST(NsPerPayloadByte, DividesByAllBytesThatWereSent) {
    Cell cell = sound_cell(Variant::A3);
    PathFigures& copy = path(cell, Role::sender, Path::deferred_copy);
    copy.time_ns = Figure::exact(static_cast<double>(cell.sender.total_payload_bytes));
    copy.bytes = Figure::exact(1.0);
    EXPECT_DOUBLE_EQ(ns_per_payload_byte(cell, Path::deferred_copy).value, 1.0);
    copy.time_ns = Figure::sampled(500.0, 400.0, 700.0);
    copy.sampled_bytes = 1000;
    EXPECT_DOUBLE_EQ(ns_per_payload_byte(cell, Path::deferred_copy).value, 0.5);
    EXPECT_DOUBLE_EQ(ns_per_payload_byte(cell, Path::deferred_copy).high, 0.7);
    copy.sampled_bytes = 0;
    EXPECT_FALSE(ns_per_payload_byte(cell, Path::deferred_copy).available());
    copy.time_ns = Figure::unavailable("no hook");
    EXPECT_EQ(ns_per_payload_byte(cell, Path::deferred_copy).reason, "no hook");
    cell.trace.reset();
    EXPECT_EQ(ns_per_payload_byte(cell, Path::deferred_copy).reason, "not traced");
}

TEST(OwnTime, IsDividedByThePayloadThatItIsOf) {
    Cell cell = sound_cell(Variant::A2);
    const auto all = static_cast<double>(cell.sender.total_payload_bytes);
    EXPECT_DOUBLE_EQ(own_time_per_payload_byte_ns(cell, Path::send_syscall).value, 900 / all);

    PathFigures& copy = path(cell, Role::sender, Path::copy_in);
    copy.exclusive_ns = Figure::sampled(4000, 2000, 6000);
    copy.sampled_bytes = 1000;
    const Figure sampled = own_time_per_payload_byte_ns(cell, Path::copy_in);
    EXPECT_DOUBLE_EQ(sampled.value, 4.0);
    EXPECT_DOUBLE_EQ(sampled.low, 2.0);
    EXPECT_DOUBLE_EQ(sampled.high, 6.0);
    EXPECT_EQ(sampled.quality, Quality::sampled);
}

TEST(OwnTime, IsOfThePayloadsDirection) {
    const Cell cell = sound_cell(Variant::A1);
    EXPECT_DOUBLE_EQ(own_time_per_payload_byte_ns(cell, Path::recv_syscall).value,
                     1000 / static_cast<double>(cell.sender.total_payload_bytes));
}

TEST(OwnTime, IsUnavailableWithAReason) {
    Cell cell = sound_cell(Variant::A1);
    path(cell, Role::sender, Path::pin).exclusive_ns = Figure::unavailable("because");
    EXPECT_EQ(own_time_per_payload_byte_ns(cell, Path::pin).reason, "because");
    cell.sender.total_payload_bytes = 0;
    EXPECT_EQ(own_time_per_payload_byte_ns(cell, Path::send_syscall).reason, "no payload was sent");
    cell.trace.reset();
    EXPECT_EQ(own_time_per_payload_byte_ns(cell, Path::send_syscall).reason, "not traced");
}

TEST(StillContained, IsWhatWasNotTimedAtItsEdges) {
    Cell cell = sound_cell(Variant::A2);
    for (Path nested : {Path::tcp_sendmsg, Path::copy_in, Path::pin})
        set_time(cell, Role::sender, nested, 10, 10, 0);
    EXPECT_TRUE(still_contained(cell, Path::send_syscall).empty());
    path(cell, Role::sender, Path::copy_in).time_ns = Figure::sampled(10, 5, 15);
    path(cell, Role::sender, Path::tcp_sendmsg).time_ns = Figure::unavailable("no hook");
    EXPECT_EQ(still_contained(cell, Path::send_syscall), (std::vector{Path::tcp_sendmsg, Path::copy_in}));
    EXPECT_TRUE(still_contained(cell, Path::wait_send).empty());
    path(cell, Role::sender, Path::tcp_sendmsg).exclusive_ns = Figure::sampled(5, 1, 9);
    EXPECT_TRUE(still_contained(cell, Path::tcp_sendmsg).empty()) << "samples see innermost paths only";
}

} // namespace
} // namespace netio::analysis
