// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <string>

#include "base/log.h"
#include "cli/command.h"

namespace netio::cli {
namespace {

Verbosity verbosity_of(const Invocation& invocation) {
    if (invocation.quiet)
        return Verbosity::quiet;
    if (invocation.debug)
        return Verbosity::debug;
    return invocation.verbose ? Verbosity::verbose : Verbosity::normal;
}

int run(int argc, char** argv) {
    Invocation invocation;
    invocation.arguments.assign(argv, argv + argc);
    Action chosen;

    CLI::App program{"Shows where a TCP byte is copied, pinned, delayed or waited for between two processes, and what "
                     "each costs.",
                     "netio-trace"};
    program.set_version_flag("--version", "netio-trace " NETIO_VERSION);
    program.add_flag("-v,--verbose", invocation.verbose, "Say more on standard error");
    program.add_flag("--debug", invocation.debug, "Say everything on standard error");
    program.add_flag("-q,--quiet", invocation.quiet, "Say nothing but errors on standard error");
    program.require_subcommand(1);
    program.fallthrough();
    program.footer("Start with: netio-trace doctor, then sudo netio-trace run --preset smoke");
    add_run_command(program, invocation, chosen);
    add_server_command(program, chosen);
    add_client_command(program, chosen);
    add_report_command(program, invocation, chosen);
    add_doctor_command(program, chosen);

    try {
        program.parse(argc, argv);
    } catch (const CLI::Success& asked_for_help) {
        return program.exit(asked_for_help);
    } catch (const CLI::ParseError& failure) {
        set_up_log(verbosity_of(invocation));
        spdlog::error("{} (netio-trace --help lists commands, netio-trace COMMAND --help its options)", failure.what());
        return static_cast<int>(ExitCode::bad_input);
    }
    set_up_log(verbosity_of(invocation));
    const Result<ExitCode> outcome = chosen();
    if (!outcome) {
        spdlog::error(outcome.error().message());
        return static_cast<int>(outcome.error().exit_code);
    }
    return static_cast<int>(outcome.value());
}

} // namespace

std::string Invocation::command_line() const {
    std::string line;
    for (const std::string& argument : arguments) {
        const bool plain = argument.find_first_of(" \t\"'$\\*?") == std::string::npos && !argument.empty();
        line += (line.empty() ? "" : " ") + (plain ? argument : "'" + argument + "'");
    }
    return line;
}

} // namespace netio::cli

int main(int argc, char** argv) {
    try {
        return netio::cli::run(argc, argv);
    } catch (const std::exception& failure) {
        // Nothing recoverable is thrown in this program: what arrives here is memory that has run out, or a defect.
        std::fprintf(stderr,
                     "netio-trace: error: %s (is there enough memory? otherwise this is a defect: please report it)\n",
                     failure.what());
        return static_cast<int>(netio::ExitCode::failure);
    }
}
