// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/completion.h"
#include "cli/terminal.h"

namespace netio::cli {

void add_completion_command(CLI::App& program, Action& chosen) {
    auto name = std::make_shared<std::string>();
    std::vector<std::string> names;
    for (const Shell& shell : shells())
        names.push_back(shell.name);
    CLI::App* command = program.add_subcommand(
        "completion", "Print the script that makes a shell complete netio-trace's command lines");
    command->add_option("SHELL", *name, "bash, zsh or fish")->required()->check(CLI::IsMember(names));
    command->callback([name, &program, &chosen] {
        chosen = [name, &program]() -> Result<ExitCode> {
            const auto shell = std::ranges::find(shells(), *name, &Shell::name);
            if (!print(shell->script(program)))
                return output_error();
            return ExitCode::success;
        };
    });
}

} // namespace netio::cli
