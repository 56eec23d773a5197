// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Every finding and every path has its section in docs/method.md, and every section its finding or path, in the same
// order; the schemas know all variants.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/finders.h"
#include "analysis/recording_finders.h"
#include "model/path.h"
#include "model/variant.h"

namespace netio::analysis {
namespace {

/// The headings of third level in a section; each must have text below it.
std::vector<std::string> documented(const std::string& section) {
    std::ifstream file(NETIO_METHOD);
    std::vector<std::string> headings;
    bool inside = false;
    bool has_text = true;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("## ")) {
            EXPECT_TRUE(!inside || has_text) << headings.back() << " has a heading and no text";
            inside = line == "## " + section;
        } else if (inside && line.starts_with("### ")) {
            EXPECT_TRUE(has_text) << headings.back() << " has a heading and no text";
            headings.push_back(line.substr(4));
            has_text = false;
        } else if (inside && !line.empty()) {
            has_text = true;
        }
    }
    return headings;
}

TEST(Documented, FindingsAreThoseOfTheCode) {
    std::vector<std::string> made;
    for (const FinderEntry& entry : finders)
        made.emplace_back(entry.id);
    EXPECT_EQ(made, documented("Findings")) << "left: user/analysis/finders.h, right: docs/method.md";
}

TEST(Documented, FindingsOfAttachedTracesAreThoseOfTheCode) {
    std::vector<std::string> made;
    for (const RecordingFinderEntry& entry : recording_finders)
        made.emplace_back(entry.id);
    EXPECT_EQ(made, documented("Findings of attached traces"))
        << "left: user/analysis/recording_finders.h, right: docs/method.md";
}

TEST(Documented, PathsAreThoseOfTheModel) {
    std::vector<std::string> known;
    for (const Path path : attach_paths)
        known.emplace_back(name_of(path));
    EXPECT_EQ(known, documented("Paths")) << "left: user/model, right: docs/method.md";
}

TEST(Documented, VariantsAreThoseOfTheModel) {
    std::string known;
    for (const VariantEntry& entry : variant_table)
        known += (known.empty() ? "\"" : ", \"") + std::string(entry.id) + "\"";
    for (const char* name : {"run.schema.json", "compare.schema.json"}) {
        std::ifstream file(std::filesystem::path(NETIO_METHOD).replace_filename(name));
        const std::string schema(std::istreambuf_iterator<char>(file), {});
        EXPECT_NE(schema.find("\"variant\": {\"enum\": [" + known + "]}"), std::string::npos) << name << ": " << known;
    }
}

} // namespace
} // namespace netio::analysis
