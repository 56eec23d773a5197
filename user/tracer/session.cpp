// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/session.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "netio_abi.h"
#include "tracer/calibration.h"
#include "tracer/collector.h"
#include "tracer/copy_sites.h"
#include "tracer/kernel_symbols.h"
#include "tracer/kernel_types.h"
#include "tracer/libbpf_log.h"
#include "tracer/map_reader.h"
#include "tracer/map_sizes.h"
#include "tracer/mapping.h"
#include "tracer/memory_headroom.h"
#include "tracer/registrar.h"
#include "tracer/sampler.h"
#include "tracer/stack_classifier.h"
#include "tracer/timeline.h"
#include "tracer_programs.skel.h"

namespace netio::tracer {
namespace {

struct SkeletonDeleter {
    void operator()(tracer_programs* programs) const { tracer_programs::destroy(programs); }
};
struct LinkDeleter {
    void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};
using LinkOwner = std::unique_ptr<bpf_link, LinkDeleter>;

Error load_error(int errno_value) {
    switch (errno_value) {
    case EPERM:
    case EACCES:
        return system_error("cannot load the tracer's BPF programs", errno_value,
                            "run as root, or with CAP_BPF and CAP_PERFMON; or without tracing: --no-trace");
    case ENOMEM:
    case E2BIG:
        return system_error(
            "no memory for the tracer's maps", errno_value,
            "trace with fewer threads or variants, raise the memory limit of the cgroup, or --no-trace");
    case ESRCH:
    case ENOENT:
        return system_error("the kernel's types (BTF) do not have what the tracer's BPF programs read", errno_value,
                            "a kernel built with CONFIG_DEBUG_INFO_BTF=y; or --no-trace");
    default:
        return system_error("cannot load the tracer's BPF programs", errno_value,
                            "--debug shows what the kernel's verifier said; --no-trace runs without");
    }
}

} // namespace

struct Session::State {
    std::unique_ptr<tracer_programs, SkeletonDeleter> programs;
    ProbePlan plan;
    MapSizes sizes;
    std::uint64_t timeline_ns = 0; ///< 0: no timeline
    bool keep_stacks = false;
    std::size_t cpus = 0;
    std::unique_ptr<ThreadRegistrar> registrar;
    std::optional<Sampler> sampler;
    std::optional<KernelSymbols> symbols;
    std::string no_symbols; ///< why there are none
    std::optional<StackClassifier> classifier;
    Mapping rings;
    std::map<std::string, LinkOwner> links; ///< by program
    std::map<std::string, std::uint64_t> misses_before;
    std::map<std::string, std::uint64_t> probe_misses_before;
    Result<double> bracket_ns = Error{"nothing is bracketed", {}, {}};

