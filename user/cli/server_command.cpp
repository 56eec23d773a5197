// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <memory>

#include "cli/command.h"
#include "cli/end_options.h"
#include "cli/endpoint_summary.h"
#include "cli/spec_options.h"
#include "cli/terminal.h"
#include "workload/server.h"

namespace netio::cli {
namespace {

struct ServerSettings {
    EndOptions end;
    std::string variant;
    unsigned connections = 0;
};

Result<ExitCode> serve(ServerSettings& settings) {
    NETIO_TRY_TO(auto variant, parse_variant(settings.variant));
    workload::Options& options = settings.end.options;
    options.variant = variant;
    NETIO_TRY(settings.end.settle());
    NETIO_TRY_TO(auto stop, stop_on_signals());
    NETIO_TRY_TO(auto server, workload::Server::listen(options));
    spdlog::info("listening on {} port {}", options.address, server.port());
    workload::NoObserver nobody;
    NETIO_TRY_TO(auto result, server.serve(settings.connections, nobody, *stop));
    if (!print(describe_end(options, result)))
        return output_error();
    // A server is meant to be stopped by a signal, so that is no failure.
    return ExitCode::success;
}

} // namespace

void add_server_command(CLI::App& program, Action& chosen) {
    auto settings = std::make_shared<ServerSettings>();
    CLI::App* command =
        program.add_subcommand("server", "Send messages to whoever connects, until stopped: the sending "
                                         "end by hand, on one host or two");
    command->add_option("--variant", settings->variant, "A1, A2 or A3")->type_name("VARIANT")->required();
    settings->end.options.address = "0.0.0.0";
    command
        ->add_option("--max-threads", settings->end.options.threads, "Most connections at a time, each with a thread")
        ->required();
    command->add_option("--listen", settings->end.options.address, "Address to listen on")->capture_default_str();
    command->add_option("--connections", settings->connections,
                        "End after this many connections; 0: go on until stopped");
    command->add_option("--think-time", settings->end.options.think_time_ns,
                        "Nanoseconds to wait, busy, before each message");
    settings->end.add_to(*command);
    command->callback([settings, &chosen] { chosen = [settings] { return serve(*settings); }; });
}

} // namespace netio::cli
