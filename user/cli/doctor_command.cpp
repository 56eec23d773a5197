// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <memory>

#include "cli/program.h"
#include "cli/terminal.h"
#include "experiment/doctor.h"
#include "report/diagnosis.h"

namespace netio::cli {

void add_doctor_command(CLI::App& program, const Invocation& invocation, Action& chosen) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command =
        program.add_subcommand("doctor", "Show what this kernel and machine allow, and what to do about "
                                         "what is missing; exit code 0 when a run can be traced");
    command->add_flag("--json", *json, "Print JSON");
    command->callback([json, &invocation, &chosen] {
        chosen = [json, &invocation]() -> Result<ExitCode> {
            const auto diagnosis = experiment::diagnose();
            if (!diagnosis)
                return diagnosis.error();
            const std::string text = *json ? report::render_diagnosis_json(*diagnosis)
                                           : report::render_diagnosis_text(*diagnosis, output_options(invocation));
            if (!print(text))
                return output_error();
            return diagnosis->can_trace ? ExitCode::success : ExitCode::failure;
        };
    });
}

} // namespace netio::cli
