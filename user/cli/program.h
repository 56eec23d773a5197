// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "model/recording.h"
#include "model/run_result.h"

namespace CLI {
class App;
}

namespace netio::cli {

/// The whole program: reads the command line, carries out the command that it names, and returns the exit code. Errors
/// of either go to standard error. Throws only what nobody can recover from.
int run_program(int argc, char** argv);

/// What all subcommands know of how they were called.
struct Invocation {
    std::vector<std::string> arguments; ///< argv
    bool verbose = false;
    bool debug = false;
    bool quiet = false;

    /// As a shell would take it: what a shell would expand is in quotes.
    [[nodiscard]] std::string command_line() const;
    /// The program's name, or its path where it was called by one, as a shell would take it.
    [[nodiscard]] std::string program() const;
};

/// A subcommand once its options are parsed. An error is printed by run_program(), which returns its exit code.
using Action = std::function<Result<ExitCode>()>;

/// Each adds its subcommand to the program, and sets `chosen` to what is to be done when the user names it.
void add_run_command(CLI::App& program, const Invocation& invocation, Action& chosen);
void add_attach_command(CLI::App& program, const Invocation& invocation, Action& chosen);
void add_server_command(CLI::App& program, Action& chosen);
void add_client_command(CLI::App& program, Action& chosen);
void add_show_command(CLI::App& program, const Invocation& invocation, Action& chosen);
void add_report_command(CLI::App& program, const Invocation& invocation, Action& chosen);
void add_doctor_command(CLI::App& program, const Invocation& invocation, Action& chosen);
void add_compare_command(CLI::App& program, const Invocation& invocation, Action& chosen);
void add_explain_command(CLI::App& program, const Invocation& invocation, Action& chosen);
void add_lab_command(CLI::App& program, const Invocation& invocation, Action& chosen);
void add_completion_command(CLI::App& program, Action& chosen);

/// What `lab` can be asked to do.
[[nodiscard]] std::vector<std::string> lab_actions_in_words();

/// Exit code of `run` for a run that has results. An early end takes precedence over laws, and a broken law over one
/// that could not be verified.
[[nodiscard]] ExitCode exit_code_of(const Run& run);
/// Of `attach`: the same, and where nothing is wrong with the trace that of the command that was traced.
[[nodiscard]] ExitCode exit_code_of(const Recording& recording);

} // namespace netio::cli
