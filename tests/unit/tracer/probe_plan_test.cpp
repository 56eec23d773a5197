// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/probe_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "tracer_features.h"

namespace netio::tracer {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Ability no{false, "answered Operation not permitted [EPERM]", {}};

ProbePlan plan_for(const Features& features, std::optional<Backend> backend = {}) {
    PlanRequest request;
    request.backend = backend;
    return make_plan(features, request);
}

const PathPlan& of(const ProbePlan& plan, Path path) { return plan.paths[index_of(path)]; }

/// Whatever the features, a plan must not leave a reader guessing, nor attach a program twice.
void expect_sound(const ProbePlan& plan) {
    for (Path path : all_paths) {
        const PathPlan& path_plan = of(plan, path);
        EXPECT_EQ(path_plan.path, path);
        const bool incomplete = path_plan.calls == Quality::unavailable || path_plan.time != Quality::exact;
        EXPECT_TRUE(!incomplete || !path_plan.reason.empty() || path_plan.time == Quality::sampled) << name_of(path);
        EXPECT_TRUE(path_plan.backend != Backend::none || path_plan.calls == Quality::unavailable) << name_of(path);
    }
    std::set<std::string> names;
    for (const PlannedProgram& program : plan.programs) {
        EXPECT_TRUE(names.insert(program.name).second) << program.name << " is planned twice";
        EXPECT_FALSE(program.target.empty()) << program.name;
    }
    EXPECT_FALSE(plan.has(sampler_program)) << "the sampler is no program of a tracepoint";
}

bool has_hooks(const ProbePlan& plan, Backend backend) {
    return std::ranges::any_of(probes_of(ProbeKind::function), [&](const Probe& function) {
        return plan.has(entry_program(backend, function.name)) || plan.has(exit_program(backend, function.name));
    });
}

constexpr std::array hooked_paths{Path::tcp_sendmsg, Path::copy_in,  Path::pin,        Path::deferred_copy,
                                  Path::linearize,   Path::skb_copy, Path::zc_complete};

TEST(ProbePlan, TakesFentryWhereverItWorks) {
    const ProbePlan plan = plan_for(everything());
    expect_sound(plan);
    EXPECT_THAT(plan.impossible, IsEmpty());
    EXPECT_EQ(plan.backends, "fentry + tracepoint + sampler");
    for (Path path : hooked_paths) {
        EXPECT_EQ(of(plan, path).backend, Backend::fentry) << name_of(path);
        EXPECT_EQ(of(plan, path).calls, Quality::exact) << name_of(path);
        EXPECT_EQ(of(plan, path).time, path == Path::copy_in ? Quality::bracketed : Quality::exact) << name_of(path);
    }
    for (const Probe& function : probes_of(ProbeKind::function)) {
        const bool calibrates = function.name.starts_with("bpf_fentry_test");
        EXPECT_EQ(plan.has(entry_program(Backend::fentry, function.name)), function.entry && !calibrates);
        const bool ends_at_tracepoint = function.name == "tcp_sendmsg";
        EXPECT_EQ(plan.has(exit_program(Backend::fentry, function.name)),
                  function.exit && !calibrates && !ends_at_tracepoint);
    }
    EXPECT_FALSE(has_hooks(plan, Backend::kprobe));
    EXPECT_TRUE(plan.copy_in_hooked);
    EXPECT_TRUE(plan.deferred_copy_hooked);
    EXPECT_TRUE(plan.completion_hooked);
    EXPECT_THAT(plan.no_notifications, IsEmpty());
}

TEST(ProbePlan, NamesProgramsAsTheyAreNamedInBpf) {
    const ProbePlan plan = plan_for(everything());
    for (const char* name : {"fentry_tcp_sendmsg", "fexit_skb_copy_ubufs", "fentry_skb_copy_ubufs", "tp_sys_exit"})
        EXPECT_TRUE(plan.has(name)) << name;
    const ProbePlan kprobes = plan_for(everything(), Backend::kprobe);
    for (const char* name : {"kprobe_tcp_sendmsg", "kretprobe_skb_copy_ubufs", "kretprobe_sock_dequeue_err_skb"})
        EXPECT_TRUE(kprobes.has(name)) << name;
    EXPECT_FALSE(kprobes.has("kprobe_sock_dequeue_err_skb")) << "only its exit is of use";
}

/// The kernel's test functions are hooked to time a bracket around nothing, not while a cell runs.
TEST(ProbePlan, CalibratesBracketsApartFromEverythingElse) {
    const ProbePlan plan = plan_for(everything());
    ASSERT_EQ(plan.calibration.size(), 2U);
    EXPECT_EQ(plan.calibration[0].name, "fexit_bpf_fentry_test1");
    EXPECT_EQ(plan.calibration[1].name, "fentry_bpf_fentry_test2");
    EXPECT_EQ(plan_for(everything(), Backend::kprobe).calibration.front().name, "kretprobe_bpf_fentry_test1");
    Features features = everything();
    features.functions["bpf_fentry_test2"] = {no, no};
    EXPECT_THAT(plan_for(features).calibration, IsEmpty()) << "half a bracket is none";
    EXPECT_TRUE(plan_for(features).copy_in_hooked);
    EXPECT_THAT(plan_for(everything(), Backend::tracepoint).calibration, IsEmpty());
}

TEST(ProbePlan, KeepsToTracepointsForSystemCallsAndCopyOut) {
    const ProbePlan plan = plan_for(everything());
    for (Path path :
         {Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall, Path::wait_send, Path::wait_recv}) {
        EXPECT_EQ(of(plan, path).backend, Backend::tracepoint) << name_of(path);
        EXPECT_EQ(of(plan, path).time, Quality::exact) << name_of(path);
    }
    EXPECT_EQ(of(plan, Path::copy_out).backend, Backend::tracepoint);
    EXPECT_EQ(of(plan, Path::copy_out).bytes, Quality::exact);
    EXPECT_EQ(of(plan, Path::copy_out).time, Quality::bracketed);
    EXPECT_TRUE(plan.copy_out_timed);
    EXPECT_TRUE(plan.has("tp_skb_copy_datagram_iovec"));
    EXPECT_TRUE(plan.has("tp_tcp_rcv_space_adjust"));
}

TEST(ProbePlan, KnowsTheTypesOfArgumentsWhereItMay) {
    for (const char* tracepoint : {"sys_enter", "sched_switch"}) {
        const auto typed = "btf_" + std::string(tracepoint);
        const auto raw = "tp_" + std::string(tracepoint);
        EXPECT_TRUE(plan_for(everything()).has(typed)) << tracepoint;
        EXPECT_FALSE(plan_for(everything()).has(raw)) << tracepoint << ": each edge once";
        EXPECT_TRUE(plan_for(only_tracepoints()).has(raw)) << tracepoint << ": no programs of type tracing here";
        EXPECT_FALSE(plan_for(only_tracepoints()).has(typed)) << tracepoint;
        EXPECT_TRUE(plan_for(everything(), Backend::tracepoint).has(raw)) << tracepoint;
        EXPECT_TRUE(plan_for(everything(), Backend::kprobe).has(raw)) << tracepoint;
    }
}

/// What a thread's calls, bytes and times depend on most: a thread that is preempted inside one of these makes all
/// others on its CPU lose it.
constexpr std::array preempted_tracepoints{"sys_enter", "sys_exit", "sock_send_length", "skb_copy_datagram_iovec"};

TEST(ProbePlan, TakesTraceEventsWhereProgramsOfRawTracepointsArePreempted) {
    for (const Backend backend : {Backend::fentry, Backend::kprobe}) {
        const ProbePlan plan = plan_for(with_preemptible_tracepoints(everything()), backend);
        expect_sound(plan);
        for (const std::string tracepoint : preempted_tracepoints) {
            EXPECT_TRUE(plan.has("event_" + tracepoint)) << tracepoint;
            EXPECT_FALSE(plan.has("tp_" + tracepoint)) << tracepoint << ": each edge once";
            EXPECT_FALSE(plan.has("btf_" + tracepoint)) << tracepoint << ": each edge once";
        }
        EXPECT_TRUE(plan.has(backend == Backend::fentry ? "btf_sched_switch" : "tp_sched_switch"))
            << "the scheduler is not preempted";
    }
    const ProbePlan tracepoints = plan_for(with_preemptible_tracepoints(only_tracepoints()));
    EXPECT_TRUE(tracepoints.has("event_sys_exit"));
    EXPECT_FALSE(tracepoints.has("event_sock_send_length")) << "of no use there";
}

TEST(ProbePlan, TakesNoTraceEventsWhereRawTracepointsAreNotPreempted) {
    Features features = with_preemptible_tracepoints(everything());
    features.preemptible_tracepoints = no;
    for (const std::string tracepoint : preempted_tracepoints)
        EXPECT_FALSE(plan_for(features).has("event_" + tracepoint)) << tracepoint << ": it is dearer";
}

TEST(ProbePlan, KeepsARawTracepointWhoseTraceEventCannotBeHad) {
    Features features = with_preemptible_tracepoints(everything());
    features.trace_events["sys_exit"] = no;
    const ProbePlan plan = plan_for(features);
    EXPECT_TRUE(plan.has("tp_sys_exit"));
    EXPECT_FALSE(plan.has("event_sys_exit"));
    EXPECT_TRUE(plan.has("event_sys_enter"));
    EXPECT_THAT(plan.dropped_hits, AllOf(HasSubstr("sys_exit"), HasSubstr(no.evidence)));
}

TEST(ProbePlan, SaysNothingOfDroppedHitsWhereThereAreNone) {
    EXPECT_THAT(plan_for(everything()).dropped_hits, IsEmpty());
    EXPECT_THAT(plan_for(with_preemptible_tracepoints(everything())).dropped_hits, IsEmpty());
    Features unneeded = with_preemptible_tracepoints(only_tracepoints());
    unneeded.trace_events["sock_send_length"] = no;
    EXPECT_THAT(plan_for(unneeded).dropped_hits, IsEmpty()) << "no program of the plan is there";
}

TEST(ProbePlan, SeesTheEndOfTcpSendmsgAtATracepointWhereThereIsOne) {
    for (const auto& [backend, exit] :
         {std::pair{Backend::fentry, "fexit_tcp_sendmsg"}, std::pair{Backend::kprobe, "kretprobe_tcp_sendmsg"}}) {
        EXPECT_TRUE(plan_for(everything(), backend).has("tp_sock_send_length"));
        EXPECT_FALSE(plan_for(everything(), backend).has(exit));
        const Features features = without_sock_send_length(everything());
        EXPECT_FALSE(plan_for(features, backend).has("tp_sock_send_length"));
        EXPECT_TRUE(plan_for(features, backend).has(exit)) << "kernels before 6.5";
    }
    EXPECT_FALSE(plan_for(only_tracepoints()).has("tp_sock_send_length")) << "its beginning is not seen";
}

TEST(ProbePlan, LeavesOutTracepointsThatHooksMakeUseless) {
    const ProbePlan plan = plan_for(everything());
    for (const char* name : {"tp_consume_skb", "tp_inet_sk_error_report", "tp_tcp_retransmit_skb"})
        EXPECT_FALSE(plan.has(name)) << name;
    EXPECT_TRUE(plan.has("tp_netif_receive_skb")) << "it tells the sampler whose softirq it is";
    PlanRequest without_sampling;
    without_sampling.sample_frequency = 0;
    EXPECT_FALSE(make_plan(everything(), without_sampling).has("tp_netif_receive_skb"));
}

TEST(ProbePlan, MarksWhatOnlyZeroCopyNeeds) {
    std::set<std::string> only_zero_copy;
    for (const PlannedProgram& program : plan_for(everything()).programs)
        if (program.zero_copy_only)
            only_zero_copy.insert(program.name);
    EXPECT_EQ(only_zero_copy, (std::set<std::string>{"fentry_skb_copy_ubufs", "fexit_skb_copy_ubufs",
                                                     "fentry___msg_zerocopy_callback", "fexit_sock_dequeue_err_skb"}));
}

TEST(ProbePlan, LooksAtPacketsOfAllVariantsForTheSamplerOnly) {
    for (unsigned frequency : {0U, 97U}) {
        PlanRequest request;
        request.sample_frequency = frequency;
        const ProbePlan plan = make_plan(only_tracepoints(), request);
        const auto program = std::ranges::find(plan.programs, "tp_netif_receive_skb", &PlannedProgram::name);
        ASSERT_NE(program, plan.programs.end()) << "it counts deferred copies, sampled or not";
        EXPECT_EQ(program->zero_copy_only, frequency == 0) << frequency << " Hz";
    }
}

TEST(ProbePlan, TakesKprobesWhereThereIsNoFentry) {
    const ProbePlan plan = plan_for(without_fentry(everything()));
    expect_sound(plan);
    EXPECT_EQ(plan.backends, "kprobe + tracepoint + sampler");
    for (Path path : hooked_paths)
        EXPECT_EQ(of(plan, path).backend, Backend::kprobe) << name_of(path);
    EXPECT_FALSE(has_hooks(plan, Backend::fentry));
    EXPECT_EQ(of(plan, Path::copy_out).time, Quality::bracketed);
}

TEST(ProbePlan, TakesTheBackendThatWasAskedFor) {
    const ProbePlan kprobes = plan_for(everything(), Backend::kprobe);
    expect_sound(kprobes);
    EXPECT_EQ(kprobes.backends, "kprobe + tracepoint + sampler");
    EXPECT_FALSE(has_hooks(kprobes, Backend::fentry));
    const ProbePlan fentry = plan_for(everything(), Backend::fentry);
    EXPECT_EQ(fentry.backends, "fentry + tracepoint + sampler");
}

TEST(ProbePlan, TakesTracepointsAloneWhenAskedToWhateverElseWorks) {
    const ProbePlan plan = plan_for(everything(), Backend::tracepoint);
    expect_sound(plan);
    EXPECT_EQ(plan.backends, "tracepoint + sampler");
    EXPECT_FALSE(has_hooks(plan, Backend::fentry));
    EXPECT_FALSE(has_hooks(plan, Backend::kprobe));
    EXPECT_THAT(of(plan, Path::linearize).reason, HasSubstr("the backend tracepoint was asked for"));
    EXPECT_THAT(plan.no_notifications, HasSubstr("the backend tracepoint was asked for"));
    EXPECT_EQ(of(plan, Path::copy_out).time, Quality::sampled);
    EXPECT_FALSE(plan.has("tp_skb_copy_datagram_iovec")) << "not cheap where there is no reason to hurry";
    EXPECT_TRUE(plan.has("tp_consume_skb"));
    // The same as on a kernel that has nothing else.
    EXPECT_EQ(plan.programs, plan_for(only_tracepoints()).programs);
}

TEST(ProbePlan, CannotForceABackendThatDoesNotWork) {
    const ProbePlan fentry = plan_for(without_fentry(everything()), Backend::fentry);
    ASSERT_EQ(fentry.impossible.size(), 1U);
    EXPECT_THAT(fentry.impossible.front(), AllOf(HasSubstr("fentry"), HasSubstr("EOPNOTSUPP")));
    EXPECT_THAT(fentry.programs, IsEmpty());
    EXPECT_EQ(fentry.backends, "none");
    const ProbePlan kprobe = plan_for(without_kprobes(everything()), Backend::kprobe);
    ASSERT_EQ(kprobe.impossible.size(), 1U);
    EXPECT_THAT(kprobe.impossible.front(), AllOf(HasSubstr("kprobe"), HasSubstr("no kprobe event source")));
    for (Path path : all_paths)
        EXPECT_THAT(of(kprobe, path).reason, HasSubstr("no kprobe event source")) << name_of(path);
    EXPECT_THAT(plan_for(only_tracepoints(), Backend::tracepoint).impossible, IsEmpty());
}

struct MissingFunction {
    const char* function;
    std::vector<Path> paths; ///< that fall back
};

void PrintTo(const MissingFunction& missing, std::ostream* out) { *out << missing.function; }

class OneFunctionMissing : public testing::TestWithParam<MissingFunction> {};

TEST_P(OneFunctionMissing, OnlyItsPathsFallBack) {
    Features features = everything();
    features.functions[GetParam().function] = {{false, "not among the kernel's types", {}},
                                               {false, "no such symbol", {}}};
    const ProbePlan plan = plan_for(features);
    const ProbePlan whole = plan_for(everything());
    expect_sound(plan);
    for (Path path : all_paths) {
        const bool touched = std::ranges::count(GetParam().paths, path) != 0;
        EXPECT_EQ(of(plan, path).backend == of(whole, path).backend, !touched) << name_of(path);
        EXPECT_EQ(of(plan, path).time == of(whole, path).time && of(plan, path).bytes == of(whole, path).bytes,
                  !touched)
            << name_of(path);
    }
    const Probe* function = find_probe(GetParam().function);
    ASSERT_NE(function, nullptr);
    const std::string entry = entry_program(Backend::fentry, GetParam().function);
    const std::string exit = exit_program(Backend::fentry, GetParam().function);
    EXPECT_EQ(whole.has(entry), function->entry);
    EXPECT_EQ(whole.has(exit), function->exit);
    EXPECT_FALSE(plan.has(entry));
    EXPECT_FALSE(plan.has(exit));
}

const MissingFunction missing_functions[] = {
    {"tcp_wmem_schedule", {Path::copy_in, Path::pin}},
    {"sk_page_frag_refill", {Path::copy_in, Path::pin}},
    {"skb_zerocopy_iter_stream", {Path::copy_in, Path::pin}},
    {"skb_splice_from_iter", {}},
    {"tcp_push", {}},
    {"skb_copy_ubufs", {Path::deferred_copy}},
    {"__pskb_pull_tail", {Path::linearize, Path::skb_copy}},
    {"skb_copy_bits", {Path::linearize, Path::skb_copy}},
    {"skb_copy_and_csum_bits", {Path::linearize, Path::skb_copy}},
    {"sock_dequeue_err_skb", {}},
};

INSTANTIATE_TEST_SUITE_P(Each, OneFunctionMissing, testing::ValuesIn(missing_functions),
                         [](const auto& instance) { return std::string(instance.param.function); });

TEST(ProbePlan, GivesTheReasonOfWhatCannotBeHooked) {
    Features features = everything();
    features.functions["tcp_sendmsg"] = {{false, "not among the kernel's types", {}}, {false, "no such symbol", {}}};
    features.functions["__pskb_pull_tail"] = features.functions["tcp_sendmsg"];
    features.functions["sock_dequeue_err_skb"] = features.functions["tcp_sendmsg"];
    features.functions.erase("skb_copy_ubufs");
    const ProbePlan plan = plan_for(features);
    expect_sound(plan);
    for (Path path : {Path::tcp_sendmsg, Path::linearize, Path::skb_copy})
        EXPECT_THAT(of(plan, path).reason,
                    AllOf(HasSubstr("not among the kernel's types"), HasSubstr("no such symbol")))
            << name_of(path);
    EXPECT_THAT(plan.no_notifications, HasSubstr("no such symbol"));
    EXPECT_EQ(of(plan, Path::copy_in).time, Quality::sampled) << "without tcp_sendmsg() there is no first bracket";
    EXPECT_FALSE(plan.copy_in_hooked);
    EXPECT_FALSE(plan.deferred_copy_hooked);
    EXPECT_TRUE(plan.has("tp_netif_receive_skb"));
    EXPECT_TRUE(plan.has("tp_tcp_retransmit_skb"));
    // Asked for one backend, a reader does not want to know of the other.
    EXPECT_THAT(of(plan_for(features, Backend::kprobe), Path::linearize).reason,
                AllOf(HasSubstr("no such symbol"), Not(HasSubstr("kernel's types"))));
    EXPECT_THAT(of(plan_for(features, Backend::fentry), Path::linearize).reason,
                AllOf(HasSubstr("kernel's types"), Not(HasSubstr("no such symbol"))));
}

TEST(ProbePlan, WithoutTheCompletionsFunctionTakesTracepointsForThem) {
    Features features = everything();
    features.functions["__msg_zerocopy_callback"] = {no, no};
    const ProbePlan plan = plan_for(features);
    expect_sound(plan);
    EXPECT_EQ(of(plan, Path::zc_complete).backend, Backend::tracepoint);
    EXPECT_EQ(of(plan, Path::zc_complete).calls, Quality::exact);
    EXPECT_TRUE(plan.has("tp_consume_skb"));
    EXPECT_TRUE(plan.has("tp_inet_sk_error_report"));
    EXPECT_FALSE(plan.completion_hooked);
}

TEST(ProbePlan, MixesBackendsByFunction) {
    Features features = everything();
    features.functions["skb_copy_ubufs"].fentry = no;
    features.functions["tcp_push_one"].fentry = no;
    const ProbePlan plan = plan_for(features);
    expect_sound(plan);
    EXPECT_EQ(plan.backends, "fentry + kprobe + tracepoint + sampler");
    EXPECT_EQ(of(plan, Path::deferred_copy).backend, Backend::kprobe);
    EXPECT_TRUE(plan.has("kprobe_skb_copy_ubufs"));
    EXPECT_TRUE(plan.has("kretprobe_skb_copy_ubufs"));
    EXPECT_FALSE(plan.has("fentry_skb_copy_ubufs"));
    EXPECT_EQ(of(plan, Path::copy_in).backend, Backend::kprobe) << "a path is named after its weakest hook";
    EXPECT_TRUE(plan.has("kprobe_tcp_push_one"));
    EXPECT_TRUE(plan.has("fexit_tcp_wmem_schedule"));
    EXPECT_EQ(of(plan, Path::tcp_sendmsg).backend, Backend::fentry);
}

TEST(ProbePlan, WithTracepointsOnlyIsExactExceptForFunctionsWithoutTracepoints) {
    const ProbePlan plan = plan_for(only_tracepoints());
    expect_sound(plan);
    EXPECT_THAT(plan.impossible, IsEmpty());
    EXPECT_EQ(plan.backends, "tracepoint + sampler");
    EXPECT_EQ(plan.sample_frequency, RunSpec{}.sample_frequency);
    for (const Probe& tracepoint : probes_of(ProbeKind::tracepoint)) {
        const bool of_use_beside_hooks = tracepoint.name == "skb_copy_datagram_iovec" ||
                                         tracepoint.name == "tcp_rcv_space_adjust" ||
                                         tracepoint.name == "sock_send_length";
        EXPECT_EQ(plan.has(raw_program(tracepoint)), !of_use_beside_hooks) << tracepoint.name;
    }
    for (Path path : {Path::send_syscall, Path::recv_syscall, Path::errqueue_syscall, Path::wait_send, Path::wait_recv,
                      Path::zc_complete}) {
        EXPECT_EQ(of(plan, path).calls, Quality::exact) << name_of(path);
        EXPECT_EQ(of(plan, path).time, Quality::exact) << name_of(path);
        EXPECT_EQ(of(plan, path).backend, Backend::tracepoint) << name_of(path);
    }
    for (Path path : {Path::copy_in, Path::pin, Path::copy_out}) {
        EXPECT_EQ(of(plan, path).bytes, Quality::exact) << name_of(path);
        EXPECT_EQ(of(plan, path).time, Quality::sampled) << name_of(path);
    }
    EXPECT_EQ(of(plan, Path::deferred_copy).bytes, Quality::estimated) << "those on delivery alone are seen";
    EXPECT_THAT(of(plan, Path::deferred_copy).reason, HasSubstr("packet tap"));
    for (Path path : {Path::tcp_sendmsg, Path::linearize, Path::skb_copy}) {
        EXPECT_EQ(of(plan, path).calls, Quality::unavailable) << name_of(path);
        EXPECT_EQ(of(plan, path).backend, Backend::sampler) << name_of(path);
        EXPECT_EQ(of(plan, path).time, Quality::sampled) << name_of(path);
        EXPECT_THAT(of(plan, path).reason, HasSubstr("EOPNOTSUPP")) << name_of(path);
    }
}

TEST(ProbePlan, WithoutConsumeSkbHasNoCompletionsButTheirSends) {
    Features features = only_tracepoints();
    features.tracepoints["consume_skb"] = no;
    const ProbePlan plan = plan_for(features);
    expect_sound(plan);
    EXPECT_EQ(of(plan, Path::zc_complete).calls, Quality::unavailable);
    EXPECT_THAT(of(plan, Path::zc_complete).reason, HasSubstr("consume_skb"));
    EXPECT_EQ(of(plan, Path::pin).bytes, Quality::exact);
    EXPECT_FALSE(plan.has("tp_consume_skb"));
}

TEST(ProbePlan, WithoutNetifReceiveSkbSamplesDeferredCopies) {
    Features features = only_tracepoints();
    features.tracepoints.erase("netif_receive_skb");
    const ProbePlan plan = plan_for(features);
    expect_sound(plan);
    EXPECT_EQ(of(plan, Path::deferred_copy).bytes, Quality::unavailable);
    EXPECT_EQ(of(plan, Path::deferred_copy).time, Quality::sampled);
    EXPECT_EQ(of(plan, Path::deferred_copy).backend, Backend::sampler);
}

TEST(ProbePlan, WithoutTheTracepointsOfCopyOutSamplesIt) {
    Features features = everything();
    features.tracepoints["tcp_rcv_space_adjust"] = no;
    const ProbePlan plan = plan_for(features);
    expect_sound(plan);
    EXPECT_EQ(of(plan, Path::copy_out).bytes, Quality::exact);
    EXPECT_EQ(of(plan, Path::copy_out).time, Quality::sampled);
    EXPECT_FALSE(plan.copy_out_timed);
    EXPECT_FALSE(plan.has("tp_skb_copy_datagram_iovec")) << "of no use without the other one";
}

/// Nothing inside of a call is of use when the call itself is not seen.
TEST(ProbePlan, WithoutSystemCallTracepointsKeepsTheSampler) {
    for (Features features : {everything(), only_tracepoints()}) {
        features.tracepoints["sys_enter"] = no;
        const ProbePlan plan = plan_for(features);
        expect_sound(plan);
        for (Path path : {Path::send_syscall, Path::copy_in, Path::wait_recv, Path::tcp_sendmsg})
            EXPECT_EQ(of(plan, path).calls, Quality::unavailable) << name_of(path);
        EXPECT_EQ(of(plan, Path::copy_in).time, Quality::sampled);
        EXPECT_FALSE(has_hooks(plan, Backend::fentry));
        EXPECT_THAT(plan.no_notifications, HasSubstr("sys_enter"));
    }
}

TEST(ProbePlan, WithoutSymbolsDoesNotSampleNorTellCompletionsApart) {
    Features features = only_tracepoints();
    features.kernel_symbols = no;
    const ProbePlan plan = plan_for(features);
    expect_sound(plan);
    EXPECT_EQ(plan.sample_frequency, 0U);
    EXPECT_EQ(plan.backends, "tracepoint");
    EXPECT_EQ(of(plan, Path::copy_in).time, Quality::unavailable);
    EXPECT_EQ(of(plan, Path::copy_in).bytes, Quality::exact);
    EXPECT_EQ(of(plan, Path::zc_complete).calls, Quality::unavailable);
    EXPECT_EQ(of(plan, Path::tcp_sendmsg).backend, Backend::none);

    Features with_fentry = everything();
    with_fentry.kernel_symbols = no;
    EXPECT_EQ(of(plan_for(with_fentry), Path::zc_complete).time, Quality::exact) << "a hook sees each completion";
}

TEST(ProbePlan, WithSamplingSwitchedOffSaysSo) {
    PlanRequest request;
    request.sample_frequency = 0;
    const ProbePlan plan = make_plan(only_tracepoints(), request);
    expect_sound(plan);
    EXPECT_EQ(plan.sample_frequency, 0U);
    EXPECT_EQ(plan.backends, "tracepoint");
    for (Path path : {Path::copy_in, Path::pin, Path::copy_out, Path::deferred_copy}) {
        EXPECT_THAT(of(plan, path).reason, HasSubstr("switched off")) << name_of(path);
        EXPECT_EQ(of(plan, path).bytes, path == Path::deferred_copy ? Quality::estimated : Quality::exact)
            << name_of(path);
        EXPECT_EQ(of(plan, path).time, Quality::unavailable) << name_of(path);
    }
    for (Path path : {Path::tcp_sendmsg, Path::linearize, Path::skb_copy}) {
        EXPECT_EQ(of(plan, path).backend, Backend::none) << name_of(path);
        EXPECT_THAT(of(plan, path).reason, AllOf(HasSubstr("EOPNOTSUPP"), HasSubstr("switched off"))) << name_of(path);
    }
    const ProbePlan exact = make_plan(everything(), request);
    expect_sound(exact);
    EXPECT_EQ(exact.backends, "fentry + tracepoint");
    for (Path path : all_paths)
        EXPECT_TRUE(of(exact, path).time == Quality::exact || of(exact, path).time == Quality::bracketed)
            << name_of(path);
}

TEST(ProbePlan, WithNothingNamesTheObstacleForEachPath) {
    for (Ability Features::*missing : {&Features::btf, &Features::bpf, &Features::raw_tracepoint}) {
        Features features = everything();
        features.*missing = no;
        const ProbePlan plan = plan_for(features);
        expect_sound(plan);
        ASSERT_FALSE(plan.impossible.empty());
        EXPECT_THAT(plan.programs, IsEmpty());
        EXPECT_EQ(plan.backends, "none");
        for (Path path : all_paths) {
            EXPECT_EQ(of(plan, path).bytes, Quality::unavailable);
            EXPECT_THAT(of(plan, path).reason, HasSubstr("EPERM"));
        }
    }
    EXPECT_FALSE(make_plan({}, {}).impossible.empty());
}

TEST(Probes, AreEachAttachedSomewhere) {
    std::set<std::string_view> names;
    for (const Probe& probe : all_probes()) {
        EXPECT_TRUE(names.insert(probe.name).second) << probe.name;
        EXPECT_EQ(probe.entry || probe.exit, probe.kind == ProbeKind::function) << probe.name;
        EXPECT_EQ(find_probe(probe.name), &probe);
    }
    EXPECT_EQ(find_probe("tcp_sendms"), nullptr);
}

} // namespace
} // namespace netio::tracer
