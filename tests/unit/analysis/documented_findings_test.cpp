// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Every finding has its section in docs/method.md, and every section its finding, in the same order.
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/finders.h"

namespace netio::analysis {
namespace {

/// The headings of third level in the section "Findings", each with whether there is text below it.
std::vector<std::pair<std::string, bool>> documented() {
    std::ifstream file(NETIO_METHOD);
    std::vector<std::pair<std::string, bool>> sections;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("## "))
            inside = line == "## Findings";
        else if (inside && line.starts_with("### "))
            sections.emplace_back(line.substr(4), false);
        else if (inside && !line.empty() && !sections.empty())
            sections.back().second = true;
    }
    return sections;
}

TEST(DocumentedFindings, AreThoseOfTheCode) {
    std::vector<std::string> described;
    for (const auto& [id, has_text] : documented()) {
        EXPECT_TRUE(has_text) << id << " has a heading and no text";
        described.push_back(id);
    }
    std::vector<std::string> made;
    for (const FinderEntry& entry : all_finders())
        made.emplace_back(entry.id);
    EXPECT_EQ(made, described) << "left: user/analysis/insights.cpp, right: docs/method.md, section Findings";
}

} // namespace
} // namespace netio::analysis
