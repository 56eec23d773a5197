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

struct Page {
    std::string html;
    std::string of; ///< "2 runs", "1 trace"
};

/// A page about runs, or about one attached trace.
Result<Page> make_page(const std::vector<std::string>& names) {
    std::vector<report::NamedRun> runs;
    bool any_cell = false;
    for (const std::string& name : names) {
        const std::string shown = name == standard_stream ? "standard input" : report::file_of_run(name).string();
        NETIO_TRY_TO(auto saved, report::read_saved_file(name));
        if (const auto* trace = std::get_if<Recording>(&saved)) {
            if (names.size() != 1)
                return input_error("a page shows runs, or one attached trace", printable(name) + " is a trace",
                                   "make a page of each, or compare them: netio-trace compare");
            return Page{report::render_recording_page(*trace, shown), "1 trace"};
        }
        Run& run = std::get<Run>(saved);
        any_cell = any_cell || !run.cells.empty();
        runs.push_back({shown, std::move(run)});
    }
    if (!any_cell)
        return input_error("no finished cell in " + names.front() + (names.size() == 1 ? "" : " and the others"), "",
                           "run again: netio-trace run");
    return Page{report::render_html(runs), report::counted(runs.size(), "run")};
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
    std::optional<Result<Page>> page;
    const auto output = output_of(settings);
    if (!output)
        return output.error();
    if (settings.output.empty())
        page = make_page(settings.runs);
    if (page && !*page)
        return page->error();
    std::optional<OutputFile> file;
    if (*output != standard_stream) {
        NETIO_TRY_TO(auto opened, open_output(*output, settings.runs, settings.force));
        file.emplace(std::move(opened));
    }
    if (!page)
        page = make_page(settings.runs);
    if (!*page)
        return page->error();
    const auto& [html, of] = **page;
    if (!file) {
        if (!print(html))
            return output_error();
        return ExitCode::success;
    }
    NETIO_TRY(file->write(html));
    if (!quiet && !file->is_stream() &&
        !print("wrote " + *output + " (" + report::grouped((html.size() + 1023) / 1024) + " KiB, " + of +
               "); open it in a browser, no network needed\n"))
        return output_error("the report is in " + *output);
    return ExitCode::success;
}

} // namespace

void add_report_command(CLI::App& program, const Invocation& invocation, Action& chosen) {
    auto settings = std::make_shared<ReportSettings>();
    CLI::App* command = program.add_subcommand("report", "Make an HTML page with charts of one run or several, or "
                                                         "of an attached trace, or files for other programs");
    command
        ->add_option("RUN", settings->runs,
                     "run.json of a run, trace.json of an attached trace, or the folder; - for standard input")
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
