// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/probe_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace netio::tracer {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const Answer yes{true, "tried", {}};
const Answer no{false, "answered Operation not permitted [EPERM]", {}};

Features everything() {
    Features features;
    features.btf = features.bpf = features.raw_tracepoint = features.cpu_clock_sampling = features.kernel_symbols = yes;
    for (const TracepointProgram& program : tracepoint_programs())
        features.tracepoints[std::string(program.tracepoint)] = yes;
    return features;
}

const PathPlan& of(const ProbePlan& plan, Path path) { return plan.paths[index_of(path)]; }

/// Whatever the features, a plan must not leave a reader guessing.
void expect_reasons(const ProbePlan& plan) {
    for (Path path : all_paths) {
        const PathPlan& path_plan = of(plan, path);
        EXPECT_EQ(path_plan.path, path);
        const bool incomplete = path_plan.calls == Quality::unavailable || path_plan.time == Quality::unavailable;
        EXPECT_TRUE(!incomplete || !path_plan.reason.empty()) << name_of(path);
        EXPECT_TRUE(path_plan.backend != Backend::none || path_plan.calls == Quality::unavailable) << name_of(path);
    }
}

TEST(ProbePlan, WithEverythingIsExactExceptForFunctionsWithoutTracepoints) {
    const ProbePlan plan = make_plan(everything(), {});
    expect_reasons(plan);
    EXPECT_TRUE(plan.impossible.empty());
    EXPECT_EQ(plan.backends, "tracepoint + sampler");
    EXPECT_EQ(plan.sample_frequency, 997U);
    for (const TracepointProgram& program : tracepoint_programs())
        EXPECT_TRUE(plan.has(program.program)) << program.program;
    EXPECT_TRUE(plan.has(sampler_program));
    for (Path path : {Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall, Path::wait_send, Path::wait_recv,
                      Path::zc_complete}) {
        EXPECT_EQ(of(plan, path).calls, Quality::exact) << name_of(path);
        EXPECT_EQ(of(plan, path).time, Quality::exact) << name_of(path);
        EXPECT_EQ(of(plan, path).backend, Backend::tracepoint) << name_of(path);
    }
    for (Path path : {Path::copy_in, Path::pin, Path::copy_out, Path::deferred_copy}) {
        EXPECT_EQ(of(plan, path).bytes, Quality::exact) << name_of(path);
        EXPECT_EQ(of(plan, path).time, Quality::sampled) << name_of(path);
    }
    for (Path path : {Path::tcp_sendmsg, Path::linearize, Path::skb_copy}) {
        EXPECT_EQ(of(plan, path).calls, Quality::unavailable) << name_of(path);
        EXPECT_EQ(of(plan, path).backend, Backend::sampler) << name_of(path);
        EXPECT_EQ(of(plan, path).time, Quality::sampled) << name_of(path);
        EXPECT_THAT(of(plan, path).reason, HasSubstr("fentry or kprobes"));
    }
}

TEST(ProbePlan, WithoutConsumeSkbHasNoCompletionsButTheirSends) {
    Features features = everything();
    features.tracepoints["consume_skb"] = no;
    const ProbePlan plan = make_plan(features, {});
    expect_reasons(plan);
    EXPECT_EQ(of(plan, Path::zc_complete).calls, Quality::unavailable);
    EXPECT_THAT(of(plan, Path::zc_complete).reason, HasSubstr("consume_skb"));
    EXPECT_EQ(of(plan, Path::pin).bytes, Quality::exact);
    EXPECT_FALSE(plan.has("tp_consume_skb"));
}

TEST(ProbePlan, WithoutNetifReceiveSkbSamplesDeferredCopies) {
    Features features = everything();
    features.tracepoints.erase("netif_receive_skb");
    const ProbePlan plan = make_plan(features, {});
    expect_reasons(plan);
    EXPECT_EQ(of(plan, Path::deferred_copy).bytes, Quality::unavailable);
    EXPECT_EQ(of(plan, Path::deferred_copy).time, Quality::sampled);
    EXPECT_EQ(of(plan, Path::deferred_copy).backend, Backend::sampler);
}

TEST(ProbePlan, WithoutSystemCallTracepointsKeepsTheSampler) {
    Features features = everything();
    features.tracepoints["sys_enter"] = no;
    const ProbePlan plan = make_plan(features, {});
    expect_reasons(plan);
    for (Path path : {Path::send_syscall, Path::copy_in, Path::copy_out, Path::wait_recv})
        EXPECT_EQ(of(plan, path).calls, Quality::unavailable) << name_of(path);
    EXPECT_EQ(of(plan, Path::copy_in).time, Quality::sampled);
}

TEST(ProbePlan, WithoutSymbolsDoesNotSampleNorTellCompletionsApart) {
    Features features = everything();
    features.kernel_symbols = no;
    const ProbePlan plan = make_plan(features, {});
    expect_reasons(plan);
    EXPECT_EQ(plan.sample_frequency, 0U);
    EXPECT_EQ(plan.backends, "tracepoint");
    EXPECT_FALSE(plan.has(sampler_program));
    EXPECT_EQ(of(plan, Path::copy_in).time, Quality::unavailable);
    EXPECT_EQ(of(plan, Path::copy_in).bytes, Quality::exact);
    EXPECT_EQ(of(plan, Path::zc_complete).calls, Quality::unavailable);
    EXPECT_EQ(of(plan, Path::tcp_sendmsg).backend, Backend::none);
}

TEST(ProbePlan, WithSamplingSwitchedOffSaysSo) {
    PlanRequest request;
    request.sample_frequency = 0;
    const ProbePlan plan = make_plan(everything(), request);
    expect_reasons(plan);
    EXPECT_THAT(of(plan, Path::copy_out).reason, HasSubstr("switched off"));
    EXPECT_THAT(plan.programs, Not(Contains(std::string(sampler_program))));
}

TEST(ProbePlan, WithNothingNamesTheObstacleForEachPath) {
    for (Answer Features::*missing : {&Features::btf, &Features::bpf, &Features::raw_tracepoint}) {
        Features features = everything();
        features.*missing = no;
        const ProbePlan plan = make_plan(features, {});
        expect_reasons(plan);
        ASSERT_FALSE(plan.impossible.empty());
        EXPECT_TRUE(plan.programs.empty());
        EXPECT_EQ(plan.backends, "none");
        for (Path path : all_paths) {
            EXPECT_EQ(of(plan, path).bytes, Quality::unavailable);
            EXPECT_THAT(of(plan, path).reason, HasSubstr("EPERM"));
        }
    }
    EXPECT_FALSE(make_plan({}, {}).impossible.empty());
}

} // namespace
} // namespace netio::tracer
