// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/variant.h"

#include <gtest/gtest.h>

#include <set>

namespace netio {
namespace {

TEST(VariantTable, NamesEachVariantOnce) {
    std::set<std::string_view> ids;
    for (const VariantEntry& entry : variant_table)
        EXPECT_TRUE(ids.insert(entry.id).second) << entry.id;
}

TEST(VariantTable, NamesEachTextbookWayAtMostOnce) {
    std::set<Textbook> ways;
    for (const VariantEntry& entry : variant_table) {
        if (entry.textbook == Textbook::none)
            continue;
        EXPECT_TRUE(ways.insert(entry.textbook).second) << entry.id;
        EXPECT_EQ(variant_called(entry.textbook), entry.variant);
    }
}

TEST(VariantTable, DrawsNoTwoVariantsAlikeAsLinesNorAsBars) {
    std::set<SeriesColor> colors;
    std::set<SeriesLine> lines;
    std::set<SeriesMarker> markers;
    std::set<SeriesFill> fills;
    for (const VariantEntry& entry : variant_table) {
        EXPECT_TRUE(colors.insert(entry.style.color).second) << entry.id;
        EXPECT_TRUE(lines.insert(entry.style.line).second) << entry.id;
        EXPECT_TRUE(markers.insert(entry.style.marker).second) << entry.id;
        EXPECT_TRUE(fills.insert(entry.style.fill).second) << entry.id;
    }
}

TEST(VariantTable, GivesARunTheThreeOfTheExperiment) {
    EXPECT_EQ(default_variants(), (std::vector{Variant::A1, Variant::A2, Variant::A3}));
}

TEST(VariantTable, PairsZeroCopyWithAVariantThatCopiesAndMakesAsManyCalls) {
    for (const VariantEntry& entry : variant_table) {
        ASSERT_EQ(entry.counterpart.has_value(), entry.uses_zero_copy) << entry.id;
        if (!entry.counterpart)
            continue;
        EXPECT_FALSE(uses_zero_copy(*entry.counterpart)) << entry.id;
        EXPECT_EQ(entry_of(*entry.counterpart).calls_per_message, entry.calls_per_message) << entry.id;
    }
}

TEST(VariantTable, IsWhatMessagesAreMadeOf) {
    EXPECT_EQ(known_variants(), "A1, A2, A3, A0");
    EXPECT_EQ(title_of(Variant::A2), "A2 sendmsg");
    EXPECT_NE(described_variants().find("A3 (sendmsg() with MSG_ZEROCOPY)"), std::string::npos);
}

} // namespace
} // namespace netio
