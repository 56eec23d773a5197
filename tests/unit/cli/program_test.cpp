// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/program.h"

#include <gtest/gtest.h>

namespace netio::cli {
namespace {

std::string line_of(std::vector<std::string> arguments) { return Invocation{std::move(arguments)}.command_line(); }

TEST(CommandLine, IsAsAShellWouldTakeIt) {
    EXPECT_EQ(
        line_of({"netio-trace", "run", "--field-sizes", "64,1K", "--link", "dev:eth0,eth1", "--output=/tmp/a_b-c.d"}),
        "netio-trace run --field-sizes 64,1K --link dev:eth0,eth1 --output=/tmp/a_b-c.d");
    EXPECT_EQ(line_of({"n", "two words", ""}), "n 'two words' ''");
    EXPECT_EQ(line_of({"n", "it's"}), R"(n 'it'\''s')");
    for (const std::string letter : {";", "&", "|", "<", ">", "(", "#", "~", "`", "!", "{", "\n", "\xc3\xa9"})
        EXPECT_EQ(line_of({"n", "a" + letter}), "n 'a" + letter + "'");
}

} // namespace
} // namespace netio::cli
