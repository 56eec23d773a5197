// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/export_run.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "base/output.h"
#include "cli/option_values.h"
#include "cli/output_file.h"
#include "cli/spec_options.h"
#include "cli/terminal.h"
#include "report/export/export.h"
#include "report/run_json/reader.h"
#include "report/view/format.h"

namespace netio::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_of_exporters() {
    std::vector<std::string> names;
    for (const report::Exporter& exporter : report::exporters())
        names.emplace_back(exporter.name);
    return names;
}

Result<report::CellSelection> selection_of(const ExportOptions& options) {
    report::CellSelection selection;
    if (options.variant) {
        NETIO_TRY_TO(auto variant, parse_variant(*options.variant));
        selection.variant = variant;
    }
    selection.field_size = options.field_size;
    selection.threads = options.threads;
    return selection;
}

Result<std::vector<report::ExportedFile>> make_files(const ExportOptions& options, const std::string& run_name) {
    const report::Exporter* exporter = report::exporter_of(options.format);
    if (exporter == nullptr)
        return options.format.empty()
                   ? input_error("cells are chosen and nothing is exported", "", "name a format with --export")
                   : unknown_value("export format", options.format, names_of_exporters());
    NETIO_TRY_TO(auto selection, selection_of(options));
    NETIO_TRY_TO(auto run, report::read_run_file(run_name));
    NETIO_TRY(report::keep_only(run, selection));
    return exporter->make(run);
}

bool is_folder(const std::string& path) {
    std::error_code not_there;
    return fs::is_directory(path, not_there);
}

bool names_folder(const std::string& output) { return output.ends_with('/') || is_folder(output); }

/// The folder that the files go to under their own names; none when the only one goes to `output`.
Result<std::optional<OutputFolder>> folder_for(const std::string& run, const std::string& output, std::size_t files) {
    std::string folder = output;
    if (output.empty()) {
        if (run == standard_stream)
            return input_error("no output file given", "the run is read from standard input", "name a file with -o");
        folder = is_folder(run) ? run : fs::path(run).parent_path().string();
        if (folder.empty())
            folder = ".";
    } else if (!names_folder(output)) {
        if (files > 1)
            return input_error("cannot write " + report::counted(files, "file") + " to one file",
                               "there is one for each variant, field size and number of threads",
                               "name a folder with -o DIR/, or choose with --variant, --field-size and --threads");
        return std::optional<OutputFolder>{};
    }
    NETIO_TRY_TO(auto opened, OutputFolder::open(folder));
    return std::optional<OutputFolder>(std::move(opened));
}

} // namespace

void ExportOptions::add_to(CLI::App& command) {
    const std::string group = "For other programs";
    std::string formats;
    for (const report::Exporter& exporter : report::exporters())
        formats += (formats.empty() ? "" : "; ") + std::string(exporter.name) + ": " + std::string(exporter.purpose);
    command.add_option("--export", format, "Write the run for another program instead. " + formats)
        ->type_name("FORMAT")
        ->group(group);
    command.add_option(variant_names, variant, "Export the cells of this variant only")
        ->type_name("VARIANT")
        ->group(group);
    command.add_option(field_size_names, field_size, "Export the cells of this field size only")
        ->transform(size_value())
        ->group(group);
    command.add_option(threads_names, threads, "Export the cells with this number of connections only")->group(group);
}

Result<ExitCode> export_run(const ExportOptions& options, const std::string& run, const std::string& output, bool force,
                            bool quiet) {
    // What can be refused before the run is read is.
    std::optional<OutputFile> only;
    if (!output.empty() && output != standard_stream && !names_folder(output)) {
        NETIO_TRY_TO(auto opened, open_output(output, {run}, force));
        only.emplace(std::move(opened));
    }
    NETIO_TRY_TO(auto files, make_files(options, run));
    if (output == standard_stream && files.size() == 1)
        return print(files.front().text) ? Result<ExitCode>(ExitCode::success) : Result<ExitCode>(output_error());
    const auto folder = folder_for(run, output, files.size());
    if (!folder)
        return folder.error();
    for (const report::ExportedFile& file : files) {
        auto target =
            *folder ? open_output_in(**folder, file.name, {run}, force) : Result<OutputFile>(std::move(only).value());
        if (!target)
            return std::move(target).error();
        NETIO_TRY(target->write(file.text));
        if (!quiet && !target->is_stream() &&
            !print("wrote " + target->path().string() + " (" + report::grouped((file.text.size() + 1023) / 1024) +
                   " KiB)\n"))
            return output_error();
    }
    return ExitCode::success;
}

} // namespace netio::cli
