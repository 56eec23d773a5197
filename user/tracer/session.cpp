// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/session.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/capability.h"
#include "base/clock.h"
#include "base/memory_headroom.h"
#include "base/unique_fd.h"
#include "model/probe.h"
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
#include "tracer/sampler.h"
#include "tracer/stack_classifier.h"
#include "tracer/task_table.h"
#include "tracer/timeline.h"
#include "tracer_programs.skel.h"

namespace netio::tracer {

namespace {

std::uint32_t process_subjects_of(const SessionOptions& options) {
    if (!options.foreign)
        return 0;
    return std::min(static_cast<std::uint32_t>(options.subjects.size()) - 1U, NETIO_PROCESS_SUBJECTS);
}

/// Programs that follow tasks come with every one of them, and go with it.
bool follows_tasks(const PlannedProgram& program) {
    return program.name.ends_with("task_newtask") || program.name.ends_with("sched_process_free");
}

} // namespace

struct Session::State {
    State(LoadedPrograms its_programs, const ProbePlan& its_plan, const MapSizes& its_sizes,
          const SessionOptions& options)
        : programs(std::move(its_programs)), plan(its_plan), sizes(its_sizes), subjects(options.subjects),
          timeline_ns(options.timeline_ns), keep_stacks(options.keep_stacks), stay_attached(options.stay_attached),
          process_subjects(process_subjects_of(options)) {}

    LoadedPrograms programs;
    ProbePlan plan;
    MapSizes sizes;
    std::vector<Subject> subjects;
    std::uint64_t timeline_ns; ///< 0: no timeline
    bool keep_stacks;
    bool stay_attached;
    std::uint32_t process_subjects;
    bool zero_copy = false; ///< of the trace
    bool paused = false;    ///< programs are detached until it is resumed
    std::size_t cpus = static_cast<std::size_t>(libbpf_num_possible_cpus());
    TaskTable tasks = programs.tasks();
    std::optional<Sampler> sampler;
    std::optional<KernelSymbols> symbols;
    std::string no_symbols; ///< why there are none
    std::optional<StackClassifier> classifier;
    Mapping rings;
    std::map<std::string, std::uint64_t> misses_before;
    std::map<std::string, std::uint64_t> probe_misses_before;
    Result<double> bracket_ns = Error{"nothing is bracketed", {}, {}};

