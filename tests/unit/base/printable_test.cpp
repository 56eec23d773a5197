// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/printable.h"

#include <gtest/gtest.h>

namespace netio {
namespace {

TEST(Printable, ATerminalNeverSeesControlCharacters) {
    EXPECT_EQ(printable("eth0\x1b[31m"), "eth0[31m");
    EXPECT_EQ(printable("a\r\b\x7f"
                        "b"),
              "ab");
    EXPECT_EQ(printable("a\tb\nc"), "a b c");
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "31m")
        << "C1: CSI in one character";
    EXPECT_EQ(printable("\xe2\x80\xae"
                        "abc"),
              "abc")
        << "right-to-left override";
}

TEST(Printable, WhatIsNotUtf8IsReplaced) {
    EXPECT_EQ(printable("a\xff"
                        "b"),
              "a\xef\xbf\xbd"
              "b");
    EXPECT_EQ(printable("\xc3"), "\xef\xbf\xbd") << "cut off";
    EXPECT_EQ(printable("\xc0\x80"), "\xef\xbf\xbd\xef\xbf\xbd") << "longer than needed";
    EXPECT_EQ(printable("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd") << "surrogate";
    EXPECT_EQ(printable("µ→█"), "µ→█");
}

TEST(Printable, WhatItLeavesOutIsEscapedInJson) {
    EXPECT_EQ(with_escapes("{\"a\": \"\xc2\x9b"
                           "31m\x7f \xe2\x80\xae \xef\xbb\xbf\"}"),
              R"({"a": "\u009b31m\u007f \u202e \ufeff"})");
    EXPECT_EQ(with_escapes("{\n\t\"µ\": \"→█\"\n}\n"), "{\n\t\"µ\": \"→█\"\n}\n");
}

} // namespace
} // namespace netio
