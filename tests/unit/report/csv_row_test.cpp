// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/export/csv_row.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace netio::report {
namespace {

TEST(CsvRow, QuotesByRfc4180) {
    EXPECT_EQ(CsvRow().text("plain").text("a,b").text("say \"yes\"").line(), "plain,\"a,b\",\"say \"\"yes\"\"\"\n");
}

TEST(CsvRow, ATextIsOneLineFitForATerminal) {
    EXPECT_EQ(CsvRow().text("two\nlines").text("\x1b[31mred").line(), "two lines,[31mred\n");
}

TEST(CsvRow, AnEmptyFirstFieldKeepsItsPlace) { EXPECT_EQ(CsvRow().nothing().text("x").nothing().line(), ",x,\n"); }

TEST(CsvRow, NumbersReadBackAsTheSameValue) {
    for (const double value : {0.1, 1.0 / 3.0, 1e-9, 123456789.125, -2.5, 1e300}) {
        const std::string line = CsvRow().number(value).line();
        EXPECT_EQ(std::stod(line), value) << line;
    }
    EXPECT_EQ(CsvRow().number(196542464.0).line(), "196542464\n") << "no exponent in byte counts";
    EXPECT_EQ(CsvRow().integer(std::numeric_limits<std::uint64_t>::max()).line(), "18446744073709551615\n");
    EXPECT_EQ(CsvRow().number(std::numeric_limits<double>::infinity()).integer(1).line(), ",1\n");
}

} // namespace
} // namespace netio::report