    Result<void> attach_for(bool zero_copy);
    std::optional<Setback> attach_all();
    std::optional<Setback> open_sampler();
    std::vector<std::string> program_names() const;
    Result<void> clear_maps(bool zero_copy);
    Result<void> close_timeline(std::optional<Timeline>& into);
    template <typename Value>
    [[nodiscard]] Result<void> fill(int map_fd, std::uint32_t elements, const Value& value) const;
    int map_fd(const bpf_map* map) const { return bpf_map__fd(map); }
};

/// Programs that follow zero-copy sends are attached where some are made, so that the others do not pay.
Result<void> Session::State::attach_for(bool zero_copy) {
    for (const PlannedProgram& program : plan.programs) {
        if (program.zero_copy_only && !zero_copy && !stay_attached)
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

/// Sets the first elements of a per-CPU array to a value on every CPU.
template <typename Value>
Result<void> Session::State::fill(int map_fd, std::uint32_t elements, const Value& value) const {
    const std::vector<Value> values(cpus, value);
    for (std::uint32_t index = 0; index < elements; ++index)
        if (bpf_map_update_elem(map_fd, &index, values.data(), BPF_ANY) != 0)
            return system_error("cannot clear the tracer's figures", errno, "run again")
                .or_choose({Choice::no_tracing});
    return {};
}

Result<void> Session::State::clear_maps(bool zero_copy) {
    auto* state = programs->bss;
    tasks.clear();
    const std::size_t used_rings = std::min<std::size_t>(state->ring_count, sizes.rings);
    std::ranges::fill(rings.bytes().first(used_rings << sizes.ring_bits << 3U), std::byte{0});
    std::ranges::fill(state->lost, std::uint64_t{0});
    state->ring_count = 0;
    state->watch_zero_copy = zero_copy ? 1 : 0;
    state->next_process = 0;
    std::ranges::fill(state->process_of_subject, 0U);
    delete_all_elements(map_fd(programs->maps.sockets), sizeof(std::uint64_t));
    delete_all_elements(map_fd(programs->maps.flows), sizeof(std::uint64_t));
    delete_all_elements(map_fd(programs->maps.samples), sizeof(netio_sample_key));
    delete_all_elements(map_fd(programs->maps.copy_sites), sizeof(netio_site_key));

    std::optional<Timeline> of_before;
    if (auto closed = close_timeline(of_before); !closed)
        return closed;

    netio_bank no_calls{};
    for (netio_timed_figures& figures : no_calls.at)
        figures.min_ns = NETIO_NO_CALL;
    const auto banks = static_cast<std::uint32_t>(subjects.size()) * NETIO_BANK_COUNT;
    NETIO_TRY(fill(map_fd(programs->maps.timed_figures), banks, no_calls));
    NETIO_TRY(fill(map_fd(programs->maps.counts), static_cast<std::uint32_t>(subjects.size()), netio_counts{}));
    return fill(map_fd(programs->maps.cpu_states), 1, netio_cpu_state{});
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

namespace {

MapDemand demand_of(const SessionOptions& options, bool sampling) {
    return {static_cast<std::uint32_t>(options.subjects.size()), options.connections, options.zero_copy, sampling,
            options.timeline_ns != 0 ? options.timeline_bytes : 0};
}

} // namespace

Result<void> check_memory(const SessionOptions& options) {
    // Two parsed copies of the kernel's types and its symbols are most of it.
    constexpr std::uint64_t own_bytes = std::uint64_t{64} << 20U;
    const int cpus = libbpf_num_possible_cpus();
    const std::uint64_t maps = map_sizes(demand_of(options, true)).bytes(static_cast<unsigned>(std::max(cpus, 1)));
    const auto headroom = memory_headroom();
    if (!headroom || headroom->bytes > maps + own_bytes)
        return {};
    const auto mebibytes = [](std::uint64_t bytes) { return std::to_string((bytes + 1048575) >> 20U) + " MiB"; };
    return Error{"no memory for the tracer's maps",
                 "they and the program need up to " + mebibytes(maps + own_bytes) + ", and " + headroom->limited_by +
                     " leaves " + mebibytes(headroom->bytes),
                 "raise the limit"}
        .or_choose({Choice::fewer_threads, Choice::no_tracing});
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
        return Setback{
            Backend::none,
            {},
            Error{"cannot trace here", plan.impossible.front(), {}}.or_choose({Choice::doctor, Choice::no_tracing})};
    const KernelTypes types = KernelTypes::load();
    const MapSizes sizes = map_sizes(demand_of(options, plan.sample_frequency != 0));
    std::string refused;
    auto programs = LoadedPrograms::load(plan, sizes, options.subjects, process_subjects_of(options), types, refused);
    if (!programs)
        return Setback{refused.empty() ? Backend::none : backend_of_program(refused), plan.target_of(refused),
                       std::move(programs).error()};
    auto state = std::make_unique<State>(std::move(programs).value(), plan, sizes, options);
    state->rings =
        Mapping(state->map_fd(state->programs->maps.rings), std::size_t{sizes.rings} << sizes.ring_bits << 3U);
    if (state->rings.bytes().empty())
        return Setback{Backend::none,
                       {},
                       system_error("cannot map the tracer's table of zero-copy sends", errno,
                                    "raise the memory limit of the control group")
                           .or_choose({Choice::fewer_threads, Choice::no_tracing})};
    if (auto setback = state->attach_all())
        return std::move(*setback);
    if (plan.copy_in_hooked)
        state->bracket_ns = measure_bracket(state->programs, plan.calibration, types);
    if (auto symbols = KernelSymbols::load(); symbols)
        state->symbols.emplace(std::move(symbols).value());
    else
        state->no_symbols = symbols.error().message();
    if (auto setback = state->open_sampler())
        return std::move(*setback);
    return Session(std::move(state));
}

Result<void> Session::begin(bool zero_copy) {
    stop_sampling();
    state_->zero_copy = zero_copy;
    NETIO_TRY(state_->attach_for(zero_copy));
    NETIO_TRY(state_->clear_maps(zero_copy));
    for (const std::string& program : state_->program_names()) {
        state_->misses_before[program] = state_->programs.recursion_misses(program).value_or(0);
        state_->probe_misses_before[program] = state_->programs.probe_misses(program).value_or(0);
    }
    if (state_->sampler)
        state_->sampler->begin();
    return {};
}

Result<void> Session::add_task(std::uint32_t tid, std::uint32_t subject) {
    if (subject >= state_->subjects.size())
        return Error{"cannot add a thread to the trace", "unknown subject " + std::to_string(subject), {}};
    return state_->tasks.add(tid, subject);
}

Result<void> Session::add_this_task(std::uint32_t subject) {
    NETIO_TRY_TO(const std::uint32_t tid, state_->programs.own_tid());
    return add_task(tid, subject);
}

Result<void> Session::add_task_of_process(std::uint32_t tid, std::uint32_t tgid) {
    auto* state = state_->programs->bss;
    const std::uint32_t most = state_->process_subjects;
    const std::span processes(state->process_of_subject, most);
    const auto known = std::ranges::find(processes, tgid);
    auto number = static_cast<std::uint32_t>(known - processes.begin());
    if (known == processes.end() && std::atomic_ref(state->next_process).load() < most) {
        number = std::min(std::atomic_ref(state->next_process).fetch_add(1), most);
        if (number < most)
            processes[number] = tgid;
    }
    return state_->tasks.add(tid, number);
}

std::vector<std::uint32_t> Session::processes() const {
    const auto* state = state_->programs->bss;
    const std::uint32_t used = std::min(state->next_process, state_->process_subjects);
    return {state->process_of_subject, state->process_of_subject + used};
}

Result<void> Session::follow_zero_copy() {
    state_->zero_copy = true;
    state_->programs->bss->watch_zero_copy = 1;
    return state_->paused ? Result<void>{} : state_->attach_for(true);
}

void Session::pause() {
    state_->paused = true;
    stop_sampling();
    for (const PlannedProgram& program : state_->plan.programs)
        if (!follows_tasks(program))
            state_->programs.detach(program);
}

Result<void> Session::resume() {
    state_->paused = false;
    // What was open when the programs were detached was not seen closing.
    state_->tasks.restart();
    NETIO_TRY(state_->attach_for(state_->zero_copy));
    start_sampling();
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

std::vector<int> Session::measuring_descriptors() const {
    auto list = state_->sampler ? state_->sampler->descriptors() : std::vector<int>();
    if (measuring_needs_bpf())
        list.push_back(state_->programs.own_tid_descriptor());
    return list;
}

bool Session::measuring_needs_bpf() const { return !in_first_pid_namespace(); }

Result<Trace> Session::end(std::uint64_t measured_bytes, double accounted_ns) {
    stop_sampling();
    RawCounts raw;
    const std::uint32_t used_processes = std::atomic_ref(state_->programs->bss->next_process).load();
    for (const Subject& subject : state_->subjects) {
        const auto number = static_cast<std::uint32_t>(raw.subjects.size());
        RawSubject& counts = raw.subjects.emplace_back();
        counts.subject = subject;
        if (number >= used_processes && number < state_->process_subjects)
            continue; // no process has it
        NETIO_TRY_TO(counts.timed, state_->programs.figures(number));
        NETIO_TRY_TO(counts.counts, read_counts(state_->map_fd(state_->programs->maps.counts), number, state_->cpus));
    }
    NETIO_TRY_TO(const std::uint64_t samples,
                 count_samples(state_->map_fd(state_->programs->maps.cpu_states), state_->cpus));
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
        for (std::size_t i = 0; const auto& sites :
                                read_copy_sites(state_->map_fd(state_->programs->maps.copy_sites), raw.subjects.size()))
            raw.subjects[i++].copied_after_all = explain_copies(sites, *state_->symbols);
    if (state_->sampler) {
        const std::uint64_t expected = state_->sampler->expected();
        raw.losses.missed_samples = expected > samples ? expected - samples : 0;
        // The function is there only where the kernel accounts interrupts apart (CONFIG_IRQ_TIME_ACCOUNTING).
        const bool apart = state_->symbols && state_->symbols->address("irqtime_account_irq");
        const SampleClock clock{1e9 / state_->plan.sample_frequency, accounted_ns, !apart};
        raw.samples = add_up_samples(read_samples(state_->map_fd(state_->programs->maps.samples)), state_->subjects,
                                     clock, *state_->classifier, state_->keep_stacks);
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
