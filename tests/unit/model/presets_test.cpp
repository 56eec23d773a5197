// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/presets.h"

#include <gtest/gtest.h>

namespace netio {
namespace {

std::size_t cell_count(const RunSpec& spec) {
    return spec.variants.size() * spec.field_sizes.size() * spec.threads.size() * spec.repeats;
}

double measured_seconds(const RunSpec& spec) { return static_cast<double>(cell_count(spec)) * spec.duration_s; }

TEST(Presets, HaveTheVariantsAndTheTimeThatTheirNamesPromise) {
    for (const std::string& name : preset_names()) {
        const auto spec = preset(name);
        ASSERT_TRUE(spec.has_value()) << name;
        EXPECT_EQ(spec->preset, name);
        EXPECT_EQ(spec->variants, default_variants()) << name;
        EXPECT_FALSE(spec->nagle) << name;
    }
    EXPECT_LT(measured_seconds(*preset("smoke")), 15.0);
    EXPECT_LT(measured_seconds(*preset("quick")), 90.0);
}

TEST(Presets, AssignmentIsThePublishedExperiment) {
    const auto spec = preset("assignment");
    ASSERT_TRUE(spec.has_value());
    EXPECT_EQ(spec->field_sizes, (std::vector<std::uint64_t>{64, 256, 1024, 4096}));
    EXPECT_EQ(spec->threads, (std::vector<unsigned>{1, 2, 4, 8}));
    EXPECT_EQ(cell_count(*spec) / spec->repeats, 48U);
    EXPECT_EQ(spec->duration_s * spec->repeats, 10.0) << "seconds a cell, as published";
}

TEST(Presets, ThatMeasureHaveRepeatsEnoughForAnInterval) {
    EXPECT_GE(preset("quick")->repeats, 5U);
    EXPECT_GE(preset("assignment")->repeats, 5U);
    EXPECT_GE(preset("assignment")->duration_s, 2.0);
}

TEST(Presets, AnUnknownNameIsNone) { EXPECT_FALSE(preset("large").has_value()); }

} // namespace
} // namespace netio
