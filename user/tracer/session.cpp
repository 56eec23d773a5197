// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/session.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "netio_abi.h"
#include "tracer/calibration.h"
#include "tracer/collector.h"
#include "tracer/copy_sites.h"
#include "tracer/kernel_symbols.h"
#include "tracer/kernel_types.h"
#include "tracer/loaded_programs.h"
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

struct Session::State {
    State(LoadedPrograms its_programs, const ProbePlan& its_plan, const MapSizes& its_sizes,
          const SessionOptions& options)
        : programs(std::move(its_programs)), plan(its_plan), sizes(its_sizes), timeline_ns(options.timeline_ns),
          keep_stacks(options.keep_stacks), stay_attached(options.stay_attached) {}

    LoadedPrograms programs;
    ProbePlan plan;
    MapSizes sizes;
    std::uint64_t timeline_ns; ///< 0: no timeline
    bool keep_stacks;
    bool stay_attached;
    std::size_t cpus = static_cast<std::size_t>(libbpf_num_possible_cpus());
    std::unique_ptr<ThreadRegistrar> registrar;
    std::optional<Sampler> sampler;
    std::optional<KernelSymbols> symbols;
    std::string no_symbols; ///< why there are none
    std::optional<StackClassifier> classifier;
    Mapping rings;
    std::map<std::string, std::uint64_t> misses_before;
    std::map<std::string, std::uint64_t> probe_misses_before;
    Result<double> bracket_ns = Error{"nothing is bracketed", {}, {}};

    Result<void> attach_for(Variant variant);
    std::optional<Setback> attach_all();
    std::optional<Setback> open_sampler();
    std::vector<std::string> program_names() const;
    Result<void> clear_maps(Variant variant);
    Result<void> close_timeline(std::optional<Timeline>& into);
    int map_fd(const bpf_map* map) const { return bpf_map__fd(map); }
};

/// Programs that follow zero-copy sends are attached for the cells that make some, so that the others do not pay.
Result<void> Session::State::attach_for(Variant variant) {
    for (const PlannedProgram& program : plan.programs) {
        if (program.zero_copy_only && variant != Variant::A3 && !stay_attached)
            programs.detach(program);
        else if (auto attached = programs.attach(program); !attached)
            return attached;
    }
    return {};
}

/// Everything is attached once, so that what cannot be attached is known before the first cell.
std::optional<Setback> Session::State::attach_all() {
    for (const PlannedProgram& program : plan.programs)
        if (auto attached = programs.attach(program); !attached)
            return Setback{backend_of_program(program.name), program.target, std::move(attached).error()};
    return std::nullopt;
}

std::optional<Setback> Session::State::open_sampler() {
    if (plan.sample_frequency == 0)
        return std::nullopt;
    const auto setback = [](Error error) { return Setback{Backend::sampler, {}, std::move(error)}; };
    auto opened = Sampler::open(plan.sample_frequency, bpf_program__fd(programs->progs.on_sample));
    if (!opened)
        return setback(std::move(opened).error());
    sampler.emplace(std::move(opened).value());
    if (!symbols)
        return setback({"cannot sort samples by kernel function", no_symbols, {}});
    auto classes = SymbolClasses::built_in();
    if (!classes)
        return setback(std::move(classes).error());
    classifier.emplace(*symbols, std::move(classes).value());
    return std::nullopt;
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

    netio_figures_together none{};
    for (netio_timed_figures& figures : none.at)
        figures.min_ns = NETIO_NO_CALL;
    const std::vector<netio_figures_together> no_figures(cpus, none);
    for (std::uint32_t index = 0; index < NETIO_GROUP_ELEMENTS; ++index)
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
    NETIO_TRY_TO(auto events, drain_timeline(map_fd(programs->maps.timeline)));
    into = make_timeline(events, begins_ns, timeline_ns, state->timeline_gap);
    state->timeline_begins = 0;
    state->timeline_gap = 0;
    return {};
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
    auto tried = try_plan(plan, options);
    if (auto* setback = std::get_if<Setback>(&tried))
        return std::move(setback->error);
    return std::get<Session>(std::move(tried));
}

