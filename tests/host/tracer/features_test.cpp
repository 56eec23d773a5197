// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gtest/gtest.h>

#include <fstream>

#include "model/probe.h"
#include "tracer/features.h"
#include "tracer/probe_plan.h"

namespace netio::tracer {
namespace {

TEST(Features, AreWhatTheKernelAnswers) {
    const Features features = probe_features();
    EXPECT_TRUE(features.bpf.yes) << features.bpf.evidence;
    EXPECT_TRUE(features.btf.yes) << features.btf.evidence;
    EXPECT_TRUE(features.raw_tracepoint.yes) << features.raw_tracepoint.evidence;
    EXPECT_TRUE(features.cpu_clock_sampling.yes) << features.cpu_clock_sampling.evidence;
    EXPECT_TRUE(features.kernel_symbols.yes) << features.kernel_symbols.evidence;
    EXPECT_EQ(features.kprobe.yes, std::ifstream("/sys/bus/event_source/devices/kprobe/type").good());
    for (const Ability* answer : {&features.fentry, &features.kprobe, &features.bpf})
        EXPECT_FALSE(answer->evidence.empty());
    for (const Probe& probe : all_probes()) {
        if (probe.kind != ProbeKind::tracepoint)
            continue;
        const auto found = features.tracepoints.find(std::string(probe.name));
        ASSERT_NE(found, features.tracepoints.end()) << probe.name;
        EXPECT_FALSE(found->second.evidence.empty());
    }
    EXPECT_TRUE(features.tracepoints.at("sys_enter").yes);
    EXPECT_FALSE(features.preemptible_tracepoints.evidence.empty());
    EXPECT_EQ(features.trace_events.empty(), !features.preemptible_tracepoints.yes) << "asked where they are needed";
}

TEST(Features, GiveAPlanWithExactBytes) {
    const ProbePlan plan = make_plan(probe_features(), {});
    EXPECT_TRUE(plan.impossible.empty());
    EXPECT_EQ(plan.paths[index_of(Path::copy_out)].bytes, Quality::exact);
    EXPECT_EQ(plan.paths[index_of(Path::wait_recv)].time, Quality::exact);
}

} // namespace
} // namespace netio::tracer
