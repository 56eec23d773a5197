// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/export_run.h"
#include "cli/option_values.h"
#include "cli/program.h"
#include "cli/terminal.h"
#include "report/renderers.h"
#include "report/view/format.h"

namespace netio::cli {
namespace {

struct ShowSettings {
    std::string run;
    std::string format = "text";
    CellOptions cells;
};

Result<ExitCode> show(const ShowSettings& settings, const Invocation& invocation) {
    const report::Renderer* renderer = report::renderer_of(settings.format);
    if (renderer == nullptr)
        return unknown_value("format", settings.format, report::renderer_names());
    NETIO_TRY_TO(const auto files, render_saved(*renderer, settings.cells, settings.run, output_options(invocation)));
    if (files.size() > 1)
        return input_error(settings.format + " makes " + report::counted(files.size(), "file") + " of this run",
                           "each variant, field size and number of threads has one",
                           "choose one with --variant, --field-size and --threads, or write all with "
                           "netio-trace report --export " +
                               settings.format);
    if (!print(files.front().text))
        return output_error();
    return ExitCode::success;
}

} // namespace

void add_show_command(CLI::App& program, const Invocation& invocation, Action& chosen) {
    auto settings = std::make_shared<ShowSettings>();
    CLI::App* command = program.add_subcommand(
        "show", "Print a saved run or attached trace again, as text or in another format; no privileges needed");
    command
        ->add_option("RUN", settings->run,
                     "run.json of a run, trace.json of an attached trace, or the folder; - for standard input")
        ->type_name("FILE")
        ->required();
    command->add_option("--format", settings->format, formats_for_help())->type_name("FORMAT")->capture_default_str();
    settings->cells.add_to(*command, "Show", "Cells");
    command->callback(
        [settings, &invocation, &chosen] { chosen = [settings, &invocation] { return show(*settings, invocation); }; });
}

} // namespace netio::cli
