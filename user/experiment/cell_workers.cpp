// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/cell_workers.h"

#include "base/log.h"
#include "experiment/cell_observers.h"
#include "workload/client.h"
#include "workload/server.h"

namespace netio::experiment {
namespace {

using Kind = ControlMessage::Kind;

void report(const ControlChannel& channel, const ControlMessage& message) {
    if (auto sent = channel.send(message); !sent)
        spdlog::error(sent.error().message());
}

void report_outcome(const ControlChannel& channel, Result<EndResult> outcome, const CellObservers& observers) {
    ControlMessage message;
    if (outcome) {
        message.kind = Kind::result;
        message.result = std::move(outcome).value();
        message.result->counters = observers.counters();
    } else {
        message.kind = Kind::error;
        message.error = std::move(outcome).error();
    }
    report(channel, message);
}

Result<void> enter(const netns::Namespace* where) { return where != nullptr ? where->enter() : Result<void>{}; }

Result<EndResult> serve(const WorkerSetup& setup, const netns::Namespace* where, const ControlChannel& channel,
                        CellObservers& observers) {
    NETIO_TRY(enter(where));
    NETIO_TRY_TO(auto server, workload::Server::listen(setup.options));
    ControlMessage listening;
    listening.kind = Kind::listening;
    listening.port = server.port();
    report(channel, listening);
    return server.serve(setup.options.threads, observers, setup.stop);
}

Result<EndResult> ask(const WorkerSetup& setup, const netns::Namespace* where, const ControlChannel& channel,
                      CellObservers& observers) {
    NETIO_TRY(enter(where));
    const auto begin = [&] {
        ControlMessage measuring;
        measuring.kind = Kind::measuring;
        report(channel, measuring);
        setup.measuring_begins();
    };
    return workload::run_client(setup.options, observers, setup.stop, {begin, setup.measuring_ends});
}

} // namespace

Result<WorkerProcess> start_server(const WorkerSetup& setup, const netns::Namespace* where) {
    return WorkerProcess::start("netio-server", [&](const ControlChannel& channel) {
        CellObservers observers(setup.options.threads, setup.events, setup.session);
        report_outcome(channel, serve(setup, where, channel, observers), observers);
    });
}

Result<WorkerProcess> start_client(const WorkerSetup& setup, const netns::Namespace* where) {
    return WorkerProcess::start("netio-client", [&](const ControlChannel& channel) {
        CellObservers observers(setup.options.threads, setup.events, setup.session);
        report_outcome(channel, ask(setup, where, channel, observers), observers);
    });
}

} // namespace netio::experiment
