// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/runner.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/log.h"
#include "experiment/environment.h"
#include "experiment/spec_check.h"
#include "experiment/tracing.h"
#include "netns/sysctl.h"

namespace netio::experiment {
namespace {

/// The cells in the order in which they run.
std::vector<CellKey> order_of_cells(const RunSpec& spec) {
    std::vector<CellKey> order;
    for (unsigned repeat = 0; repeat < spec.repeats; ++repeat)
        for (unsigned threads : spec.threads)
            for (std::uint64_t field_size : spec.field_sizes)
                for (Variant variant : spec.variants)
                    order.push_back({variant, field_size, threads, repeat});
    return order;
}

void leave_untraced(Error why, Run& run) {
    run.environment.untraced = why.message();
    spdlog::warn("not traced: {}", run.environment.untraced);
    run.environment.backends = "none";
    run.environment.plan.clear();
    run.spec.trace = false;
}

void describe_brackets(const tracer::Session& session, Environment& environment) {
    const bool any =
        std::ranges::any_of(environment.plan, [](const PathPlan& path) { return path.time == Quality::bracketed; });
    if (!any)
        return;
    if (session.bracket_ns())
        environment.bracket_ns = *session.bracket_ns();
    else
        environment.no_bracket = session.bracket_ns().error().message();
}

/// Tracing that was asked for by name is not left out: the run is nothing without it.
bool needs_tracing(const RunSpec& spec) { return spec.backend || spec.timeline_ms != 0 || spec.stacks; }

/// Opens the best session that works here. The run goes on without one when there is none, and says so.
Result<std::optional<tracer::Session>> start_tracing(const TracingRequest& request, const netns::Link* loopback,
                                                     const SignalReceiver& signals, Run& run) {
    NETIO_TRY_TO(auto opened, open_tracing(tracer::probe_features(), request, loopback, signals));
    Environment& environment = run.environment;
    for (const std::string& note : opened.notes)
        spdlog::warn(note);
    std::ranges::move(opened.notes, std::back_inserter(environment.notes));
    if (opened.refusal && needs_tracing(run.spec))
        return std::move(*opened.refusal);
    if (opened.refusal) {
        leave_untraced(std::move(*opened.refusal), run);
        return std::optional<tracer::Session>{};
    }
    if (!opened.plan.no_sampling.empty()) {
        if (run.spec.stacks)
            return Error{"cannot sample stacks here", opened.plan.no_sampling, {}}.or_choose(
                {Choice::no_stacks, Choice::doctor});
        environment.notes.push_back(opened.plan.no_sampling);
        run.spec.sample_frequency = 0;
    }
    environment.backends = opened.plan.backends;
    environment.plan.assign(opened.plan.paths.begin(), opened.plan.paths.end());
    describe_brackets(*opened.session, environment);
    return std::move(opened.session);
}

/// A user namespace stands in for the privileges that networks need, and takes away those that BPF needs: the session
/// is opened first then, and must still work from inside.
Result<std::optional<tracer::Session>> start_tracing_from_outside(const SignalReceiver& signals, Run& run) {
    TracingRequest request = tracing_request(run.spec);
    request.session.stay_attached = true;
    return start_tracing(request, nullptr, signals, run);
}

/// Once more from inside the user namespace.
Result<void> confirm_tracing(std::optional<tracer::Session>& session, const netns::Link& loopback,
                             const SignalReceiver& signals, Run& run) {
    const TracingRequest request = tracing_request(run.spec);
    auto test = test_session(*session, request.test_variant, request.test_s, &loopback, signals);
    if (test) {
        keep_to_what_was_seen(*test->cell.trace, run.environment.plan);
        return {};
    }
    if (test.error().exit_code == ExitCode::interrupted || needs_tracing(run.spec))
        return std::move(test).error();
    session.reset();
    leave_untraced(std::move(test).error().within("cannot trace from inside a user namespace"), run);
    return {};
}

void add_notes(const RunSpec& spec, Environment& environment) {
    const unsigned most_threads = *std::max_element(spec.threads.begin(), spec.threads.end());
    if (environment.cpus != 0 && most_threads * 2 > environment.cpus)
        environment.notes.push_back("up to " + std::to_string(most_threads * 2) + " worker threads share " +
                                    std::to_string(environment.cpus) + " CPUs: latencies include waiting for a CPU");
    // Measured (docs/measurements/tracing-overhead.md): 9 and 83 us for a message of 8 x 64 B that one call sends, by
    // that alone.
    if (environment.cpus > 1 && !spec.pin)
        environment.notes.emplace_back(
            "threads are not pinned: whether both ends of a connection share a CPU can change "
            "latency more than the variant does");
    if (spec.link.kind == LinkKind::devices)
        environment.notes.emplace_back("counters of the network include what others send to the borrowed devices");
    if (spec.nagle)
        environment.notes.emplace_back("Nagle's algorithm is on");
    for (const Variant variant : spec.variants)
        if (entry_of(variant).joins_fields)
            environment.notes.push_back(std::string(name_of(variant)) +
                                        " copies each byte once more, in user space: copies per byte count the "
                                        "kernel's copies alone, and its own shows as CPU time in user space");
    if (spec.verify)
        environment.notes.emplace_back("every payload byte is written and checked: this costs CPU time");
}

/// A signal that comes before the first cell ends the run as one that comes later does: without an error.
Result<Run> ended_before_the_first_cell(Error error, Run run) {
    if (error.exit_code != ExitCode::interrupted)
        return error;
    run.interrupted = true;
    return run;
}

} // namespace

Result<Run> run_experiment(const RunSpec& spec, const std::string& command_line, RunListener& listener) {
    NETIO_TRY(check_spec(spec));
    NETIO_TRY_TO(auto signals, SignalReceiver::create());

    Run run;
    run.spec = spec;
    run.environment.backends = "none";
    std::optional<tracer::Session> session;
    const bool enters_user_namespace = !netns::has_network_privileges();
    if (spec.trace && enters_user_namespace) {
        auto started = start_tracing_from_outside(signals, run);
        if (!started)
            return ended_before_the_first_cell(std::move(started).error(), std::move(run));
        session = std::move(started).value();
    }
    NETIO_TRY(netns::gain_network_privileges());
    describe_machine(run.environment);
    run.environment.command_line = command_line;
    add_notes(spec, run.environment);

    NETIO_TRY_TO(auto link, netns::Link::create(spec.link, {spec.mtu, spec.ipv6}));
    run.environment.link = link.description();
    run.environment.mtu = link.mtu();
    run.environment.devices = link.facts();
    NETIO_TRY(netns::set_sysctls(link.client_namespace(), spec.sysctls));
    NETIO_TRY_TO(auto sysctls, netns::set_sysctls(link.server_namespace(), spec.sysctls));
    NETIO_TRY(add_network_settings(run.environment, link.server_namespace()));
    run.environment.settings.merge(sysctls);
    if (!spec.congestion.empty())
        run.environment.congestion_control = spec.congestion;

    if (spec.trace && (session || !enters_user_namespace)) {
        NETIO_TRY_TO(auto loopback, netns::Link::create({LinkKind::loopback, "", ""}, {}));
        if (session) {
            if (auto confirmed = confirm_tracing(session, loopback, signals, run); !confirmed)
                return ended_before_the_first_cell(std::move(confirmed).error(), std::move(run));
        } else {
            auto started = start_tracing(tracing_request(spec), &loopback, signals, run);
            if (!started)
                return ended_before_the_first_cell(std::move(started).error(), std::move(run));
            session = std::move(started).value();
        }
    }

    keep_capabilities_of_tracing();

    const std::vector<CellKey> order = order_of_cells(spec);
    listener.run_started(run, order.size());
    const CellContext context{run.spec, &link, session ? &*session : nullptr, signals,
                              [&listener](double share) { listener.cell_goes_on(share); }};
    for (std::size_t index = 0; index < order.size(); ++index) {
        listener.cell_started(order[index], index);
        auto cell = run_cell(order[index], context);
        if (!cell) {
            if (run.cells.empty())
                return std::move(cell).error();
            run.failure = cell.error().message();
            break;
        }
        if (!cell->has_value()) {
            run.interrupted = true;
            break;
        }
        run.cells.push_back(std::move(**cell));
        if (auto kept = listener.cell_finished(run); !kept) {
            run.failure = kept.error().message();
            break;
        }
    }
    return run;
}

} // namespace netio::experiment
