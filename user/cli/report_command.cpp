// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <vector>

#include "base/output.h"
#include "cli/export_run.h"
#include "cli/output_file.h"
#include "cli/program.h"
#include "cli/terminal.h"
#include "report/html/page.h"
#include "report/run_json/reader.h"
#include "report/view/format.h"

namespace netio::cli {
namespace {

struct ReportSettings {
    std::vector<std::string> runs;
    std::string output;
    bool force = false;
    ExportOptions exported;
};

/// report.html beside the only run. Several runs have no place of their own.
Result<std::string> output_of(const ReportSettings& settings) {
    if (!settings.output.empty())
        return settings.output;
    if (settings.runs.size() == 1 && settings.runs.front() != standard_stream)
        return (report::file_of_run(settings.runs.front()).parent_path() / "report.html").string();
    return input_error(settings.runs.size() == 1 ? "the run is read from standard input" : "several runs given", "",
                       "name the output with -o");
}

Result<std::vector<report::NamedRun>> read_runs(const std::vector<std::string>& names) {
    std::vector<report::NamedRun> runs;
    bool any_cell = false;
    for (const std::string& name : names) {
        NETIO_TRY_TO(auto run, report::read_run_file(name));
        any_cell = any_cell || !run.cells.empty();
        runs.push_back(
            {name == standard_stream ? "standard input" : report::file_of_run(name).string(), std::move(run)});
    }
    if (!any_cell)
        return input_error("no finished cell in " + names.front() + (names.size() == 1 ? "" : " and the others"), "",
                           "run again: netio-trace run");
    return runs;
}

Result<ExitCode> write_export(const ReportSettings& settings, bool quiet) {
    if (settings.runs.size() != 1)
        return input_error("cannot export " + report::counted(settings.runs.size(), "run"), "--export takes one",
                           "export each on its own");
    return export_run(settings.exported, settings.runs.front(), settings.output, settings.force, quiet);
}

Result<ExitCode> write_report(const ReportSettings& settings, bool quiet) {
    // An output is refused before the runs are read, which may take long, but one beside a run after it: without the
    // run there may be no such place.
    std::optional<Result<std::vector<report::NamedRun>>> runs;
    const auto output = output_of(settings);
    if (!output)
        return output.error();
    if (settings.output.empty())
        runs = read_runs(settings.runs);
    if (runs && !*runs)
        return runs->error();
    std::optional<OutputFile> file;
    if (*output != standard_stream) {
        NETIO_TRY_TO(auto opened, open_output(*output, settings.runs, settings.force));
        file.emplace(std::move(opened));
    }
    if (!runs)
        runs = read_runs(settings.runs);
    if (!*runs)
        return runs->error();
    const std::string page = report::render_html(**runs);
    if (!file) {
        if (!print(page))
            return output_error();
        return ExitCode::success;
    }
    NETIO_TRY(file->write(page));
    if (!quiet && !file->is_stream() &&
        !print("wrote " + *output + " (" + report::grouped((page.size() + 1023) / 1024) + " KiB, " +
               report::counted((*runs)->size(), "run") + "); open it in a browser, no network needed\n"))
        return output_error("the report is in " + *output);
    return ExitCode::success;
}

} // namespace

void add_report_command(CLI::App& program, const Invocation& invocation, Action& chosen) {
    auto settings = std::make_shared<ReportSettings>();
    CLI::App* command = program.add_subcommand("report", "Make an HTML page with charts of one run or several, "
                                                         "or files of a run for other programs");
    command->add_option("RUN", settings->runs, "run.json of a run, or its folder; - for standard input")
        ->type_name("FILE")
        ->required();
    command
        ->add_option("-o,--output", settings->output,
                     "Output file, - for standard output; report.html beside the run when not given")
        ->type_name("FILE");
    command->add_flag("--force", settings->force, "Overwrite a file of a run");
    settings->exported.add_to(*command);
    command->callback([settings, &invocation, &chosen] {
        chosen = [settings, &invocation] {
            return settings->exported.any() ? write_export(*settings, invocation.quiet)
                                            : write_report(*settings, invocation.quiet);
        };
    });
}

} // namespace netio::cli
