// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/fallback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tracer/libbpf_log.h"
#include "tracer_features.h"

namespace netio::tracer {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Setback refused(const std::string& program, const ProbePlan& plan) {
    return {backend_of_program(program),
            plan.target_of(program),
            {"the kernel's verifier refused " + program, "R3 unbounded memory access", "another --backend"}};
}

TEST(Fallback, GoesFromFentryToKprobesToTracepointsToNothing) {
    Features features = everything();
    ProbePlan plan = make_plan(features, {});
    ASSERT_TRUE(plan.has("fexit_tcp_wmem_schedule"));

    ASSERT_TRUE(give_up(features, refused("fexit_tcp_wmem_schedule", plan)));
    plan = make_plan(features, {});
    EXPECT_EQ(plan.backends, "kprobe + tracepoint + sampler");
    EXPECT_FALSE(plan.has("btf_sys_enter")) << "programs of that type are fentry's";

    ASSERT_TRUE(give_up(features, refused("kretprobe_tcp_wmem_schedule", plan)));
    plan = make_plan(features, {});
    EXPECT_EQ(plan.backends, "tracepoint + sampler");
    EXPECT_THAT(plan.paths[index_of(Path::tcp_sendmsg)].reason, HasSubstr("R3 unbounded memory access"))
        << "the reader is told why";

    ASSERT_TRUE(give_up(features, refused("tp_sys_exit", plan)));
    plan = make_plan(features, {});
    ASSERT_THAT(plan.impossible, Not(IsEmpty()));
    EXPECT_THAT(plan.impossible.front(), HasSubstr("R3 unbounded memory access"));
}

TEST(Fallback, NothingIsGivenUpTwice) {
    Features features = everything();
    const ProbePlan plan = make_plan(features, {});
    for (const char* program :
         {"fentry_tcp_sendmsg", "kprobe_tcp_sendmsg", "on_sample", "tp_skb_copy_datagram_iovec", "tp_sys_exit"}) {
        EXPECT_TRUE(give_up(features, refused(program, plan))) << program;
        EXPECT_FALSE(give_up(features, refused(program, plan))) << program << ": tried for ever";
    }
    EXPECT_FALSE(give_up(features, {Backend::none, {}, {"no memory", {}, {}}})) << "the kernel refuses no program";
}

TEST(Fallback, ATracepointThatPlansCanDoWithoutGoesAlone) {
    Features features = everything();
    ASSERT_TRUE(give_up(features, {Backend::tracepoint, "skb_copy_datagram_iovec", {"silent", {}, {}}}));
    const ProbePlan plan = make_plan(features, {});
    EXPECT_THAT(plan.impossible, IsEmpty());
    EXPECT_EQ(plan.backends, "fentry + tracepoint + sampler");
    EXPECT_FALSE(plan.copy_out_timed);
}

TEST(Fallback, ATraceEventGivesWayToTheRawTracepoint) {
    Features features = with_preemptible_tracepoints(everything());
    const ProbePlan plan = make_plan(features, {});
    ASSERT_TRUE(plan.has("event_sys_exit"));
    ASSERT_TRUE(give_up(features, refused("event_sys_exit", plan)));
    EXPECT_FALSE(make_plan(features, {}).has("event_sys_exit"));
    EXPECT_TRUE(make_plan(features, {}).has("tp_sys_exit"));
    EXPECT_THAT(make_plan(features, {}).impossible, IsEmpty());
}

TEST(Fallback, TheProgramThatRegistersThreadsIsPartOfEveryPlan) {
    Features features = everything();
    const ProbePlan plan = make_plan(features, {});
    ASSERT_TRUE(give_up(features, refused("own_tid", plan)));
    EXPECT_THAT(make_plan(features, {}).impossible, Not(IsEmpty()));
}

TEST(Fallback, CalibrationGoesAlone) {
    Features features = everything();
    const ProbePlan before = make_plan(features, {});
    ASSERT_TRUE(give_up(features, refused("fexit_bpf_fentry_test1", before)));
    const ProbePlan plan = make_plan(features, {});
    EXPECT_EQ(plan.backends, before.backends);
    EXPECT_TRUE(plan.has("fexit_tcp_wmem_schedule"));
    EXPECT_NE(plan.calibration, before.calibration);
}

TEST(Fallback, WithoutSamplesTheReasonIsTold) {
    Features features = everything();
    ASSERT_TRUE(give_up(features, {Backend::sampler, {}, {"cannot open the sampling clock of CPU 0", "EACCES", {}}}));
    const ProbePlan plan = make_plan(features, {});
    EXPECT_EQ(plan.sample_frequency, 0U);
    EXPECT_THAT(plan.no_sampling, HasSubstr("cannot open the sampling clock of CPU 0: EACCES"));
    EXPECT_THAT(make_plan(everything(), {}).no_sampling, IsEmpty());
    PlanRequest none;
    none.sample_frequency = 0;
    EXPECT_THAT(make_plan(everything(), none).no_sampling, IsEmpty()) << "they were not asked for";
}

TEST(Fallback, TheNoteNamesWhatFailedWhyAndWhatIsUsedInstead) {
    const ProbePlan before = make_plan(everything(), {});
    const std::string note =
        note_of(refused("fexit_tcp_wmem_schedule", before), make_plan(without_fentry(everything()), {}));
    for (const char* part : {"fentry does not work", "kprobe + tracepoint + sampler", "fexit_tcp_wmem_schedule",
                             "R3 unbounded memory access"})
        EXPECT_THAT(note, HasSubstr(part));
    EXPECT_THAT(note, Not(HasSubstr("root"))) << "privileges are not what is missing";
}

TEST(ProbePlan, WhatTheKernelsBpfLacksIsTheReasonForNoPlan) {
    Features features = everything();
    features.needed_of_bpf["bpf_loop"] = {false, "BPF of this kernel has no bpf_loop() (Linux 5.17)", "Linux 5.17"};
    const ProbePlan plan = make_plan(features, {});
    ASSERT_EQ(plan.impossible.size(), 1U);
    EXPECT_EQ(plan.impossible.front(), "BPF of this kernel has no bpf_loop() (Linux 5.17)");
    features.needed_of_bpf["bpf_loop"].yes = true;
    EXPECT_THAT(make_plan(features, {}).impossible, IsEmpty());
}

/// What libbpf 1.1 and Linux 6.12 said of a program by clang 22 without the bounds of bpf/verifier.bpf.h, shortened;
/// the line of `someone_else` is added, because the log quotes comments of the source, which may look like a message.
constexpr const char* warnings = R"(libbpf: prog 'fexit_tcp_wmem_schedule': BPF program load failed: Permission denied
libbpf: prog 'fexit_tcp_wmem_schedule': -- BEGIN PROG LOAD LOG --
; prog 'someone_else': is only a comment of the source
59: (67) r2 <<= 2                     ; frame1: R2_w=scalar(smin=0,smax=umax=0x3fffffffc,var_off=(0x0; 0x3fffffffc))
60: (18) r3 = 0xffffd3a14048f020      ; frame1: R3_w=map_value(map=tracer_p.rodata,ks=4,vs=33120,off=0x8020)
63: (61) r8 = *(u32 *)(r3 +0)
R3 unbounded memory access, make sure to bounds check any such access
processed 1726 insns (limit 1000000) max_states_per_insn 7 total_states 82 peak_states 66 mark_read 6
-- END PROG LOAD LOG --
libbpf: prog 'fexit_tcp_wmem_schedule': failed to load: -13
libbpf: failed to load object 'tracer_programs'
libbpf: failed to load BPF skeleton 'tracer_programs': -13
)";

