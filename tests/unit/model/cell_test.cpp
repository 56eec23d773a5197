// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gtest/gtest.h>

#include <cmath>

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
}

TEST(Figure, KeepsWhatIsKnownOfAnUnavailableOne) {
    const Figure unknown = Figure::at_least(8.0, "not all are counted");
    EXPECT_FALSE(unknown.available());
    const Figure each = unknown.per(4.0, "nothing was sent");
    ASSERT_TRUE(each.bounds);
    EXPECT_EQ(each.bounds->low, 2.0);
    EXPECT_TRUE(std::isinf(each.bounds->high));
    EXPECT_EQ(each.reason, "not all are counted");
    EXPECT_FALSE(unknown.per(0.0, "nothing was sent").bounds);
    EXPECT_EQ(Figure::sampled(2.0, 1.0, 4.0).range(), (Bounds{1.0, 4.0}));
    EXPECT_FALSE(Figure::unavailable("not traced").range());
}

TEST(PathFigures, DividesTheSecondOpinionByTheBytesOfTheSampledTime) {
    PathFigures path;
    path.bytes = Figure::exact(1000.0);
    path.time_ns = Figure::exact(500.0);
    path.sampled_time_ns = Figure::sampled(100.0, 50.0, 200.0);
    path.sampled_bytes = 250;
    EXPECT_DOUBLE_EQ(path.sampled_time_per_byte_ns().value, 0.4);
    EXPECT_DOUBLE_EQ(path.sampled_time_per_byte_ns().low, 0.2);
    path.sampled_time_ns = Figure::unavailable("sampling was off");
    EXPECT_EQ(path.sampled_time_per_byte_ns().reason, "sampling was off");
}

} // namespace
} // namespace netio
