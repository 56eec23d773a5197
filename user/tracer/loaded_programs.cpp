// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/loaded_programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "base/capability.h"
#include "model/probe.h"
#include "tracer/kernel_symbols.h"
#include "tracer/libbpf_log.h"
#include "tracer/libbpf_options.h"
#include "tracer/map_reader.h"
#include "tracer_programs.skel.h"

namespace netio::tracer {
namespace {

Error load_error(int errno_value) {
    switch (errno_value) {
    case EPERM:
    case EACCES:
        return system_error("cannot load the tracer's BPF programs", errno_value,
                            "run as root, or with CAP_BPF and CAP_PERFMON")
            .or_choose({Choice::no_tracing});
    case ENOMEM:
    case E2BIG:
        return system_error("no memory for the tracer's maps", errno_value, "raise the memory limit of the cgroup")
            .or_choose({Choice::fewer_threads, Choice::no_tracing});
    case ESRCH:
    case ENOENT:
        return system_error("the kernel's BTF lacks types that the tracer's BPF programs read", errno_value,
                            "use a kernel built with CONFIG_DEBUG_INFO_BTF=y")
            .or_choose({Choice::no_tracing});
    default:
        return system_error("cannot load the tracer's BPF programs", errno_value)
            .or_choose({Choice::kernel_log, Choice::no_tracing});
    }
}

/// The verifier answers EACCES too, which is no matter of privileges: what tells them apart is that it says why.
Error load_error(int errno_value, const RefusedProgram& refused) {
    if (refused.verdict.empty())
        return load_error(errno_value);
    return Error{"the kernel's verifier refused the tracer's BPF program " + refused.name, refused.verdict, {}}
        .or_choose({Choice::kernel_log, Choice::other_backend, Choice::no_tracing});
}

} // namespace

void LoadedPrograms::SkeletonDeleter::operator()(tracer_programs* programs) const {
    tracer_programs::destroy(programs);
}

void LoadedPrograms::LinkDeleter::operator()(bpf_link* link) const { bpf_link__destroy(link); }

void LoadedPrograms::configure(const ProbePlan& plan, const MapSizes& sizes, const std::vector<Subject>& subjects,
                               std::uint32_t process_subjects, const KernelTypes& types) {
    auto* constants = skeleton_->rodata;
    constants->foreign_programs = process_subjects != 0;
    constants->process_subjects = process_subjects;
    constants->ring_bits = sizes.ring_bits;
    constants->ring_capacity = sizes.rings;
    constants->copy_in_is_hooked = plan.copy_in_hooked;
    constants->copy_out_is_timed = plan.copy_out_timed;
    constants->deferred_copy_is_hooked = plan.deferred_copy_hooked;
    constants->all_have_peers =
        std::ranges::all_of(subjects, [](const Subject& subject) { return subject.peer.has_value(); });
    constants->timeline_is_on = sizes.timeline != 0;
    constants->can_cast = types.function_id("bpf_rdonly_cast") != 0;
    for (std::uint32_t step = 0; step < NETIO_BUCKET_TABLE_STEPS; ++step)
        constants->bucket_offsets[step] = static_cast<std::uint16_t>(
            netio_histogram_bucket(NETIO_BUCKET_TABLE_BEGIN + (step << NETIO_BUCKET_TABLE_SHIFT)) *
            sizeof(std::uint32_t));
    if (const auto symbols = KernelSymbols::load(); symbols) {
        constants->sock_ofree_address = symbols->address("sock_ofree").value_or(0);
        constants->sock_rfree_address = symbols->address("sock_rfree").value_or(0);
    }
}

Result<void> LoadedPrograms::resize_maps(const MapSizes& sizes) {
    const std::array<std::pair<bpf_map*, std::uint32_t>, 7> entries{{
        {skeleton_->maps.timed_figures, sizes.subjects * NETIO_BANK_COUNT},
        {skeleton_->maps.counts, sizes.subjects},
        {skeleton_->maps.peers, sizes.subjects},
        {skeleton_->maps.sockets, sizes.sockets},
        {skeleton_->maps.flows, sizes.sockets},
        {skeleton_->maps.rings, sizes.rings << sizes.ring_bits},
        {skeleton_->maps.samples, sizes.samples},
    }};
    for (const auto& [map, count] : entries)
        if (const int error = bpf_map__set_max_entries(map, count); error != 0)
            return load_error(-error);
    // Without a timeline the verifier drops all that refers to its map, and there need be none.
    if (const int error = sizes.timeline != 0 ? bpf_map__set_max_entries(skeleton_->maps.timeline, sizes.timeline)
                                              : bpf_map__set_autocreate(skeleton_->maps.timeline, false);
        error != 0)
        return load_error(-error);
    if (const int error = bpf_map__set_map_flags(skeleton_->maps.rings, BPF_F_MMAPABLE); error != 0)
        return load_error(-error);
    return {};
}

/// Programs that are not chosen are not loaded.
Result<void> LoadedPrograms::choose(const ProbePlan& plan) {
    const auto choose_one = [this](const std::string& name) -> Result<void> {
        bpf_program* program = bpf_object__find_program_by_name(skeleton_->obj, name.c_str());
        if (program == nullptr)
            return Error{"the tracer has no BPF program " + name, {}, {}};
        bpf_program__set_autoload(program, true);
        return {};
    };
    for (const auto* programs : {&plan.programs, &plan.calibration})
        for (const PlannedProgram& planned : *programs)
            if (auto chosen = choose_one(planned.name); !chosen)
                return chosen;
    if (plan.sample_frequency != 0)
        return choose_one(std::string(sampler_program));
    return {};
}

/// Says to the programs who is whose peer.
Result<void> LoadedPrograms::introduce(const std::vector<Subject>& subjects) {
    for (std::uint32_t number = 0; number < subjects.size(); ++number) {
        const std::uint32_t peer = subjects[number].peer.value_or(NETIO_NO_SUBJECT);
        if (bpf_map_update_elem(bpf_map__fd(skeleton_->maps.peers), &number, &peer, BPF_ANY) != 0)
            return load_error(errno);
    }
    return {};
}

Result<LoadedPrograms> LoadedPrograms::load(const ProbePlan& plan, const MapSizes& sizes,
                                            const std::vector<Subject>& subjects, std::uint32_t process_subjects,
                                            const KernelTypes& types, std::string& refused_program) {
    const LibbpfWarnings warnings;
    LoadedPrograms programs;
    programs.skeleton_.reset(tracer_programs::open());
    if (!programs.skeleton_)
        return load_error(errno);
    programs.configure(plan, sizes, subjects, process_subjects, types);
    NETIO_TRY(programs.resize_maps(sizes));
    NETIO_TRY(programs.choose(plan));
    if (const int error = tracer_programs::load(programs.skeleton_.get()); error != 0) {
        const RefusedProgram refused = find_refused_program(warnings.text()).value_or(RefusedProgram{});
        refused_program = refused.name;
        return load_error(-error, refused);
    }
    log_verified_instructions(programs.skeleton_->obj);
    NETIO_TRY(programs.introduce(subjects));
    return programs;
}

Result<void> LoadedPrograms::attach(const PlannedProgram& program) {
    if (links_.contains(program.name))
        return {};
    bpf_link* link = bpf_program__attach(bpf_object__find_program_by_name(skeleton_->obj, program.name.c_str()));
    if (link == nullptr)
        return system_error("cannot attach " + program.name + " to " + program.target, errno)
            .or_choose({Choice::doctor, Choice::tracepoint_backend, Choice::no_tracing});
    links_.emplace(program.name, link);
    return {};
}

void LoadedPrograms::detach(const PlannedProgram& program) { links_.erase(program.name); }

std::optional<std::uint64_t> LoadedPrograms::runs(const std::string& program) const {
    bpf_prog_info info{};
    __u32 size = sizeof(info);
    const int fd = bpf_program__fd(bpf_object__find_program_by_name(skeleton_->obj, program.c_str()));
    if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0)
        return std::nullopt;
    return info.run_cnt;
}

