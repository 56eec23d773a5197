// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/gate_expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace netio::cli {
namespace {

using analysis::Metric;
using analysis::Statistic;
using ::testing::HasSubstr;

TEST(GateExpression, ReadsBounds) {
    const auto p99 = parse_gate("p99 > +5 %");
    ASSERT_TRUE(p99);
    EXPECT_EQ(p99->metric, (Metric{Metric::Kind::latency}));
    EXPECT_EQ(p99->statistic, Statistic::p99);
    EXPECT_TRUE(p99->above);
    EXPECT_TRUE(p99->relative);
    EXPECT_DOUBLE_EQ(p99->bound, 0.05);

    const auto throughput = parse_gate("throughput<-3%");
    ASSERT_TRUE(throughput);
    EXPECT_EQ(throughput->statistic, Statistic::throughput);
    EXPECT_FALSE(throughput->above);
    EXPECT_DOUBLE_EQ(throughput->bound, -0.03);

    const auto absolute = parse_gate(" p50 > +2 us ");
    ASSERT_TRUE(absolute);
    EXPECT_FALSE(absolute->relative);
    EXPECT_DOUBLE_EQ(absolute->bound, 2000.0);

    EXPECT_DOUBLE_EQ(parse_gate("p99.9 > 1.5 ms")->bound, 1.5e6);
    EXPECT_EQ(parse_gate("p99.9 > 1.5 ms")->statistic, Statistic::p999);
    EXPECT_EQ(parse_gate("latency.max > 0 %")->statistic, Statistic::max);
    EXPECT_EQ(parse_gate("copy_in > 5 %")->statistic, Statistic::ns_per_byte);
    EXPECT_EQ(parse_gate("copy_in.p99 > 5 %")->statistic, Statistic::p99);
    EXPECT_EQ(parse_gate("copy_in.p99 > 5 %")->metric, (Metric{Metric::Kind::path, Path::copy_in}));
    EXPECT_DOUBLE_EQ(parse_gate("copy_out > 0.1 ns/byte")->bound, 0.1);
    EXPECT_DOUBLE_EQ(parse_gate("throughput < -0.5 Gbit/s")->bound, -0.5);
}

std::string refusal_of(const std::string& text) {
    const auto gate = parse_gate(text);
    if (gate)
        return "it was taken";
    EXPECT_EQ(gate.error().exit_code, ExitCode::bad_input);
    EXPECT_EQ(gate.error().message().find('\n'), std::string::npos);
    return gate.error().message();
}

TEST(GateExpression, SaysWhereItCouldNotGoOn) {
    EXPECT_THAT(refusal_of(""), HasSubstr("column 1: expected mean, p50"));
    EXPECT_THAT(refusal_of("p98 > 5 %"), HasSubstr("column 1: expected mean, p50"));
    EXPECT_THAT(refusal_of("throughput.p50 > 5 %"), HasSubstr("column 1: expected mean"));
    EXPECT_THAT(refusal_of("copy_inn > 5 %"), HasSubstr("column 1: expected mean"));
    EXPECT_THAT(refusal_of("p99 = 5 %"), HasSubstr("column 5: expected > or <"));
    EXPECT_THAT(refusal_of("p99"), HasSubstr("column 4: expected > or <"));
    EXPECT_THAT(refusal_of("p99 > much"), HasSubstr("column 7: expected a number"));
    EXPECT_THAT(refusal_of("p99 > +-5 %"), HasSubstr("column 7: expected a number"));
    EXPECT_THAT(refusal_of("p99 > nan %"), HasSubstr("column 7: expected a number"));
    EXPECT_THAT(refusal_of("p99 > -5 %"), HasSubstr("column 7: with > the bound is an increase"));
    EXPECT_THAT(refusal_of("throughput < 3 %"), HasSubstr("column 14: with < the bound is a decrease"));
    EXPECT_THAT(refusal_of("p99 > 5"), HasSubstr("column 8: expected %, ns, us, ms or s"));
    EXPECT_THAT(refusal_of("p99 > 5 Gbit/s"), HasSubstr("column 9: expected %, ns, us, ms or s"));
    EXPECT_THAT(refusal_of("throughput < -3 us"), HasSubstr("column 17: expected % or Gbit/s"));
    EXPECT_THAT(refusal_of("p99 > 5 % and p50 > 3 %"), HasSubstr("column 11: unexpected text after the bound"));
    EXPECT_THAT(refusal_of("p99 \x1b[31m"), HasSubstr("column 5"));
}

} // namespace
} // namespace netio::cli