    Result<void> load(const SessionOptions& options, const KernelTypes& types);
    void configure(const KernelTypes& types);
    Result<void> resize_maps();
    Result<void> attach(const PlannedProgram& program);
    std::vector<std::string> program_names() const;
    Result<void> attach_for(Variant variant);
    Result<double> calibrate(const KernelTypes& types);
    Result<void> clear_maps(Variant variant);
    Result<void> close_timeline(std::optional<Timeline>& into);
    std::optional<std::uint64_t> recursion_misses(const std::string& program) const;
    std::optional<std::uint64_t> probe_misses(const std::string& program) const;
    int map_fd(const bpf_map* map) const { return bpf_map__fd(map); }
};

void Session::State::configure(const KernelTypes& types) {
    auto* constants = programs->rodata;
#ifdef SYS_dup2
    constexpr int dup2_number = SYS_dup2;
#else
    constexpr int dup2_number = -1; // newer architectures have dup3 only
#endif
    constants->syscalls = {SYS_sendto, SYS_sendmsg, SYS_recvfrom, SYS_recvmsg, SYS_close, dup2_number, SYS_dup3};
    constants->ring_bits = sizes.ring_bits;
    constants->ring_capacity = sizes.rings;
    constants->copy_in_is_hooked = plan.copy_in_hooked;
    constants->copy_out_is_timed = plan.copy_out_timed;
    constants->deferred_copy_is_hooked = plan.deferred_copy_hooked;
    constants->timeline_is_on = sizes.timeline != 0;
    constants->can_cast = types.function_id("bpf_rdonly_cast") != 0;
    if (const auto symbols = KernelSymbols::load(); symbols) {
        constants->sock_ofree_address = symbols->address("sock_ofree").value_or(0);
        constants->sock_rfree_address = symbols->address("sock_rfree").value_or(0);
    }
}

Result<void> Session::State::resize_maps() {
    const std::array<std::pair<bpf_map*, std::uint32_t>, 4> entries{{
        {programs->maps.threads, sizes.threads},
        {programs->maps.sockets, sizes.sockets},
        {programs->maps.rings, sizes.rings << sizes.ring_bits},
        {programs->maps.samples, sizes.samples},
    }};
    for (const auto& [map, count] : entries)
        if (const int error = bpf_map__set_max_entries(map, count); error != 0)
            return load_error(-error);
    // Without a timeline the verifier drops all that refers to its map, and there need be none.
    if (const int error = sizes.timeline != 0 ? bpf_map__set_max_entries(programs->maps.timeline, sizes.timeline)
                                              : bpf_map__set_autocreate(programs->maps.timeline, false);
        error != 0)
        return load_error(-error);
    if (const int error = bpf_map__set_map_flags(programs->maps.rings, BPF_F_MMAPABLE); error != 0)
        return load_error(-error);
    return {};
}

Result<void> Session::State::load(const SessionOptions& options, const KernelTypes& types) {
    send_libbpf_messages_to_log();
    timeline_ns = options.timeline_ns;
    keep_stacks = options.keep_stacks;
    sizes = map_sizes(options.variants, options.threads, plan.sample_frequency != 0,
                      timeline_ns != 0 ? options.timeline_bytes : 0);
    cpus = static_cast<std::size_t>(libbpf_num_possible_cpus());
    programs.reset(tracer_programs::open());
    if (!programs)
        return load_error(errno);
    configure(types);
    if (auto resized = resize_maps(); !resized)
        return resized;
    for (const PlannedProgram& planned : plan.programs) {
        bpf_program* program = bpf_object__find_program_by_name(programs->obj, planned.name.c_str());
        if (program == nullptr)
            return Error{"the tracer has no BPF program " + planned.name, {}, {}};
        bpf_program__set_autoload(program, true);
    }
    for (const PlannedProgram& planned : plan.calibration)
        bpf_program__set_autoload(bpf_object__find_program_by_name(programs->obj, planned.name.c_str()), true);
    if (plan.sample_frequency != 0)
        bpf_program__set_autoload(programs->progs.on_sample, true);
    if (const int error = tracer_programs::load(programs.get()); error != 0)
        return load_error(-error);
    registrar = make_registrar(bpf_program__fd(programs->progs.register_thread));
    rings = Mapping(map_fd(programs->maps.rings), std::size_t{sizes.rings} << sizes.ring_bits << 3U);
    if (rings.bytes().empty())
        return system_error("cannot map the tracer's table of zero-copy sends", errno,
                            "trace with fewer threads, raise the memory limit of the control group, or --no-trace");
    return {};
}

Result<void> Session::State::attach(const PlannedProgram& program) {
    if (links.contains(program.name))
        return {};
    bpf_link* link = bpf_program__attach(bpf_object__find_program_by_name(programs->obj, program.name.c_str()));
    if (link == nullptr)
        return system_error(
            "cannot attach " + program.name + " to " + program.target, errno,
            "netio-trace doctor shows what this kernel allows; --backend tracepoint needs less, --no-trace "
            "nothing");
    links.emplace(program.name, link);
    return {};
}

/// Programs that follow zero-copy sends are attached for the cells that make some, so that the others do not pay.
Result<void> Session::State::attach_for(Variant variant) {
    for (const PlannedProgram& program : plan.programs) {
        if (program.zero_copy_only && variant != Variant::A3)
            links.erase(program.name);
        else if (auto attached = attach(program); !attached)
            return attached;
    }
    return {};
}

/// Brackets around nothing, in this thread.
Result<double> Session::State::calibrate(const KernelTypes& types) {
    constexpr int brackets = 1000;
    if (plan.calibration.empty())
        return Error{
            "the bookkeeping inside brackets was not measured", "the kernel's test functions cannot be hooked", {}};
    auto caller = TestFunctionCaller::load(types);
    if (!caller)
        return std::move(caller).error();
    const auto detach = [this] {
        for (const PlannedProgram& program : plan.calibration)
            links.erase(program.name);
    };
    for (const PlannedProgram& program : plan.calibration)
        if (auto attached = attach(program); !attached) {
            detach();
            return std::move(attached).error();
        }
    auto called = registrar->register_this_thread(Variant::A1, Role::sender);
    for (int i = 0; i < brackets && called; ++i)
        called = caller->call();
    detach();
    if (!called)
        return std::move(called).error();
    const auto sum = read_figures(map_fd(programs->maps.timed_figures),
                                  NETIO_FIGURE_INDEX(Role::sender, NETIO_FIGURE_CALIBRATION), cpus);
    if (!sum)
        return sum.error();
    if (sum->histogram.empty())
        return Error{"the bookkeeping inside brackets was not measured",
                     "the probes on the kernel's test functions were "
                     "not hit",
                     {}};
    return sum->histogram.quantile(0.5);
}

/// Hits of a kprobe that were dropped before the program was reached: the probe was busy, or a return probe had no
/// instance left. The kernel tells since 6.7 (commit 3acf8ace6823); nothing where it does not, or the program is none.
std::optional<std::uint64_t> Session::State::probe_misses(const std::string& program) const {
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
    const auto link = links.find(program);
    __u32 size = sizeof(info);
    if (link == links.end() || bpf_obj_get_info_by_fd(bpf_link__fd(link->second.get()), &info, &size) != 0)
        return std::nullopt;
    if (info.type != perf_event_link || info.event_type < first_kprobe_type || info.event_type > last_kprobe_type ||
        size < offsetof(decltype(info), cookie))
        return std::nullopt;
    return info.missed;
}

/// All programs of the plan, the sampler's included.
std::vector<std::string> Session::State::program_names() const {
    std::vector<std::string> names;
    for (const PlannedProgram& program : plan.programs)
        names.push_back(program.name);
    if (plan.sample_frequency != 0)
        names.emplace_back(sampler_program);
    return names;
}

Result<void> Session::State::clear_maps(Variant variant) {
    auto* state = programs->bss;
    std::ranges::fill(state->thread_index, std::uint16_t{0});
    const std::size_t used_rings = std::min<std::size_t>(state->ring_count, sizes.rings);
    std::ranges::fill(rings.bytes().first(used_rings << sizes.ring_bits << 3U), std::byte{0});
    std::ranges::fill(state->lost, std::uint64_t{0});
    std::ranges::fill(state->role_namespace, std::uint64_t{0});
    std::ranges::fill(state->role_port, std::uint32_t{0});
    state->thread_count = 0;
    state->ring_count = 0;
    state->cell_slot = static_cast<std::uint32_t>(NETIO_SLOT(variant, Role::sender));
    state->watch_zero_copy = variant == Variant::A3 ? 1 : 0;
    delete_all_elements(map_fd(programs->maps.sockets), sizeof(std::uint64_t));
    delete_all_elements(map_fd(programs->maps.samples), sizeof(netio_sample_key));
    delete_all_elements(map_fd(programs->maps.copy_sites), sizeof(netio_site_key));

    std::optional<Timeline> of_before;
    if (auto closed = close_timeline(of_before); !closed)
        return closed;

    const std::vector<netio_timed_figures> no_figures(cpus);
    for (std::uint32_t index = 0; index < NETIO_FIGURE_ELEMENTS; ++index)
        if (bpf_map_update_elem(map_fd(programs->maps.timed_figures), &index, no_figures.data(), BPF_ANY) != 0)
            return system_error("cannot clear the tracer's figures", errno,
                                "run again, or without tracing: --no-trace");
    const std::vector<netio_cpu_state> no_states(cpus);
    const std::uint32_t zero = 0;
    if (bpf_map_update_elem(map_fd(programs->maps.cpu_states), &zero, no_states.data(), BPF_ANY) != 0)
        return system_error("cannot clear the tracer's figures", errno, "run again, or without tracing: --no-trace");
    return {};
}

/// Shuts the window and takes out what was stored.
Result<void> Session::State::close_timeline(std::optional<Timeline>& into) {
    if (timeline_ns == 0)
        return {};
    auto* state = programs->bss;
    const std::uint64_t begins_ns = state->timeline_begins;
    state->timeline_ends = 0;
    auto events = drain_timeline(map_fd(programs->maps.timeline));
    if (!events)
        return std::move(events).error();
    into = make_timeline(*events, begins_ns, timeline_ns, state->timeline_gap);
    state->timeline_begins = 0;
    state->timeline_gap = 0;
    return {};
}

/// Runs of a program that the kernel left out because the program was running on that CPU already.
std::optional<std::uint64_t> Session::State::recursion_misses(const std::string& program) const {
    bpf_prog_info info{};
    __u32 size = sizeof(info);
    const int fd = bpf_program__fd(bpf_object__find_program_by_name(programs->obj, program.c_str()));
    if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0)
        return std::nullopt;
    return info.recursion_misses;
}

