// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is found in attached traces, and what is not.
#include <algorithm>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/finding.h"
#include "analysis/subjects.h"

namespace netio::analysis {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A process whose ways are all counted, and took nothing.
AttachedSubject idle_process(const std::string& name) {
    AttachedSubject subject;
    subject.figures.subject.name = name;
    for (Path path : attach_paths)
        subject.figures.path(path).calls = subject.figures.path(path).bytes = Figure::exact(0.0);
    subject.sockets.sockets = 1;
    return subject;
}

void send(AttachedSubject& subject, std::uint64_t calls, std::uint64_t bytes, Path way = Path::copy_in,
          const char* call = "write") {
    subject.figures.calls.send_calls += calls;
    subject.figures.calls.send_bytes += bytes;
    subject.figures.path(way).bytes.value += static_cast<double>(bytes);
    subject.calls.push_back({call, Direction::sent, calls, bytes});
}

void receive(AttachedSubject& subject, std::uint64_t calls, std::uint64_t bytes, Path way = Path::copy_out) {
    subject.figures.calls.recv_calls += calls;
    subject.figures.calls.recv_bytes += bytes;
    subject.figures.path(way).bytes.value += static_cast<double>(bytes);
}

Recording trace_with(std::vector<AttachedSubject> subjects) {
    Recording recording;
    recording.duration_s = recording.timed_s = 10.0;
    recording.subjects = std::move(subjects);
    return recording;
}

std::string insight_of(const Recording& recording, const std::string& id) {
    const std::vector<Finding> findings = find_insights(recording);
    const auto found = std::ranges::find(findings, id, &Finding::id);
    if (found == findings.end())
        return "not found";
    EXPECT_FALSE(found->evidence.empty()) << id;
    EXPECT_FALSE(found->rests_on.empty()) << id;
    return found->text();
}

TEST(RecordingFindings, SayNothingOfAProgramThatCopiesOnceEachWay) {
    AttachedSubject subject = idle_process("plain 1");
    send(subject, 1000, 8'000'000);
    receive(subject, 1000, 8'000'000);
    EXPECT_TRUE(find_insights(trace_with({subject})).empty());
    EXPECT_TRUE(find_insights(trace_with({})).empty());
}

TEST(RecordingFindings, NameABrokenLawWithItsSubject) {
    AttachedSubject subject = idle_process("server 7");
    subject.laws = {{"socket_sequence.sent", "one = other", 10, 9, true, false, {}}};
    EXPECT_THAT(insight_of(trace_with({subject}), "law-broken"),
                AllOf(HasSubstr("server 7"), HasSubstr("expected 10, observed 9")));
    subject.laws.front().missed = {{"recursion_misses.tp_sys_exit", 1}};
    EXPECT_EQ(insight_of(trace_with({subject}), "law-broken"), "not found") << "it may hold: hits were missed";
    EXPECT_THAT(insight_of(trace_with({subject}), "hits-missed"), HasSubstr("is not shown for server 7"));
}

TEST(RecordingFindings, TellOfLosses) {
    Recording recording = trace_with({});
    recording.losses = {loss_of(recursion_misses_of("tp_sys_exit"), 0)};
    EXPECT_EQ(insight_of(recording, "events-lost"), "not found");
    recording.losses.front().count = 3;
    EXPECT_THAT(insight_of(recording, "events-lost"), HasSubstr("3 events (recursion_misses.tp_sys_exit)"));
}

AttachedSubject zero_copy_sender(const char* call) {
    AttachedSubject subject = idle_process("sender 3");
    send(subject, 100, 1'000'000, Path::pin, call);
    subject.figures.zerocopy = {100, 100, 0, 0, 0, 0};
    subject.figures.notifications.read = 100;
    return subject;
}

TEST(RecordingFindings, TellThatZeroCopyCopied) {
    AttachedSubject subject = zero_copy_sender("sendmsg");
    EXPECT_EQ(insight_of(trace_with({subject}), "zerocopy-copied"), "not found");
    subject.figures.zerocopy.copied = 60;
    subject.figures.copied_after_all = {{CopyReason::linearized, Path::linearize, 60, 600'000, {}}};
    EXPECT_THAT(insight_of(trace_with({subject}), "zerocopy-copied"),
                AllOf(HasSubstr("60 % of 100 completed sends were copied after all"), HasSubstr("linearizing"),
                      HasSubstr("SO_EE_CODE_ZEROCOPY_COPIED"), Not(HasSubstr("IORING"))));
    AttachedSubject ring = zero_copy_sender("io_uring_enter");
    ring.figures.zerocopy.copied = 100;
    EXPECT_THAT(insight_of(trace_with({ring}), "zerocopy-copied"), HasSubstr("IORING_NOTIF_USAGE_ZC_COPIED"));
}

TEST(RecordingFindings, TellOfZeroCopySendsOfWhichNobodyKnowsWhetherTheyWereCopied) {
    AttachedSubject subject = zero_copy_sender("sendmsg");
    EXPECT_EQ(insight_of(trace_with({subject}), "zerocopy-unknown"), "not found");
    subject.unknown_fates = 70;
    subject.unknown_fates_reason = "no call was timed";
    EXPECT_THAT(insight_of(trace_with({subject}), "zerocopy-unknown"),
                AllOf(HasSubstr("whether 70 zero-copy sends of sender 3 were copied after all: no call was timed"),
                      HasSubstr("--timing all"), Not(HasSubstr("IORING"))));
    AttachedSubject ring = zero_copy_sender("io_uring_enter");
    ring.unknown_fates = 1;
    EXPECT_THAT(insight_of(trace_with({ring}), "zerocopy-unknown"),
                AllOf(HasSubstr("1 zero-copy send of sender 3 was copied"), HasSubstr("IORING_SEND_ZC_REPORT_USAGE")));
}

TEST(RecordingFindings, TellOfCompletionsThatAreNotRead) {
    AttachedSubject subject = zero_copy_sender("sendmsg");
    EXPECT_EQ(insight_of(trace_with({subject}), "completions-unread"), "not found");
    subject.figures.notifications = {};
    EXPECT_THAT(insight_of(trace_with({subject}), "completions-unread"), HasSubstr("none of 100 was read"));
    subject.figures.notifications.read = 2;
    subject.figures.notifications.merged = 1;
    subject.figures.notifications.merged_sends = 99;
    EXPECT_EQ(insight_of(trace_with({subject}), "completions-unread"), "not found")
        << "one notification tells of 99 sends";
    subject.figures.notifications = {};
    subject.figures.notifications.reason = "not followed";
    EXPECT_THAT(insight_of(trace_with({subject}), "completions-unread"), HasSubstr("none of 100 was read"))
        << "the error queue was never read";
    subject.figures.zerocopy.notifications = 1;
    EXPECT_EQ(insight_of(trace_with({subject}), "completions-unread"), "not found") << "one may tell of all";
    subject.figures.zerocopy.notifications = 0;
    subject.figures.path(Path::errqueue_syscall).calls = Figure::unavailable("no call was timed");
    EXPECT_EQ(insight_of(trace_with({subject}), "completions-unread"), "not found") << "nothing is known";
    AttachedSubject ring = zero_copy_sender("io_uring_enter");
    ring.figures.notifications = {};
    EXPECT_EQ(insight_of(trace_with({ring}), "completions-unread"), "not found") << "io_uring has no error queue";
}

Recording stalled() {
    AttachedSubject server = idle_process("server 1");
    send(server, 8 * 200, 8 * 200 * 256);
    receive(server, 200, 200 * 16);
    AttachedSubject client = idle_process("client 2");
    send(client, 200, 200 * 16);
    receive(client, 1600, 8 * 200 * 256);
    client.figures.path(Path::recv_syscall).histogram.emplace();
    for (int i = 0; i < 200; ++i)
        client.figures.path(Path::recv_syscall).histogram->record(41'000'000);
    Recording recording = trace_with({server, client});
    recording.network.emplace().counters = {{"TcpExt.DelayedACKs", 200}};
    return recording;
}

TEST(RecordingFindings, FindTheDelayedAcknowledgementOfAForeignProgram) {
    EXPECT_THAT(insight_of(stalled(), "delayed-ack-stall"),
                AllOf(HasSubstr("client 2 waits about 40 ms"), HasSubstr("200 delayed acknowledgements"),
                      HasSubstr("server 1 sends in 8.0 calls"), HasSubstr("TCP_NODELAY")));
    Recording unknown = stalled();
    unknown.network.reset();
    EXPECT_THAT(insight_of(unknown, "delayed-ack-stall"), Not(HasSubstr("the kernel sent")));
}

TEST(RecordingFindings, BlameNoDelayedAcknowledgementWhereThereWasNone) {
    Recording none = stalled();
    none.network->counters.clear();
    EXPECT_EQ(insight_of(none, "delayed-ack-stall"), "not found") << "a program that answers after 41 ms";
    Recording fast = stalled();
    Histogram quick;
    for (int i = 0; i < 200; ++i)
        quick.record(20'000'000);
    fast.subjects.back().figures.path(Path::recv_syscall).histogram = quick;
    EXPECT_EQ(insight_of(fast, "delayed-ack-stall"), "not found");
}

TEST(RecordingFindings, ExplainWaysThatDoNotCopy) {
    AttachedSubject server = idle_process("nginx 1");
    send(server, 10, 1'000'000, Path::splice_in, "sendfile");
    EXPECT_THAT(insight_of(trace_with({server}), "sent-by-reference"), HasSubstr("no copy_in"));
    AttachedSubject client = idle_process("reader 2");
    receive(client, 10, 1'000'000, Path::mapped);
    EXPECT_THAT(insight_of(trace_with({client}), "received-uncopied"), HasSubstr("no copy_out"));
    AttachedSubject dropper = idle_process("dropper 3");
    receive(dropper, 10, 1'000'000, Path::discarded);
    EXPECT_THAT(insight_of(trace_with({dropper}), "discarded"), HasSubstr("MSG_TRUNC"));
    AttachedSubject tls = idle_process("tls 4");
    send(tls, 10, 1'000'000, Path::tls_tx);
    EXPECT_THAT(insight_of(trace_with({tls}), "kernel-tls"), HasSubstr("kTLS"));
    AttachedSubject little = idle_process("plain 5");
    send(little, 1000, 8'000'000);
    little.figures.path(Path::splice_in).bytes = Figure::exact(100.0);
    EXPECT_EQ(insight_of(trace_with({little}), "sent-by-reference"), "not found") << "less than a hundredth";
}

TEST(RecordingFindings, TellOfBytesThatAreCopiedTwice) {
    AttachedSubject subject = idle_process("peeker 1");
    receive(subject, 100, 10'000);
    EXPECT_EQ(insight_of(trace_with({subject}), "peeked-twice"), "not found");
    subject.figures.path(Path::peeked).bytes = Figure::exact(10'000.0);
    EXPECT_THAT(insight_of(trace_with({subject}), "peeked-twice"), HasSubstr("copied twice"));
    EXPECT_EQ(copies_per_byte(subject.figures, Direction::received).value, 2.0);
}

TEST(RecordingFindings, TellOfSmallSends) {
    AttachedSubject subject = idle_process("chatty 1");
    send(subject, 800, 800 * 64);
    receive(subject, 100, 1600);
    EXPECT_THAT(insight_of(trace_with({subject}), "small-sends"),
                AllOf(HasSubstr("64 B a call"), HasSubstr("8.0 calls")));
    AttachedSubject answers = idle_process("answers 2");
    send(answers, 800, 800 * 64);
    receive(answers, 800, 1600);
    EXPECT_EQ(insight_of(trace_with({answers}), "small-sends"), "not found")
        << "a small answer to each request is no part";
}

TEST(RecordingFindings, TellWhatIsUncertainOrSummed) {
    AttachedSubject subject = idle_process("busy 1");
    subject.sockets.uncertain_bytes = 4096;
    AttachedSubject others = idle_process("others");
    others.members = 12;
    const Recording recording = trace_with({subject, others});
    EXPECT_THAT(insight_of(recording, "bytes-uncertain"), HasSubstr("wrong by 4.00 KiB at most"));
    EXPECT_THAT(insight_of(recording, "subjects-summed"), HasSubstr("12 more process"));
    EXPECT_EQ(insight_of(trace_with({idle_process("some 1")}), "subjects-summed"), "not found");
}

} // namespace
} // namespace netio::analysis
