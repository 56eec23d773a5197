// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gtest/gtest.h>

#include "model/run_result.h"

namespace netio {
namespace {

Cell measured_cell() {
    Cell cell;
    cell.field_size = 1000;
    cell.threads = 2;
    cell.receiver.messages = 500;
    cell.receiver.payload_bytes = 4'000'000;
    cell.receiver.duration_s = 2.0;
    cell.sender.total_payload_bytes = 4'000'000;
    return cell;
}

PathFigures& payload_path(Cell& cell, Path path) { return cell.trace->of(payload_role(path)).path(path); }

TEST(Cell, DerivesThroughputAndThePublishedLatency) {
    const Cell cell = measured_cell();
    EXPECT_DOUBLE_EQ(cell.throughput_gbps(), 0.016);
    EXPECT_DOUBLE_EQ(cell.messages_per_second(), 250.0);
    EXPECT_DOUBLE_EQ(cell.published_latency_us(), 4000.0);
    EXPECT_EQ(cell.message_size(), 8000U);
}

TEST(Cell, OfNothingIsZeroAndNotInfinite) {
    const Cell cell;
    EXPECT_EQ(cell.throughput_gbps(), 0.0);
    EXPECT_EQ(cell.published_latency_us(), 0.0);
    EXPECT_EQ(cell.cpu_ns_per_byte(), 0.0);
    EXPECT_FALSE(cell.copies_per_byte().available());
}

TEST(Cell, CountsCopiesOfThePayloadAndNotOfTheRequests) {
    Cell cell = measured_cell();
    cell.trace = Trace::of_both_ends();
    for (Path path : {Path::copy_in, Path::deferred_copy, Path::linearize, Path::skb_copy, Path::copy_out})
        payload_path(cell, path).bytes = Figure::exact(0.0);
    payload_path(cell, Path::copy_in).bytes = Figure::exact(4'000'000);
    payload_path(cell, Path::copy_out).bytes = Figure::exact(4'000'000);
    // The requests, which the receiver copies in and the sender copies out, are not the payload's copies.
    cell.trace->of(Role::receiver).path(Path::copy_in).bytes = Figure::exact(4'000'000);
    cell.trace->of(Role::sender).path(Path::copy_out).bytes = Figure::exact(4'000'000);
    const Figure copies = cell.copies_per_byte();
    EXPECT_DOUBLE_EQ(copies.value, 2.0);
    EXPECT_EQ(copies.quality, Quality::exact);
}

TEST(Cell, SaysWhichCopiesCouldNotBeCounted) {
    Cell cell = measured_cell();
    cell.trace = Trace::of_both_ends();
    payload_path(cell, Path::copy_in).bytes = Figure::exact(4'000'000);
    payload_path(cell, Path::copy_out).bytes = Figure::exact(4'000'000);
    payload_path(cell, Path::linearize).bytes = Figure::exact(0.0);
    const Figure copies = cell.copies_per_byte();
    EXPECT_DOUBLE_EQ(copies.value, 2.0);
    EXPECT_EQ(copies.quality, Quality::estimated);
    EXPECT_EQ(copies.reason, "without deferred_copy, skb_copy");
}

TEST(PathFigures, DividesSampledTimeByTheBytesOfTheSampledTime) {
    PathFigures path;
    path.bytes = Figure::exact(1000.0);
    path.time_ns = Figure::sampled(500.0, 400.0, 600.0);
    path.sampled_bytes = 250;
    const Figure per_byte = path.time_per_byte_ns();
    EXPECT_DOUBLE_EQ(per_byte.value, 2.0);
    EXPECT_DOUBLE_EQ(per_byte.low, 1.6);
    EXPECT_DOUBLE_EQ(per_byte.high, 2.4);
    EXPECT_EQ(per_byte.quality, Quality::sampled);
}

TEST(PathFigures, DividesTheSecondOpinionByTheBytesOfTheSampledTime) {
    PathFigures path;
    path.bytes = Figure::exact(1000.0);
    path.time_ns = Figure::exact(500.0);
    path.sampled_time_ns = Figure::sampled(100.0, 50.0, 200.0);
    path.sampled_bytes = 250;
    EXPECT_DOUBLE_EQ(path.time_per_byte_ns().value, 0.5);
    EXPECT_DOUBLE_EQ(path.sampled_time_per_byte_ns().value, 0.4);
    EXPECT_DOUBLE_EQ(path.sampled_time_per_byte_ns().low, 0.2);
    path.sampled_time_ns = Figure::unavailable("sampling was off");
    EXPECT_EQ(path.sampled_time_per_byte_ns().reason, "sampling was off");
}

} // namespace
} // namespace netio
