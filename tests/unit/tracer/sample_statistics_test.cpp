// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/sample_statistics.h"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <string>

#include "stack_builder.h"

namespace netio::tracer {
namespace {

constexpr double period_ns = 1e6;
constexpr const char* copying_in = "_copy_from_iter < tcp_sendmsg_locked < tcp_sendmsg < __sys_sendto < do_syscall_64";
constexpr const char* sending = "tcp_write_xmit < tcp_sendmsg_locked < tcp_sendmsg < __sys_sendto < do_syscall_64";
constexpr const char* copying_later = "memcpy < skb_copy_ubufs < ip_local_deliver_finish < process_backlog < "
                                      "handle_softirqs < do_softirq < __local_bh_enable_ip < tcp_sendmsg_locked";
constexpr const char* receiving = "tcp_v4_rcv < ip_local_deliver_finish < process_backlog < handle_softirqs < "
                                  "do_softirq < __local_bh_enable_ip < tcp_sendmsg_locked";

class Samples : public testing::Test {
  protected:
    void kernel(const char* stack, std::optional<Role> task, std::optional<Role> softirq, std::uint64_t count) {
        stacks_.push_back({builder_.stack(stack), number(task), number(softirq), false, count});
    }
    void user(std::optional<Role> task, std::uint64_t count) {
        stacks_.push_back({{}, number(task), std::nullopt, true, count});
    }

    SampleStatistics add_up() {
        StackClassifier classifier = builder_.classifier();
        return add_up_samples(stacks_, subjects_, {period_ns}, classifier);
    }

    static std::optional<std::uint32_t> number(std::optional<Role> role) {
        return role ? std::optional(subject_of(*role)) : std::nullopt;
    }

