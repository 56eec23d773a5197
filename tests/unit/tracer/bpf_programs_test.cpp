// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The plan and the BPF object must agree on names: a program that is only planned is found out when it is loaded, on
// the kernels that make the plan ask for it.
#include <bpf/libbpf.h>

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "tracer_features.h"

namespace netio::tracer {
namespace {

struct ObjectCloser {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
};

struct Program {
    std::string section; ///< "fexit/tcp_sendmsg"
    bool autoload = false;
};

/// By name. Opening an object needs no privileges.
std::map<std::string, Program> programs_of_the_object() {
    std::map<std::string, Program> programs;
    const std::unique_ptr<bpf_object, ObjectCloser> object(bpf_object__open_file(NETIO_BPF_OBJECT, nullptr));
    if (!object)
        return programs;
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object.get())
        programs[bpf_program__name(program)] = {bpf_program__section_name(program), bpf_program__autoload(program)};
    return programs;
}

/// What any plan can name: every kernel, every request.
std::set<std::string> programs_of_all_plans() {
    std::set<std::string> names{std::string(sampler_program)};
    for (const Features& features : {everything(), without_sock_send_length(everything()), without_fentry(everything()),
                                     without_sock_send_length(without_fentry(everything())), only_tracepoints(),
                                     with_preemptible_tracepoints(everything())}) {
        const ProbePlan plan = make_plan(features, {});
        for (const auto* programs : {&plan.programs, &plan.calibration})
            for (const PlannedProgram& program : *programs)
                names.insert(program.name);
    }
    for (const Probe& tracepoint : probes_of(ProbeKind::tracepoint))
        names.insert(raw_program(tracepoint));
    return names;
}

TEST(BpfPrograms, AreThereForEveryPlan) {
    const auto programs = programs_of_the_object();
    ASSERT_FALSE(programs.empty()) << NETIO_BPF_OBJECT;
    for (const std::string& name : programs_of_all_plans())
        EXPECT_TRUE(programs.contains(name)) << name;
}

TEST(BpfPrograms, AreAllOfUseToSomePlan) {
    const std::set<std::string> planned = programs_of_all_plans();
    for (const auto& [name, program] : programs_of_the_object())
        EXPECT_TRUE(planned.contains(name) || name == "own_tid") << name << " in " << program.section;
}

/// Only the plan turns a program on: one that loads of itself would be loaded on kernels that refuse it.
TEST(BpfPrograms, WaitForThePlan) {
    for (const auto& [name, program] : programs_of_the_object())
        EXPECT_EQ(program.autoload, name == "own_tid") << name;
}

TEST(BpfPrograms, HookWhatTheirNamesSay) {
    const auto programs = programs_of_the_object();
    const auto section_of = [&](const std::string& name) {
        const auto found = programs.find(name);
        return found == programs.end() ? std::string() : found->second.section;
    };
    for (const Probe& function : probes_of(ProbeKind::function)) {
        const std::string name(function.name);
        if (function.entry) {
            EXPECT_EQ(section_of("fentry_" + name), "fentry/" + name);
            EXPECT_EQ(section_of("kprobe_" + name), "kprobe/" + name);
        }
        if (function.exit) {
            EXPECT_EQ(section_of("fexit_" + name), "fexit/" + name);
            EXPECT_EQ(section_of("kretprobe_" + name), "kretprobe/" + name);
        }
    }
    for (const Probe& tracepoint : probes_of(ProbeKind::tracepoint)) {
        const std::string name(tracepoint.name);
        EXPECT_EQ(section_of(raw_program(tracepoint)), "raw_tp/" + name);
        if (tracepoint.typed) {
            EXPECT_EQ(section_of(typed_program(tracepoint)), "tp_btf/" + name);
        }
        if (!tracepoint.event_group.empty()) {
            EXPECT_EQ(section_of(event_program(tracepoint)), "tp/" + std::string(tracepoint.event_group) + "/" + name);
        }
    }
}

} // namespace
} // namespace netio::tracer