TEST(LibbpfWarnings, NameTheRefusedProgramAndTheVerifiersLastWords) {
    const auto refused = find_refused_program(warnings);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->name, "fexit_tcp_wmem_schedule");
    EXPECT_EQ(refused->verdict, "R3 unbounded memory access, make sure to bounds check any such access");
}

TEST(LibbpfWarnings, WithoutALogTheVerifierWasNotAsked) {
    const auto refused = find_refused_program("libbpf: prog 'tp_sys_enter': BPF program load failed: Operation not "
                                              "permitted\nlibbpf: prog 'tp_sys_enter': failed to load: -1\n");
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->name, "tp_sys_enter");
    EXPECT_THAT(refused->verdict, IsEmpty());
    EXPECT_FALSE(find_refused_program("libbpf: map 'rings': failed to create: Cannot allocate memory(-12)\n"));
    EXPECT_FALSE(find_refused_program(""));
}

TEST(LibbpfWarnings, TheVerdictIsNotWhatTheWorkTook) {
    EXPECT_EQ(verdict_of("invalid func unknown#181\nverification time 12 usec\nstack depth 0\nprocessed 3 insns\n"),
              "invalid func unknown#181");
    EXPECT_EQ(verdict_of("processed 3 insns\n"), "");
    EXPECT_EQ(verdict_of("\n"), "");
    EXPECT_EQ(verdict_of(std::string(1000, 'x')).size(), 300U);
}

} // namespace
} // namespace netio::tracer