Result<void> check_memory(const SessionOptions& options) {
    // Two parsed copies of the kernel's types and its symbols are most of it.
    constexpr std::uint64_t own_bytes = std::uint64_t{64} << 20U;
    const int cpus = libbpf_num_possible_cpus();
    const std::uint64_t maps =
        map_sizes(options.variants, options.threads, true, options.timeline_ns != 0 ? options.timeline_bytes : 0)
            .bytes(static_cast<unsigned>(std::max(cpus, 1)));
    const auto headroom = memory_headroom();
    if (!headroom || headroom->bytes > maps + own_bytes)
        return {};
    const auto mebibytes = [](std::uint64_t bytes) { return std::to_string((bytes + 1048575) >> 20U) + " MiB"; };
    return Error{"no memory for the tracer's maps",
                 "they and the program take up to " + mebibytes(maps + own_bytes) + ", and " + headroom->limited_by +
                     " leaves " + mebibytes(headroom->bytes),
                 "trace with fewer threads, raise the limit, or --no-trace"};
}

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<Session> Session::open(const ProbePlan& plan, const SessionOptions& options) {
    if (!plan.impossible.empty())
        return Error{"nothing can be traced here", plan.impossible.front(),
                     "netio-trace doctor shows what is missing; --no-trace runs without tracing"};
    auto state = std::make_unique<State>();
    state->plan = plan;
    const KernelTypes types = KernelTypes::load();
    if (auto loaded = state->load(options, types); !loaded)
        return std::move(loaded).error();
    // Everything is attached once, so that what cannot be attached is known before the first cell.
    if (auto attached = state->attach_for(Variant::A3); !attached)
        return std::move(attached).error();
    if (plan.copy_in_hooked)
        state->bracket_ns = state->calibrate(types);
    if (auto symbols = KernelSymbols::load(); symbols)
        state->symbols.emplace(std::move(symbols).value());
    else
        state->no_symbols = symbols.error().message();
    if (plan.sample_frequency != 0) {
        auto sampler = Sampler::open(plan.sample_frequency, bpf_program__fd(state->programs->progs.on_sample));
        if (!sampler)
            return std::move(sampler).error();
        state->sampler.emplace(std::move(sampler).value());
        if (!state->symbols)
            return Error{"cannot sort samples by kernel function", state->no_symbols, {}};
        auto classes = SymbolClasses::built_in();
        if (!classes)
            return std::move(classes).error();
        state->classifier.emplace(*state->symbols, std::move(classes).value());
    }
    return Session(std::move(state));
}

