// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <memory>

#include "cli/command.h"
#include "cli/end_options.h"
#include "cli/endpoint_summary.h"
#include "cli/terminal.h"
#include "experiment/cell_runner.h"
#include "workload/client.h"

namespace netio::cli {
namespace {

Result<ExitCode> ask(EndOptions& end) {
    NETIO_TRY(end.settle());
    workload::Options& options = end.options;
    options.warmup_messages = experiment::effective_warmup(options.warmup_messages, options.field_size);
    NETIO_TRY_TO(auto stop, stop_on_signals());
    workload::NoObserver nobody;
    NETIO_TRY_TO(auto result, workload::run_client(options, nobody, *stop));
    if (!print(describe_end(options, result)))
        return output_error();
    return exit_code_after(*stop);
}

} // namespace

void add_client_command(CLI::App& program, Action& chosen) {
    auto end = std::make_shared<EndOptions>();
    CLI::App* command =
        program.add_subcommand("client", "Ask a server for messages and time them: the receiving end by hand");
    command->add_option("--connect", end->options.address, "Address of the server")->required();
    command->add_option("--threads", end->options.threads, "Connections, each with a thread")->required();
    command->add_option("--duration", end->options.duration_s, "Seconds to measure")->required();
    command->add_option("--warmup", end->options.warmup_messages, "Messages of each connection before it is measured")
        ->capture_default_str();
    end->add_to(*command);
    command->callback([end, &chosen] { chosen = [end] { return ask(*end); }; });
}

} // namespace netio::cli
