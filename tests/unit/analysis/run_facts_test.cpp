// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/run_facts.h"

#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/comparison.h"

namespace netio::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<FactDifference> differences(const netio::Run& one, const netio::Run& other) {
    return differences_of({facts_of(one), facts_of(other)});
}

TEST(RunFacts, DifferInEachOption) {
    const std::vector<std::function<void(RunSpec&)>> options{
        [](RunSpec& spec) { spec.duration_s = 3.0; },
        [](RunSpec& spec) { spec.warmup_messages = 33; },
        [](RunSpec& spec) { spec.pattern = Pattern::stream; },
        [](RunSpec& spec) { spec.send_buffer = 4096; },
        [](RunSpec& spec) { spec.receive_buffer = 4096; },
        [](RunSpec& spec) { spec.nagle = true; },
        [](RunSpec& spec) { spec.pin = true; },
        [](RunSpec& spec) { spec.ipv6 = true; },
        [](RunSpec& spec) { spec.verify = true; },
        [](RunSpec& spec) { spec.think_time_ns = 1; },
        [](RunSpec& spec) { spec.trace = false; },
        [](RunSpec& spec) { spec.backend = Backend::kprobe; },
        [](RunSpec& spec) { spec.sample_frequency = 98; },
        [](RunSpec& spec) { spec.timeline_ms = 0.1; },
        [](RunSpec& spec) { spec.stacks = true; },
        [](RunSpec& spec) { spec.events = {"cycles"}; },
    };
    const netio::Run one;
    for (std::size_t i = 0; i < options.size(); ++i) {
        netio::Run other;
        options[i](other.spec);
        const std::vector<FactDifference> found = differences(one, other);
        ASSERT_FALSE(found.empty()) << "option " << i;
        EXPECT_EQ(found.front().bearing, Bearing::figures) << "option " << i;
    }
}

TEST(RunFacts, OfWhichCellsThereAreAreNoDifferenceBetweenCells) {
    netio::Run one;
    netio::Run other;
    other.spec.variants = {Variant::A2};
    other.spec.field_sizes = {64, 128};
    other.spec.threads = {4};
    other.spec.repeats = 7;
    const std::vector<FactDifference> found = differences(one, other);
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[1].name, "Field sizes");
    EXPECT_THAT(found[1].values, ElementsAre("4 KiB", "64 B, 128 B"));
    EXPECT_THAT(differences_between({"a", {one}}, {"b", {other}}), IsEmpty());
}

TEST(RunFacts, TellTheDevicesOfTheLink) {
    netio::Run one;
    one.environment.devices = {{"eth1", "virtio_net", 1500, true, true, true}, {"eth2", "", 1500, {}, true, true}};
    netio::Run other = one;
    other.environment.devices->server.scatter_gather = false;
    EXPECT_THAT(differences_between({"a", {one}}, {"b", {other}}),
                ElementsAre("Sender's device: eth1 (virtio_net): scatter-gather on, transmit checksum on, segmentation "
                            "on in a, eth1 (virtio_net): scatter-gather off, transmit checksum on, segmentation on in "
                            "b."));
    const auto brief = [](const netio::Run& run) {
        for (const RunFact& fact : facts_of(run))
            if (fact.name == "Sender's device")
                return fact.brief;
        return std::string("not there");
    };
    EXPECT_EQ(brief(one), "");
    EXPECT_EQ(brief(other), "no scatter-gather at eth1");
    EXPECT_EQ(brief(netio::Run{}), "not there");
}

TEST(RunFacts, LeaveOutWhatRepeatsDifferIn) {
    netio::Run one;
    netio::Run other;
    other.environment.started_at = "another day";
    other.environment.command_line = "another command";
    EXPECT_THAT(differences(one, other), IsEmpty());
    one.environment.settings["net.core.optmem_max"] = "131072";
    EXPECT_THAT(differences_between({"a", {one}}, {"b", {other}}),
                ElementsAre("net.core.optmem_max: 131072 in a, none in b."));
}

} // namespace
} // namespace netio::analysis
