// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/layout.h"

#include <limits>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace netio::report {
namespace {

TEST(JsonLayout, ShortValuesStandOnOneLine) {
    EXPECT_EQ(lay_out({{"a", 1}, {"b", Json::array()}}), "{\"a\": 1, \"b\": []}\n");
}

TEST(JsonLayout, ReadsBackAsTheSameDocumentInTheSameOrder) {
    Json document{{"zebra", std::string(200, 'x')}, {"apple", nullptr}, {"empty", Json::object()}};
    for (int i = 0; i < 300; ++i)
        document["buckets"].push_back({i, i + 1, std::numeric_limits<std::uint64_t>::max() - static_cast<unsigned>(i)});
    for (int i = 0; i < 10; ++i)
        document["cells"].push_back({{"name", "a \"quoted\"\n name"}, {"value", i / 3.0}, {"list", {1, 2, 3}}});
    const std::string text = lay_out(document);
    EXPECT_EQ(Json::parse(text).dump(), document.dump());
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        EXPECT_TRUE(line.size() <= 120 || line.find("xxx") != std::string::npos) << line;
}

TEST(JsonLayout, BytesThatAreNotUtf8AreReplacedAndNotAnError) {
    EXPECT_EQ(Json::parse(lay_out({{"name", "a\xff"}}))["name"], "a\xef\xbf\xbd");
}

} // namespace
} // namespace netio::report
