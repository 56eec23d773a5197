// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/glossary.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/names_alike.h"
#include "model/path.h"

namespace netio::report {
namespace {

TEST(Glossary, IsInTheOrderOfTheAlphabetWithoutAWordTwice) {
    const std::vector<GlossaryEntry> entries = read_glossary();
    EXPECT_GT(entries.size(), 40U);
    for (std::size_t i = 1; i < entries.size(); ++i)
        EXPECT_LT(lower_case(entries[i - 1].word), lower_case(entries[i].word));
    for (const GlossaryEntry& entry : entries)
        EXPECT_GT(entry.text.size(), 20U) << entry.word;
}

TEST(Glossary, FindsAWordHoweverItIsWritten) {
    for (const char* word : {"Zero-Copy", "zero_copy", "ZERO COPY"})
        EXPECT_EQ(glossary_entry(word).value().word, "zero-copy") << word;
    EXPECT_FALSE(glossary_entry("zero"));
    EXPECT_FALSE(glossary_entry(""));
}

TEST(Glossary, HasThePathsThatBytesTake) {
    for (Path path : paths_where<takes_bytes>)
        if (path != Path::skb_copy) {
            EXPECT_TRUE(glossary_entry(name_of(path))) << name_of(path);
        }
}

TEST(Glossary, JoinsLinesAndKeepsParagraphs) {
    const std::vector<GlossaryEntry> entries =
        read_glossary("# Title\n\n## one\n\nA line\nand one.\n\nMore.\n\n## two\n\nB\n");
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].text, "A line and one.\nMore.");
    EXPECT_EQ(render_entry(entries[0], 80), "one\n  A line and one.\n  More.\n");
    EXPECT_EQ(render_entry(entries[0], 12), "one\n  A line and\n  one.\n  More.\n");
}

} // namespace
} // namespace netio::report
