// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Sums and copies of the subjects of attached traces, and comparisons of them.
#include "analysis/subjects.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/trace_comparison.h"

namespace netio::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

AttachedSubject process(std::uint32_t pid, const std::string& comm, std::uint64_t sent) {
    AttachedSubject subject;
    subject.pid = pid;
    subject.comm = comm;
    subject.figures.subject.name = comm + " " + std::to_string(pid);
    for (Path path : attach_paths)
        subject.figures.path(path).calls = subject.figures.path(path).bytes = Figure::exact(0.0);
    subject.figures.calls.send_calls = 10;
    subject.figures.calls.send_bytes = sent;
    subject.figures.path(Path::copy_in).bytes = Figure::exact(static_cast<double>(sent));
    subject.calls = {{"write", Direction::sent, 10, sent}};
    subject.sockets = {2, 1, sent, 0, 0};
    subject.laws = {
        {"socket_sequence.sent", "one = other", static_cast<double>(sent), static_cast<double>(sent), true, true, {}}};
    return subject;
}

Recording recording_of(std::vector<AttachedSubject> subjects) {
    Recording recording;
    recording.duration_s = 2.0;
    recording.subjects = std::move(subjects);
    return recording;
}

TEST(Subjects, AreSummedWhereTheyFindNoRoomAndNoneIsDropped) {
    const Recording recording =
        recording_of({process(1, "a", 400), process(2, "b", 300), process(3, "c", 200), process(4, "c", 100)});
    const std::vector<AttachedSubject> shown = busiest(recording, 3);
    ASSERT_EQ(shown.size(), 3U);
    EXPECT_EQ(shown[2].figures.subject.name, "2 others");
    EXPECT_EQ(shown[2].members, 2U);
    EXPECT_EQ(shown[2].bytes(), 300U);
    EXPECT_EQ(shown[2].comm, "c") << "of both";
    EXPECT_FALSE(shown[2].pid) << "of one alone";
    EXPECT_EQ(shown[2].sockets.sockets, 4U);
    ASSERT_EQ(shown[2].calls.size(), 1U);
    EXPECT_EQ(shown[2].calls[0].calls, 20U);
    EXPECT_EQ(busiest(recording, 4).size(), 4U);
    EXPECT_EQ(sum_of_all(recording).bytes(), 1000U);
}

TEST(Subjects, DoNotHideABrokenLawInTheirSum) {
    AttachedSubject broken = process(2, "b", 300);
    broken.laws.front().observed = 0.0;
    broken.laws.front().holds = false;
    const Recording recording = recording_of({process(1, "a", 400), broken});
    const std::vector<AttachedSubject> shown = busiest(recording, 1);
    EXPECT_FALSE(shown[0].laws.front().holds);
    EXPECT_EQ(account(recording).laws_broken, 1U);
    EXPECT_LT(account(recording).percent, 100.0);
}

TEST(Subjects, CopyNothingWhereBytesGoByReference) {
    AttachedSubject subject = process(1, "nginx", 1000);
    subject.figures.path(Path::copy_in).bytes = Figure::exact(0.0);
    subject.figures.path(Path::splice_in).bytes = Figure::exact(1000.0);
    EXPECT_EQ(copies_per_byte(subject.figures, Direction::sent).value, 0.0);
    EXPECT_TRUE(copies_per_byte(subject.figures, Direction::sent).available());
    EXPECT_EQ(bytes_per_byte(subject.figures, Path::splice_in).value, 1.0);
}

TEST(Subjects, TakeWhatIsNotSeenForABoundAndNotForNothing) {
    AttachedSubject subject = process(1, "nginx", 1000);
    subject.figures.path(Path::linearize).bytes = Figure::unavailable("hooks alone see it");
    const Figure copies = copies_per_byte(subject.figures, Direction::sent);
    EXPECT_FALSE(copies.available());
    ASSERT_TRUE(copies.bounds);
    EXPECT_EQ(copies.bounds->low, 1.0);
    EXPECT_THAT(copies.reason, HasSubstr("linearize"));
    EXPECT_FALSE(copies_per_byte(subject.figures, Direction::received).available()) << "no byte was received";
}

TEST(TraceComparison, TakesProcessesOfTheSameNameWhateverTheirPids) {
    const TraceComparison result = compare_traces(
        std::vector<NamedTrace>{{"before", {recording_of({process(1, "redis", 400)})}},
                                {"after", {recording_of({process(9, "redis", 800), process(8, "x", 1)})}}});
    ASSERT_EQ(result.pairs.size(), 1U);
    EXPECT_EQ(result.pairs[0].baseline, "before: redis");
    EXPECT_EQ(result.pairs[0].figures.front().ratio(), 2.0);
    EXPECT_THAT(result.alone, ElementsAre("x in after alone"));
    const auto throughput =
        std::ranges::find(result.pairs[0].figures, std::string("throughput"), &ComparedFigure::name);
    ASSERT_NE(throughput, result.pairs[0].figures.end());
    EXPECT_FALSE(throughput->difference->interval) << "of one trace each";
}

TEST(TraceComparison, HasAnIntervalWhereThereAreRepeats) {
    const auto side = [](std::uint64_t sent) {
        return std::vector{recording_of({process(1, "redis", sent)}), recording_of({process(2, "redis", sent + 10)}),
                           recording_of({process(3, "redis", sent - 10)})};
    };
    const TraceComparison result =
        compare_traces(std::vector<NamedTrace>{{"before", side(10'000)}, {"after", side(20'000)}});
    const auto throughput =
        std::ranges::find(result.pairs.at(0).figures, std::string("throughput"), &ComparedFigure::name);
    ASSERT_TRUE(throughput->difference->interval);
    EXPECT_TRUE(throughput->difference->shown);
    EXPECT_NEAR(throughput->difference->ratio->value, 2.0, 0.001);
}

TEST(TraceComparison, OfOneTraceComparesItsSubjectsWithTheBusiest) {
    const TraceComparison result = compare_traces(
        std::vector<NamedTrace>{{"trace", {recording_of({process(1, "a", 400), process(2, "b", 100)})}}});
    ASSERT_EQ(result.pairs.size(), 1U);
    EXPECT_EQ(result.pairs[0].baseline, "a 1");
    EXPECT_EQ(result.pairs[0].other, "b 2");
}

} // namespace
} // namespace netio::analysis
