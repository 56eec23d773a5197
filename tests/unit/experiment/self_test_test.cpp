// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/self_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiment/tracing.h"

#include <initializer_list>

namespace netio::experiment {
namespace {

using testing::HasSubstr;

/// A plan in which fentry hooks all that it can, or tracepoints alone count.
tracer::ProbePlan plan_with(Backend hooks) {
    tracer::ProbePlan plan;
    for (Path path : all_paths)
        plan.paths[index_of(path)] = {path, Backend::tracepoint, Quality::exact, Quality::exact, Quality::exact, {}};
    if (hooks != Backend::tracepoint)
        for (Path path : {Path::tcp_sendmsg, Path::copy_in, Path::pin, Path::deferred_copy, Path::zc_complete})
            plan.paths[index_of(path)].backend = hooks;
    return plan;
}

/// 10 messages of A3 whose pages were copied after all, and of which each path saw something.
Cell seen_by_all() {
    Cell cell;
    cell.variant = Variant::A3;
    cell.sender.calls = {10, 10'000, 10, 10, 10};
    cell.sender.zerocopy.sends = cell.sender.zerocopy.completions = cell.sender.zerocopy.copied = 10;
    cell.receiver.calls = {10, 10, 10, 10'000, 0};
    cell.trace = Trace::of_both_ends();
    for (Path path : all_paths)
        cell.trace->of(Role::sender).path(path).calls = Figure::exact(10);
    return cell;
}

Cell without(std::initializer_list<Path> paths) {
    Cell cell = seen_by_all();
    for (Path path : paths)
        cell.trace->of(Role::sender).path(path).calls = Figure::exact(0);
    return cell;
}

TEST(SelfTest, IsContentWhenEachPathSawSomething) {
    for (Backend backend : {Backend::fentry, Backend::kprobe, Backend::tracepoint})
        EXPECT_FALSE(find_silent(plan_with(backend), seen_by_all())) << name_of(backend);
}

TEST(SelfTest, ABackendThatIsAttachedAndDoesNotRunIsFound) {
    for (Backend backend : {Backend::fentry, Backend::kprobe})
        for (Path path : {Path::tcp_sendmsg, Path::copy_in, Path::pin, Path::deferred_copy, Path::zc_complete}) {
            const auto silent = find_silent(plan_with(backend), without({path}));
            ASSERT_TRUE(silent) << name_of(path);
            EXPECT_EQ(silent->backend, backend) << name_of(path);
            EXPECT_THAT(silent->error.why, HasSubstr(std::string(name_of(path))));
            EXPECT_THAT(silent->error.hint, HasSubstr("kernel.ftrace_enabled"));
        }
}

TEST(SelfTest, SilentSystemCallsAreTheTracepoints) {
    const auto silent = find_silent(plan_with(Backend::fentry), without({Path::send_syscall, Path::tcp_sendmsg}));
    ASSERT_TRUE(silent);
    EXPECT_EQ(silent->backend, Backend::tracepoint) << "what lies below is not seen without them";
    EXPECT_EQ(silent->target, "sys_enter");
}

TEST(SelfTest, ASilentTracepointIsNamed) {
    EXPECT_EQ(find_silent(plan_with(Backend::fentry), without({Path::copy_out}))->target, "skb_copy_datagram_iovec");
    EXPECT_EQ(find_silent(plan_with(Backend::tracepoint), without({Path::zc_complete}))->target,
              "inet_sk_error_report");
}

TEST(SelfTest, WhatDidNotHappenNeedNotBeSeen) {
    Cell cell = without({Path::deferred_copy});
    cell.sender.zerocopy.copied = 0;
    EXPECT_FALSE(find_silent(plan_with(Backend::fentry), cell)) << "no zero-copy send was copied after all";
    cell = without({Path::pin, Path::deferred_copy, Path::zc_complete});
    cell.sender.zerocopy = {};
    EXPECT_FALSE(find_silent(plan_with(Backend::fentry), cell)) << "no zero-copy send was made";
    EXPECT_FALSE(find_silent(plan_with(Backend::fentry), without({Path::linearize, Path::skb_copy})));
}

TEST(SelfTest, EstimatesAndWhatIsNotPlannedAreNotLookedAt) {
    EXPECT_FALSE(find_silent(plan_with(Backend::tracepoint), without({Path::deferred_copy})))
        << "counted from packets, and checked by the laws";
    tracer::ProbePlan plan = plan_with(Backend::fentry);
    plan.paths[index_of(Path::copy_in)] = {Path::copy_in,        Backend::sampler, Quality::unavailable,
                                           Quality::unavailable, Quality::sampled, {}};
    EXPECT_FALSE(find_silent(plan, without({Path::copy_in})));
}
TEST(PlanOfARun, TakesBackWhatTheFiguresOfTheTestDo) {
    Trace trace = Trace::of_both_ends();
    Figure& bytes = trace.of(Role::sender).path(Path::deferred_copy).bytes;
    std::vector<PathPlan> plan{
        {Path::deferred_copy, Backend::tracepoint, Quality::unavailable, Quality::exact, Quality::sampled, "no hook"}};
    bytes = Figure::exact(1.0);
    keep_to_what_was_seen(trace, plan);
    EXPECT_EQ(plan[0].bytes, Quality::exact);
    bytes = Figure::at_least(1.0, "seen on delivery only");
    keep_to_what_was_seen(trace, plan);
    EXPECT_EQ(plan[0].bytes, Quality::exact) << "what is known at least is what the plan can do";
    EXPECT_EQ(plan[0].reason, "no hook");
    bytes = Figure::estimated(1.0, "by completions");
    keep_to_what_was_seen(trace, plan);
    keep_to_what_was_seen(trace, plan);
    EXPECT_EQ(plan[0].bytes, Quality::estimated);
    EXPECT_EQ(plan[0].time, Quality::sampled) << "which the plan knows already";
    EXPECT_EQ(plan[0].reason, "no hook; by completions");
    plan[0].bytes = Quality::exact;
    trace.losses = {loss_of("unclosed_calls", 1)};
    keep_to_what_was_seen(trace, plan);
    EXPECT_EQ(plan[0].bytes, Quality::exact) << "lost events are of this moment";
}

} // namespace
} // namespace netio::experiment