    StackBuilder builder_;
    std::vector<SampledStack> stacks_;
    std::vector<Subject> subjects_ = both_ends();
};

const SubjectStatistics& of(const SampleStatistics& statistics, Role role) {
    return statistics.subjects[subject_of(role)];
}
const SampledPath& of(const SampleStatistics& statistics, Role role, Path path) {
    return of(statistics, role).paths[index_of(path)];
}

TEST_F(Samples, StandForWhatTheKernelAccountedToTheTasks) {
    kernel(sending, Role::sender, std::nullopt, 10);
    kernel(receiving, Role::sender, Role::receiver, 10); // a softirq on the sender's time
    user(Role::receiver, 20);
    StackClassifier classifier = builder_.classifier();
    SampleClock clock{period_ns, 60 * period_ns, true};
    EXPECT_EQ(add_up_samples(stacks_, subjects_, clock, classifier).period_ns, 1.5 * period_ns) << "40 samples";
    clock.interrupts_are_accounted = false;
    EXPECT_EQ(add_up_samples(stacks_, subjects_, clock, classifier).period_ns, 2.0 * period_ns) << "30 of tasks alone";
    clock.accounted_ns = 0.0;
    EXPECT_EQ(add_up_samples(stacks_, subjects_, clock, classifier).period_ns, period_ns) << "not known";
    stacks_.clear();
    clock.accounted_ns = 60 * period_ns;
    EXPECT_EQ(add_up_samples(stacks_, subjects_, clock, classifier).period_ns, period_ns) << "no sample";
}

TEST_F(Samples, OfTasksAreWhatTheKernelAccountsToThem) {
    kernel(sending, Role::sender, std::nullopt, 10);
    kernel(receiving, Role::sender, Role::receiver, 5); // a softirq on the sender's time
    kernel(receiving, std::nullopt, Role::receiver, 3); // on an idle CPU's
    user(Role::sender, 4);
    const SampleStatistics statistics = add_up();
    EXPECT_EQ(of(statistics, Role::sender).cpu.total_ns.value, 14 * period_ns);
    EXPECT_EQ(of(statistics, Role::sender).cpu.thread_ns.value, 19 * period_ns);
    EXPECT_EQ(of(statistics, Role::receiver).cpu.total_ns.value, 8 * period_ns);
    EXPECT_EQ(of(statistics, Role::receiver).cpu.thread_ns.value, 0.0);
}

TEST_F(Samples, InCopiesOfSkbsAreEvidenceOfThem) {
    constexpr const char* segmenting = "memcpy < skb_copy_bits < __pskb_pull_tail < skb_segment < validate_xmit_skb";
    kernel(segmenting, Role::sender, std::nullopt, 3);
    kernel("skb_copy_bits < ip_frag_next < ip_do_fragment", Role::sender, std::nullopt, 2);
    // Of a softirq for a socket that is not known: that there was a copy is evidence, whoever it is of.
    kernel("memcpy < skb_copy_ubufs < dev_queue_xmit_nit < net_tx_action < handle_softirqs", Role::receiver,
           std::nullopt, 1);
    kernel(copying_in, Role::sender, std::nullopt, 30);
    const SampleStatistics statistics = add_up();
    const auto& sites = statistics.copy_sites;
    ASSERT_EQ(sites.size(), 3U);
    EXPECT_EQ(sites[0].path, Path::linearize);
    EXPECT_EQ(sites[0].reason, CopyReason::linearized);
    EXPECT_EQ(sites[0].samples, 3U);
    EXPECT_EQ(sites[0].functions.front(), "__pskb_pull_tail") << "what it calls tells nothing of why";
    EXPECT_EQ(sites[1].path, Path::skb_copy);
    EXPECT_EQ(sites[1].reason, CopyReason::fragmentation);
    EXPECT_EQ(sites[2].reason, CopyReason::packet_tap);
    EXPECT_EQ(of(statistics, Role::receiver, Path::deferred_copy).samples, 0U);
}

TEST_F(Samples, AreTimesOfPathsInclusiveAndExclusive) {
    kernel(copying_in, Role::sender, std::nullopt, 30);
    kernel(sending, Role::sender, std::nullopt, 12);
    const SampleStatistics statistics = add_up();
    EXPECT_EQ(of(statistics, Role::sender, Path::copy_in).inclusive_ns.value, 30 * period_ns);
    EXPECT_EQ(of(statistics, Role::sender, Path::copy_in).samples, 30U);
    EXPECT_EQ(of(statistics, Role::sender, Path::tcp_sendmsg).inclusive_ns.value, 42 * period_ns);
    EXPECT_EQ(of(statistics, Role::sender, Path::tcp_sendmsg).exclusive_ns.value, 12 * period_ns);
    EXPECT_EQ(of(statistics, Role::sender, Path::send_syscall).exclusive_ns.value, 0.0);
    EXPECT_EQ(of(statistics, Role::receiver, Path::tcp_sendmsg).inclusive_ns.value, 0.0);
}

TEST_F(Samples, HaveAnIntervalAlsoWhenThereIsNone) {
    kernel(copying_in, Role::sender, std::nullopt, 30);
    const SampleStatistics statistics = add_up();
    const Figure& some = of(statistics, Role::sender, Path::copy_in).inclusive_ns;
    EXPECT_EQ(some.quality, Quality::sampled);
    EXPECT_NEAR(some.low, 20.24 * period_ns, 0.01 * period_ns);
    EXPECT_NEAR(some.high, 42.83 * period_ns, 0.01 * period_ns);
    const Figure& none = of(statistics, Role::sender, Path::deferred_copy).inclusive_ns;
    EXPECT_EQ(none.quality, Quality::sampled);
    EXPECT_EQ(none.value, 0.0);
    EXPECT_EQ(none.low, 0.0);
    EXPECT_NEAR(none.high, 3.689 * period_ns, 0.001 * period_ns);
}

TEST_F(Samples, AreNoTimeOfAPathThatNoFunctionStandsFor) {
    kernel(copying_in, Role::sender, std::nullopt, 30);
    StackClassifier classifier(builder_.symbols(), SymbolClasses::parse("[path copy_in]\n_copy_from_iter\n").value());
    const SampleStatistics statistics = add_up_samples(stacks_, subjects_, {period_ns}, classifier);
    EXPECT_EQ(of(statistics, Role::sender, Path::copy_in).inclusive_ns.value, 30 * period_ns);
    const SampledPath& other = of(statistics, Role::sender, Path::tcp_sendmsg);
    EXPECT_FALSE(other.inclusive_ns.available()) << "not known, rather than 0";
    EXPECT_FALSE(other.exclusive_ns.available());
    EXPECT_EQ(other.inclusive_ns.reason, "no sampled function stands for this path");
}

TEST_F(Samples, AreKeptByStackOnlyWhenAsked) {
    kernel(copying_in, Role::sender, std::nullopt, 30);
    EXPECT_FALSE(add_up().stacks);
    StackClassifier classifier = builder_.classifier();
    EXPECT_TRUE(add_up_samples(stacks_, subjects_, {period_ns}, classifier, true).stacks);
}

TEST_F(Samples, KeptByStackAddUpToThoseOfTheRole) {
    kernel(copying_in, Role::sender, std::nullopt, 30);
    kernel(copying_in, Role::sender, std::nullopt, 2);
    kernel(receiving, Role::sender, Role::receiver, 5);
    kernel(copying_later, Role::receiver, Role::receiver, 7);
    kernel("memcpy", std::nullopt, std::nullopt, 100);
    user(Role::sender, 4);
    StackClassifier classifier = builder_.classifier();
    const SampleStatistics statistics = add_up_samples(stacks_, subjects_, {period_ns}, classifier, true);
    const KernelStacks& kept = *statistics.stacks;
    std::array<std::uint64_t, 2> sums{};
    for (const StackCount& stack : kept.stacks)
        sums[stack.subject] += stack.count;
    EXPECT_EQ(sums[0], of(statistics, Role::sender).cpu.samples);
    EXPECT_EQ(sums[1], of(statistics, Role::receiver).cpu.samples);

    const auto text_of = [&](const StackCount& stack) {
        std::string text(name_of(stack.context));
        for (std::uint32_t frame : stack.frames)
            text += " > " + kept.symbols[frame];
        return text;
    };
    std::map<std::string, std::uint64_t> counts;
    for (const StackCount& stack : kept.stacks)
        counts[subjects_[stack.subject].name + " " + text_of(stack)] = stack.count;
    const std::map<std::string, std::uint64_t> expected{
        {"sender task > do_syscall_64 > __sys_sendto > tcp_sendmsg > tcp_sendmsg_locked > _copy_from_iter", 32},
        {"sender softirq > handle_softirqs > process_backlog > ip_local_deliver_finish > skb_copy_ubufs > memcpy", 7},
        {"receiver softirq > handle_softirqs > process_backlog > ip_local_deliver_finish > tcp_v4_rcv", 5},
        {"sender user", 4}};
    EXPECT_EQ(counts, expected);
}

TEST_F(Samples, InSoftirqBelongToTheSocketsEnd) {
    kernel(receiving, Role::sender, Role::receiver, 5);
    const SampleStatistics statistics = add_up();
    EXPECT_EQ(of(statistics, Role::sender).cpu.samples, 0U);
    EXPECT_EQ(of(statistics, Role::receiver).cpu.samples, 5U);
    EXPECT_EQ(of(statistics, Role::receiver).cpu.softirq.value, 1.0);
}

TEST_F(Samples, OfADeferredCopyBelongToTheEndThatSentThePages) {
    kernel(copying_later, Role::receiver, Role::receiver, 7);
    const SampleStatistics statistics = add_up();
    EXPECT_EQ(of(statistics, Role::sender, Path::deferred_copy).samples, 7U);
    EXPECT_EQ(of(statistics, Role::receiver, Path::deferred_copy).samples, 0U);
    EXPECT_EQ(of(statistics, Role::sender).cpu.samples, 7U);
}

TEST_F(Samples, OfADeferredCopyForASubjectWithoutPeerAreNobodysAndCounted) {
    subjects_[subject_of(Role::receiver)].peer.reset();
    kernel(copying_later, Role::receiver, Role::receiver, 7);
    kernel(receiving, Role::sender, Role::receiver, 5);
    const SampleStatistics statistics = add_up();
    EXPECT_EQ(of(statistics, Role::sender).cpu.samples, 0U);
    EXPECT_EQ(of(statistics, Role::receiver).cpu.samples, 5U) << "what it receives itself";
    EXPECT_EQ(statistics.counts.unattributed_softirq, 7U);
}

TEST_F(Samples, InSoftirqForAnUnknownSocketAreNobodysAndCounted) {
    kernel(receiving, Role::sender, std::nullopt, 3);
    kernel(receiving, std::nullopt, std::nullopt, 4);
    kernel("default_idle < do_idle", std::nullopt, std::nullopt, 100);
    const SampleStatistics statistics = add_up();
    EXPECT_EQ(statistics.counts.taken, 107U);
    EXPECT_EQ(statistics.counts.of_no_subject, 107U);
    EXPECT_EQ(statistics.counts.unattributed_softirq, 3U);
    EXPECT_EQ(of(statistics, Role::sender).cpu.samples, 0U);
}

TEST_F(Samples, OutsideOfSoftirqIgnoreTheSocketOfTheLastPacket) {
    kernel(sending, Role::sender, Role::receiver, 2);
    const SampleStatistics statistics = add_up();
    EXPECT_EQ(of(statistics, Role::sender).cpu.samples, 2U);
    EXPECT_EQ(of(statistics, Role::receiver).cpu.samples, 0U);
}

TEST_F(Samples, HaveSharesThatAddUpToOne) {
    kernel(copying_in, Role::sender, std::nullopt, 31);
    kernel(sending, Role::sender, std::nullopt, 17);
    kernel("_raw_spin_lock_bh < lock_sock_nested < tcp_sendmsg", Role::sender, std::nullopt, 5);
    kernel("bpf_prog_1_on_exit < bpf_trace_run2 < do_syscall_64", Role::sender, std::nullopt, 3);
    stacks_.push_back({{}, subject_of(Role::sender), std::nullopt, false, 1});
    user(Role::sender, 13);
    user(std::nullopt, 50);
    const SampleStatistics statistics = add_up();
    const CpuProfile& cpu = of(statistics, Role::sender).cpu;
    EXPECT_EQ(cpu.samples, 70U);
    EXPECT_EQ(cpu.total_ns.value, 70 * period_ns);
    const double classes = std::accumulate(cpu.share.begin(), cpu.share.end(), 0.0,
                                           [](double sum, const Figure& figure) { return sum + figure.value; });
    EXPECT_DOUBLE_EQ(classes + cpu.user_space.value, 1.0);
    EXPECT_DOUBLE_EQ(cpu.user_space.value, 13.0 / 70.0);
    EXPECT_DOUBLE_EQ(cpu.share[index_of(CpuClass::data_copy)].value, 31.0 / 70.0);
    EXPECT_DOUBLE_EQ(cpu.share[index_of(CpuClass::lock)].value, 5.0 / 70.0);
    EXPECT_DOUBLE_EQ(cpu.share[index_of(CpuClass::other)].value, 4.0 / 70.0);
    EXPECT_DOUBLE_EQ(cpu.tracing.value, 3.0 / 70.0);
    EXPECT_LT(cpu.tracing.low, cpu.tracing.value);
    EXPECT_GT(cpu.tracing.high, cpu.tracing.value);
    EXPECT_EQ(statistics.counts.without_stack, 1U);
    EXPECT_EQ(statistics.counts.of_no_subject, 50U);
}

TEST_F(Samples, OfARoleWithoutAnyHaveNoShares) {
    kernel(sending, Role::sender, std::nullopt, 2);
    const SampleStatistics statistics = add_up();
    EXPECT_FALSE(of(statistics, Role::receiver).cpu.user_space.available());
    EXPECT_FALSE(of(statistics, Role::receiver).cpu.user_space.reason.empty());
    EXPECT_TRUE(of(statistics, Role::receiver).cpu.total_ns.available());
}

TEST_F(Samples, NameTheTenHottestSymbols) {
    for (int i = 0; i < 12; ++i)
        kernel(("function_" + std::to_string(i) + ".isra.0 < tcp_sendmsg").c_str(), Role::sender, std::nullopt, 10 + i);
    kernel("function_11 < tcp_recvmsg", Role::sender, std::nullopt, 100);
    const auto hottest = of(add_up(), Role::sender).cpu.hottest_symbols;
    ASSERT_EQ(hottest.size(), 10U);
    EXPECT_EQ(hottest.front().first, "function_11");
    EXPECT_EQ(hottest.front().second, 121U);
    EXPECT_EQ(hottest.back().first, "function_2");
}

} // namespace
} // namespace netio::tracer
