// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <optional>
#include <string>

#include "base/log.h"
#include "cli/command.h"
#include "cli/program.h"
#include "report/view/format.h"

namespace netio::cli {
namespace {

Verbosity verbosity_of(const Invocation& invocation) {
    if (invocation.quiet)
        return Verbosity::quiet;
    if (invocation.debug)
        return Verbosity::debug;
    return invocation.verbose ? Verbosity::verbose : Verbosity::normal;
}

int refuse(const Invocation& invocation, const std::string& what) {
    set_up_log(verbosity_of(invocation));
    spdlog::error("{} (netio-trace --help lists commands, netio-trace COMMAND --help its options)",
                  report::printable(what));
    return static_cast<int>(ExitCode::bad_input);
}

/// "there is no command walk" when no command was recognised and a word stands where one should.
std::optional<std::string> unknown_command(const CLI::App& program) {
    if (!program.get_subcommands().empty())
        return std::nullopt;
    for (const std::string& word : program.remaining())
        if (!word.starts_with('-'))
            return "there is no command " + word;
    return std::nullopt;
}

} // namespace

int run_program(int argc, char** argv) {
    Invocation invocation;
    invocation.arguments.assign(argv, argv + argc);
    Action chosen;

    CLI::App program{"Shows where a TCP byte is copied, pinned, delayed or waited for between two processes, and what "
                     "each costs.",
                     "netio-trace"};
    program.set_version_flag("--version", "netio-trace " NETIO_VERSION);
    CLI::Option* verbose = program.add_flag("-v,--verbose", invocation.verbose, "Say more on standard error");
    CLI::Option* debug = program.add_flag("--debug", invocation.debug, "Say everything on standard error");
    program.add_flag("-q,--quiet", invocation.quiet, "Say nothing but errors on standard error")
        ->excludes(verbose)
        ->excludes(debug);
    // That there is one is checked below: CLI11 would not name a word that is no command.
    program.require_subcommand(0, 1);
    program.fallthrough();
    program.footer("Start with: netio-trace doctor, then sudo netio-trace run --preset smoke");
    add_run_command(program, invocation, chosen);
    add_server_command(program, chosen);
    add_client_command(program, chosen);
    add_report_command(program, invocation, chosen);
    add_doctor_command(program, chosen);
    add_compare_command(program, chosen);
    add_explain_command(program, chosen);
    add_completion_command(program, chosen);

    try {
        program.parse(argc, argv);
    } catch (const CLI::Success& asked_for_help) {
        return program.exit(asked_for_help);
    } catch (const CLI::ParseError& failure) {
        return refuse(invocation, unknown_command(program).value_or(failure.what()));
    }
    if (!chosen)
        return refuse(invocation, "a command is missing");
    set_up_log(verbosity_of(invocation));
    const Result<ExitCode> outcome = chosen();
    if (!outcome) {
        spdlog::error(outcome.error().message());
        return static_cast<int>(outcome.error().exit_code);
    }
    return static_cast<int>(outcome.value());
}

} // namespace netio::cli
