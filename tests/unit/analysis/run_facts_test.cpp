// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/run_facts.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/comparison.h"
#include "model/run_options.h"

namespace netio::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<FactDifference> differences(const netio::Run& one, const netio::Run& other) {
    return differences_of({facts_of(one), facts_of(other)});
}

/// Another value than the member has.
void change(bool& value) { value = !value; }
void change(std::string& value) { value += "x"; }
void change(Pattern& value) { value = Pattern::stream; }
void change(ReceiveUnit& value) { value = ReceiveUnit::message; }
void change(std::map<std::string, std::string>& value) { value["net.ipv4.tcp_sack"] = "0"; }
void change(std::optional<Backend>& value) { value = Backend::kprobe; }
void change(std::vector<std::string>& value) { value.emplace_back("cycles"); }
void change(std::vector<Variant>& value) { value.pop_back(); }
template <class Number>
requires std::is_arithmetic_v<Number>
void change(Number& value) { value = static_cast<Number>(value + 1); }
template <class Number>
void change(std::vector<Number>& value) {
    value.push_back(1);
}
void change(LinkSpec&) {} // the environment says what the link was

/// An option that is no fact could differ between two runs unseen.
TEST(RunFacts, DifferInEachOption) {
    // The exercise that a run is of changes nothing in it.
    const std::set<std::string_view> told_by_others{"preset", "link", "mtu", "port", "congestion", "lab"};
    const std::set<std::string_view> of_cells{"variants", "field_sizes", "threads", "repeats"};
    const netio::Run one;
    for_each_field<RunSpec>([&](const auto& field) {
        netio::Run other;
        change(other.spec.*field.member);
        const std::vector<FactDifference> found = differences(one, other);
        ASSERT_EQ(found.empty(), told_by_others.contains(field.name)) << field.name;
        for (const FactDifference& difference : found)
            EXPECT_EQ(difference.bearing == Bearing::cells, of_cells.contains(field.name)) << field.name;
    });
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
                ElementsAre("Not recorded in b, and may differ: net.core.optmem_max."));
}

/// A file of an earlier version lacks them, and what it lacks may be the same.
TEST(RunFacts, ThatWereNotRecordedAreNoDifference) {
    netio::Run now;
    now.environment.devices = {{"eth1", "virtio_net", 1500, true, true, true}, {"eth2", "", 1500, {}, true, true}};
    now.environment.memory_bytes = 1U << 30U;
    EXPECT_THAT(differences_between({"old", {netio::Run{}}}, {"new", {now}}),
                ElementsAre("Not recorded in old, and may differ: Memory, Sender's device, Receiver's device."));
}

/// The only difference that is one is what the runs were traced by.
TEST(RunFacts, TellOnceThatARunWasNotTraced) {
    netio::Run traced;
    traced.environment.backends = "fentry";
    netio::Run untraced = traced;
    untraced.spec.trace = false;
    untraced.environment.untraced = "CAP_BPF is not held";
    for (const std::string& sentence : differences_between({"a", {traced}}, {"b", {untraced}})) {
        EXPECT_THAT(sentence, testing::Not(testing::HasSubstr("Not traced because")));
        EXPECT_THAT(sentence, testing::Not(testing::HasSubstr("ecorded")));
    }
}

} // namespace
} // namespace netio::analysis