std::optional<std::uint64_t> LoadedPrograms::recursion_misses(const std::string& program) const {
    bpf_prog_info info{};
    __u32 size = sizeof(info);
    const int fd = bpf_program__fd(bpf_object__find_program_by_name(skeleton_->obj, program.c_str()));
    if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0)
        return std::nullopt;
    return info.recursion_misses;
}

std::optional<std::uint64_t> LoadedPrograms::probe_misses(const std::string& program) const {
    // struct bpf_link_info with perf_event.kprobe, which the headers of Debian 12 do not have.
    struct {
        __u32 type, id, program_id, unused;
        __u32 event_type, unused2;
        __u64 function_name;
        __u32 name_length, offset;
        __u64 address, missed, cookie;
    } info{};
    constexpr __u32 perf_event_link = 7; // BPF_LINK_TYPE_PERF_EVENT
    constexpr __u32 first_kprobe_type = 3;
    constexpr __u32 last_kprobe_type = 4; // BPF_PERF_EVENT_KPROBE, BPF_PERF_EVENT_KRETPROBE
    const auto link = links_.find(program);
    __u32 size = sizeof(info);
    if (link == links_.end() || bpf_obj_get_info_by_fd(bpf_link__fd(link->second.get()), &info, &size) != 0)
        return std::nullopt;
    if (info.type != perf_event_link || info.event_type < first_kprobe_type || info.event_type > last_kprobe_type ||
        size < offsetof(decltype(info), cookie))
        return std::nullopt;
    return info.missed;
}

Result<TimedSums> LoadedPrograms::figures(std::uint32_t subject) const {
    return read_figures(bpf_map__fd(skeleton_->maps.timed_figures), subject,
                        static_cast<std::size_t>(libbpf_num_possible_cpus()));
}

TaskTable LoadedPrograms::tasks() {
    auto* state = skeleton_->bss;
    return {state->threads, state->thread_index, state->next_thread, state->lost[NETIO_LOSS_THREAD_TABLE_FULL],
            skeleton_->rodata->timeline_is_on};
}

Result<std::uint32_t> LoadedPrograms::own_tid() const {
    if (in_first_pid_namespace())
        return static_cast<std::uint32_t>(gettid());
    auto options = libbpf_options<bpf_test_run_opts>();
    if (bpf_prog_test_run_opts(bpf_program__fd(skeleton_->progs.own_tid), &options) != 0)
        return system_error("cannot add the thread to the trace", errno, "run as root").or_choose({Choice::no_tracing});
    return options.retval;
}

int LoadedPrograms::own_tid_descriptor() const { return bpf_program__fd(skeleton_->progs.own_tid); }

std::uint64_t LoadedPrograms::map_bytes() const {
    std::uint64_t bytes = 0;
    const bpf_map* map = nullptr;
    bpf_object__for_each_map(map, skeleton_->obj) bytes += accounted_map_bytes(bpf_map__fd(map));
    return bytes;
}

} // namespace netio::tracer
