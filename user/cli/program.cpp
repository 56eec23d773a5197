// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/program.h"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "base/names_alike.h"
#include "cli/error_text.h"
#include "cli/examples.h"
#include "cli/option_values.h"
#include "cli/terminal.h"
#include "report/view/format.h"

namespace netio::cli {
namespace {

/// Nothing that a shell takes for anything but itself.
bool is_safe(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           std::string_view("_@%+=:,./-").find(letter) != std::string_view::npos;
}

std::string quoted(const std::string& argument) {
    if (!argument.empty() && std::ranges::all_of(argument, is_safe))
        return argument;
    std::string text = "'";
    for (const char letter : argument)
        text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return text + "'";
}

Verbosity verbosity_of(const Invocation& invocation) {
    if (invocation.quiet)
        return Verbosity::quiet;
    if (invocation.debug)
        return Verbosity::debug;
    return invocation.verbose ? Verbosity::verbose : Verbosity::normal;
}

/// The subcommand that was named, else the program itself.
const CLI::App& command_of(const CLI::App& program) {
    const auto named = program.get_subcommands();
    return named.empty() ? program : *named.front();
}

std::string help_of(const CLI::App& program) {
    const CLI::App& command = command_of(program);
    return &command == &program ? "netio-trace --help lists commands"
                                : "netio-trace " + command.get_name() + " --help lists options";
}

void add_options_of(const CLI::App& app, std::vector<std::string>& options) {
    for (const CLI::Option* option : app.get_options())
        for (const std::string& name : option->get_lnames())
            options.push_back("--" + name);
}

/// The error about words that were left over: about the first option among them, else the first word.
std::string unknown_word(const CLI::App& program, const std::vector<std::string>& words) {
    const auto option = std::ranges::find_if(words, [](const std::string& word) { return word.starts_with('-'); });
    const bool command_is_missing = program.get_subcommands().empty();
    std::vector<std::string> known;
    std::string what;
    std::string word;
    const auto plain = std::ranges::find_if(words, [](const std::string& text) { return !text.starts_with('-'); });
    if (command_is_missing && plain != words.end()) {
        word = *plain;
        what = "unknown command \"" + word + '"';
        for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
            known.push_back(command->get_name());
    } else if (option != words.end()) {
        word = option->substr(0, option->find('='));
        what = "unknown option " + word;
        add_options_of(program, known);
        if (!command_is_missing)
            add_options_of(command_of(program), known);
    } else {
        what = "unexpected argument \"" + words.front() + '"';
    }
    const std::vector<std::string> alike = names_alike(word, known);
    return what + " (" + (alike.empty() ? help_of(program) : "did you mean " + alike.front() + "?") + ")";
}

int refuse(const Invocation& invocation, const std::string& what) {
    set_up_log(verbosity_of(invocation));
    spdlog::error(report::as_called(what, invocation.program()));
    return static_cast<int>(ExitCode::bad_input);
}

} // namespace

std::string Invocation::command_line() const {
    std::string line;
    for (const std::string& argument : arguments)
        line += (line.empty() ? "" : " ") + quoted(argument);
    return line;
}

std::string Invocation::program() const { return arguments.empty() ? "netio-trace" : quoted(arguments.front()); }

int run_program(int argc, char** argv) {
    Invocation invocation;
    invocation.arguments.assign(argv, argv + argc);
    Action chosen;

    CLI::App program{"Shows where a TCP byte is copied, pinned, delayed or waited for between two processes, and what "
                     "each costs.",
                     "netio-trace"};
    program.set_version_flag("--version", "netio-trace " NETIO_VERSION);
    CLI::Option* verbose = program.add_flag("-v,--verbose", invocation.verbose, "Print more log messages");
    CLI::Option* debug = program.add_flag("--debug", invocation.debug, "Print all log messages");
    program.add_flag("-q,--quiet", invocation.quiet, "Print errors only, and no progress")
        ->excludes(verbose)
        ->excludes(debug);
    // That there is one is checked below: CLI11 would not name a word that is no command.
    program.require_subcommand(0, 1);
    program.fallthrough();
    add_run_command(program, invocation, chosen);
    add_attach_command(program, invocation, chosen);
    add_server_command(program, chosen);
    add_client_command(program, chosen);
    add_show_command(program, invocation, chosen);
    add_report_command(program, invocation, chosen);
    add_doctor_command(program, invocation, chosen);
    add_compare_command(program, invocation, chosen);
    add_explain_command(program, invocation, chosen);
    add_lab_command(program, invocation, chosen);
    add_completion_command(program, chosen);
    add_examples(program);

    try {
        program.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        const std::string help = wrapped_help(program.help(), columns_of(STDOUT_FILENO));
        return static_cast<int>(print(help) ? ExitCode::success : ExitCode::failure);
    } catch (const CLI::Success& asked_for_version) {
        return program.exit(asked_for_version);
    } catch (const CLI::ParseError& failure) {
        const std::vector<std::string> left = program.remaining(true);
        if (!left.empty())
            return refuse(invocation, unknown_word(program, left));
        const bool is_of_a_number_of_values = dynamic_cast<const CLI::ArgumentMismatch*>(&failure) != nullptr;
        const std::string what = with_names_as_typed(
            is_of_a_number_of_values ? with_values_counted(failure.what(), command_of(program)) : failure.what(),
            command_of(program), invocation.arguments);
        // The option is known, and the message says what it takes.
        const bool is_of_a_value = dynamic_cast<const CLI::ValidationError*>(&failure) != nullptr;
        return refuse(invocation, is_of_a_value ? what : what + " (" + help_of(program) + ")");
    }
    if (!chosen)
        return refuse(invocation, "no command given (" + help_of(program) + ")");
    set_up_log(verbosity_of(invocation));
    const Result<ExitCode> outcome = chosen();
    if (!outcome) {
        spdlog::error(report::as_called(
            with_names_as_typed(error_text(outcome.error()), command_of(program), invocation.arguments),
            invocation.program()));
        return static_cast<int>(outcome.error().exit_code);
    }
    return static_cast<int>(outcome.value());
}

} // namespace netio::cli
