// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/runner.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/log.h"
#include "experiment/environment.h"
#include "experiment/spec_check.h"
#include "netns/in_namespace.h"
#include "tracer/features.h"
#include "tracer/probe_plan.h"

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

/// Reads the settings of the namespace that the sender is in.
Result<void> look_around_in(const netns::Namespace& where, Environment& environment) {
    return netns::in_namespace(where, [&environment]() -> Result<void> {
        add_network_settings(environment);
        return {};
    });
}

Result<tracer::Session> open_session(const RunSpec& spec, Environment& environment) {
    tracer::SessionOptions options;
    options.variants = spec.variants;
    options.threads = *std::max_element(spec.threads.begin(), spec.threads.end());
    options.timeline_ns = static_cast<std::uint64_t>(std::llround(spec.timeline_ms * 1e6));
    options.keep_stacks = spec.stacks;
    if (auto room = tracer::check_memory(options); !room)
        return std::move(room).error();
    const tracer::Features features = tracer::probe_features();
    tracer::PlanRequest request;
    request.sample_frequency = spec.sample_frequency;
    request.backend = spec.backend;
    const tracer::ProbePlan plan = tracer::make_plan(features, request);
    if (!plan.impossible.empty()) {
        std::string why;
        for (const std::string& reason : plan.impossible)
            why += (why.empty() ? "" : "; ") + reason;
        return Error{"this kernel cannot be traced from here", why,
                     "run as root, or add --no-trace for the benchmark alone; netio-trace doctor tells more",
                     ExitCode::failure};
    }
    environment.backends = plan.backends;
    environment.plan.assign(plan.paths.begin(), plan.paths.end());
    return tracer::Session::open(plan, options);
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

void add_notes(const RunSpec& spec, Environment& environment) {
    const unsigned most_threads = *std::max_element(spec.threads.begin(), spec.threads.end());
    if (environment.cpus != 0 && most_threads * 2 > environment.cpus)
        environment.notes.push_back("up to " + std::to_string(most_threads * 2) + " worker threads share " +
                                    std::to_string(environment.cpus) + " CPUs, so latencies include waiting for a CPU");
    // Measured (docs/method.md, "What tracing costs"): 9 and 83 us for a message of A2 with 8 x 64 B, by that alone.
    if (environment.cpus > 1 && !spec.pin)
        environment.notes.emplace_back("the scheduler decides whether both ends of a connection share a CPU, which can "
                                       "change latency more than the variant does; --pin keeps them apart");
    if (spec.nagle)
        environment.notes.emplace_back("Nagle's algorithm is on (--nagle)");
    if (spec.verify)
        environment.notes.emplace_back("every payload byte is written and checked (--verify), which costs CPU time");
}

} // namespace

Result<Run> run_experiment(const RunSpec& spec, const std::string& command_line, RunListener& listener) {
    if (auto checked = check_spec(spec); !checked)
        return std::move(checked).error();
    auto signals = SignalReceiver::create();
    if (!signals)
        return std::move(signals).error();
    if (auto gained = netns::gain_network_privileges(); !gained)
        return std::move(gained).error();

    Run run;
    run.spec = spec;
    run.environment = describe_machine();
    run.environment.command_line = command_line;
    add_notes(spec, run.environment);

    auto link = netns::Link::create(spec.link, {spec.mtu, spec.ipv6});
    if (!link)
        return std::move(link).error();
    run.environment.link = link->description();
    run.environment.mtu = link->mtu();
    if (auto looked = look_around_in(link->server_namespace(), run.environment); !looked)
        return std::move(looked).error();

    std::optional<tracer::Session> session;
    run.environment.backends = "none";
    if (spec.trace) {
        auto opened = open_session(spec, run.environment);
        if (!opened)
            return std::move(opened).error();
        session.emplace(std::move(opened).value());
        describe_brackets(*session, run.environment);
    }

    const std::vector<CellKey> order = order_of_cells(spec);
    listener.run_started(run, order.size());
    const CellContext context{run.spec, *link, session ? &*session : nullptr, *signals,
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