ThreadRegistrar& Session::registrar() { return *state_->registrar; }

Result<void> Session::begin_cell(Variant variant) {
    stop_sampling();
    if (auto attached = state_->attach_for(variant); !attached)
        return attached;
    if (auto cleared = state_->clear_maps(variant); !cleared)
        return cleared;
    for (const std::string& program : state_->program_names()) {
        state_->misses_before[program] = state_->recursion_misses(program).value_or(0);
        state_->probe_misses_before[program] = state_->probe_misses(program).value_or(0);
    }
    if (state_->sampler)
        state_->sampler->begin_cell();
    return {};
}

void Session::start_timeline() {
    if (state_->timeline_ns == 0)
        return;
    auto* state = state_->programs->bss;
    const std::uint64_t now = monotonic_ns();
    // In this order the window is shut until it is right.
    state->timeline_begins = now;
    std::atomic_ref(state->timeline_ends).store(now + state_->timeline_ns, std::memory_order_release);
}

void Session::start_sampling() {
    if (!state_->sampler)
        return;
    state_->programs->bss->sampling = 1;
    state_->sampler->start();
}

void Session::stop_sampling() {
    if (!state_->sampler)
        return;
    state_->sampler->stop();
    state_->programs->bss->sampling = 0;
}

Result<TraceResult> Session::end_cell(Variant variant, std::uint64_t measured_bytes) {
    stop_sampling();
    RawCounts raw;
    for (Role role : all_roles)
        for (std::size_t figure = 0; figure < NETIO_FIGURE_COUNT; ++figure) {
            auto sum = read_figures(state_->map_fd(state_->programs->maps.timed_figures),
                                    NETIO_FIGURE_INDEX(role, figure), state_->cpus);
            if (!sum)
                return std::move(sum).error();
            raw.timed[index_of(role)][figure] = std::move(sum).value();
        }
    const auto samples = read_cpu_states(state_->map_fd(state_->programs->maps.cpu_states), variant, state_->cpus, raw);
    if (!samples)
        return samples.error();
    std::ranges::copy(state_->programs->bss->lost, raw.losses.in_programs.begin());
    for (const std::string& program : state_->program_names()) {
        if (const auto misses = state_->recursion_misses(program))
            raw.losses.recursion_misses[program] = *misses - state_->misses_before[program];
        if (const auto misses = state_->probe_misses(program))
            raw.losses.probe_misses[program] = *misses - state_->probe_misses_before[program];
    }
    if (auto closed = state_->close_timeline(raw.timeline); !closed)
        return std::move(closed).error();
    raw.zero_copy_watched = state_->programs->bss->watch_zero_copy != 0;
    if (!state_->plan.deferred_copy_hooked)
        raw.no_copy_sites = "skb_copy_ubufs() cannot be hooked here";
    else if (!state_->symbols)
        raw.no_copy_sites = state_->no_symbols;
    else
        raw.copied_after_all =
            explain_copies(read_copy_sites(state_->map_fd(state_->programs->maps.copy_sites)), *state_->symbols);
    if (state_->sampler) {
        const std::uint64_t expected = state_->sampler->expected();
        raw.losses.missed_samples = expected > *samples ? expected - *samples : 0;
        raw.samples = add_up_samples(read_samples(state_->map_fd(state_->programs->maps.samples)),
                                     state_->sampler->period_ns(*samples), *state_->classifier, state_->keep_stacks);
    }
    return collect(raw, state_->plan, measured_bytes);
}

const Result<double>& Session::bracket_ns() const { return state_->bracket_ns; }

std::uint64_t Session::map_bytes() const {
    std::uint64_t bytes = 0;
    const bpf_map* map = nullptr;
    bpf_object__for_each_map(map, state_->programs->obj) bytes += accounted_map_bytes(bpf_map__fd(map));
    return bytes;
}

} // namespace netio::tracer