std::variant<Session, Setback> Session::try_plan(const ProbePlan& plan, const SessionOptions& options) {
    if (!plan.impossible.empty())
        return Setback{Backend::none,
                       {},
                       {"nothing can be traced here", plan.impossible.front(),
                        "netio-trace doctor shows what is missing; --no-trace runs without tracing"}};
    const KernelTypes types = KernelTypes::load();
    const MapSizes sizes = map_sizes(options.variants, options.threads, plan.sample_frequency != 0,
                                     options.timeline_ns != 0 ? options.timeline_bytes : 0);
    std::string refused;
    auto programs = LoadedPrograms::load(plan, sizes, types, refused);
    if (!programs)
        return Setback{refused.empty() ? Backend::none : backend_of_program(refused), plan.target_of(refused),
                       std::move(programs).error()};
    auto state = std::make_unique<State>(std::move(programs).value(), plan, sizes, options);
    state->registrar = make_registrar(bpf_program__fd(state->programs->progs.register_thread));
    state->rings =
        Mapping(state->map_fd(state->programs->maps.rings), std::size_t{sizes.rings} << sizes.ring_bits << 3U);
    if (state->rings.bytes().empty())
        return Setback{
            Backend::none,
            {},
            system_error("cannot map the tracer's table of zero-copy sends", errno,
                         "trace with fewer threads, raise the memory limit of the control group, or --no-trace")};
    if (auto setback = state->attach_all())
        return std::move(*setback);
    if (plan.copy_in_hooked)
        state->bracket_ns = measure_bracket(state->programs, plan.calibration, *state->registrar, types);
    if (auto symbols = KernelSymbols::load(); symbols)
        state->symbols.emplace(std::move(symbols).value());
    else
        state->no_symbols = symbols.error().message();
    if (auto setback = state->open_sampler())
        return std::move(*setback);
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
        state_->misses_before[program] = state_->programs.recursion_misses(program).value_or(0);
        state_->probe_misses_before[program] = state_->programs.probe_misses(program).value_or(0);
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
    for (Role role : all_roles) {
        NETIO_TRY_TO(auto sums, state_->programs.figures(role));
        std::ranges::move(sums, raw.timed[index_of(role)].begin());
    }
    const auto samples = read_cpu_states(state_->map_fd(state_->programs->maps.cpu_states), variant, state_->cpus, raw);
    if (!samples)
        return samples.error();
    std::ranges::copy(state_->programs->bss->lost, raw.losses.in_programs.begin());
    for (const std::string& program : state_->program_names()) {
        if (const auto misses = state_->programs.recursion_misses(program))
            raw.losses.recursion_misses[program] = *misses - state_->misses_before[program];
        if (const auto misses = state_->programs.probe_misses(program))
            raw.losses.probe_misses[program] = *misses - state_->probe_misses_before[program];
    }
    NETIO_TRY(state_->close_timeline(raw.timeline));
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

std::vector<ProgramRuns> Session::count_runs(const std::function<void()>& work) const {
    std::vector<ProgramRuns> all;
    for (const PlannedProgram& program : state_->plan.programs)
        all.push_back({program.name, program.target, {}});
    if (state_->plan.sample_frequency != 0)
        all.push_back({std::string(sampler_program), "cpu-clock", {}});
    const UniqueFd counting(bpf_enable_stats(BPF_STATS_RUN_TIME));
    std::vector<std::uint64_t> before;
    for (const ProgramRuns& program : all)
        before.push_back(state_->programs.runs(program.program).value_or(0));
    work();
    for (std::size_t i = 0; i < all.size() && counting; ++i)
        if (const auto after = state_->programs.runs(all[i].program))
            all[i].runs = *after - before[i];
    return all;
}

std::uint64_t Session::map_bytes() const { return state_->programs.map_bytes(); }

} // namespace netio::tracer
