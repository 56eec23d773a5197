// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/export_run.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <utility>
#include <vector>

#include "base/atomic_file.h"
#include "cli/output_file.h"
#include "cli/size_value.h"
#include "cli/spec_options.h"
#include "cli/terminal.h"
#include "report/export.h"
#include "report/format.h"
#include "report/run_reader.h"

namespace netio::cli {
namespace {

namespace fs = std::filesystem;

std::string names_of_exporters() {
    std::vector<std::string> names;
    for (const report::Exporter& exporter : report::exporters())
        names.emplace_back(exporter.name);
    return analysis::joined(names);
}

Result<report::CellSelection> selection_of(const ExportOptions& options) {
    report::CellSelection selection;
    if (options.variant) {
        auto variant = parse_variant(*options.variant);
        if (!variant)
            return std::move(variant).error();
        selection.variant = *variant;
    }
    selection.field_size = options.field_size;
    selection.threads = options.threads;
    return selection;
}

Result<std::vector<report::ExportedFile>> make_files(const ExportOptions& options, const std::string& run_name) {
    const report::Exporter* exporter = report::exporter_of(options.format);
    if (exporter == nullptr)
        return input_error(options.format.empty() ? "there is nothing to choose cells for"
                                                  : "there is no export " + report::printable(options.format),
                           "--export can be " + names_of_exporters());
    auto selection = selection_of(options);
    if (!selection)
        return std::move(selection).error();
    auto run = report::read_run_file(run_name);
    if (!run)
        return std::move(run).error();
    if (auto kept = report::keep_only(*run, *selection); !kept)
        return std::move(kept).error();
    return exporter->make(*run);
}

bool is_folder(const std::string& path) {
    std::error_code not_there;
    return fs::is_directory(path, not_there);
}

bool names_folder(const std::string& output) { return output.ends_with('/') || is_folder(output); }

/// Where each file goes; the names are those of the files that are written.
struct Target {
    fs::path folder;
    std::string name; ///< of the only file; empty: the files' own names
};

Result<Target> target_of(const std::string& run, const std::string& output, std::size_t files) {
    if (output.empty()) {
        if (run == standard_stream)
            return input_error("where is the export to be written?", "the run is no file", "name a file with -o");
        return Target{is_folder(run) ? fs::path(run) : fs::path(run).parent_path(), {}};
    }
    if (names_folder(output)) {
        std::error_code failure;
        fs::create_directories(output, failure);
        if (failure)
            return input_error("cannot make the folder " + output, failure.message());
        return Target{output, {}};
    }
    if (files > 1)
        return input_error("cannot write " + report::counted(files, "file") + " to one",
                           "there is one for each variant, field size and number of threads",
                           "name a folder with -o DIR/, or choose with --variant, --field-size and --threads");
    return Target{{}, output};
}

} // namespace

void ExportOptions::add_to(CLI::App& command) {
    const std::string group = "For other programs";
    std::string formats;
    for (const report::Exporter& exporter : report::exporters())
        formats += (formats.empty() ? "" : "; ") + std::string(exporter.name) + ": " + std::string(exporter.purpose);
    command.add_option("--export", format, "Write the run in another format. " + formats)
        ->type_name("FORMAT")
        ->group(group);
    command.add_option("--variant", variant, "Export the cells of this variant only")->group(group);
    command.add_option("--field-size", field_size, "Export the cells of this field size only")
        ->transform(size_value())
        ->group(group);
    command.add_option("--threads", threads, "Export the cells with so many connections only")->group(group);
}

Result<ExitCode> export_run(const ExportOptions& options, const std::string& run, const std::string& output,
                            bool quiet) {
    // What can be refused before the run is read is.
    if (!output.empty() && output != standard_stream && !names_folder(output))
        if (auto possible = check_output_file(output, {run}); !possible)
            return std::move(possible).error();
    auto files = make_files(options, run);
    if (!files)
        return std::move(files).error();
    if (output == standard_stream && files->size() == 1)
        return print(files->front().text) ? Result<ExitCode>(ExitCode::success) : Result<ExitCode>(output_error());
    const auto target = target_of(run, output, files->size());
    if (!target)
        return target.error();
    for (const report::ExportedFile& file : *files) {
        const fs::path path = target->folder / (target->name.empty() ? file.name : target->name);
        if (auto possible = check_output_file(path, {run}); !possible)
            return std::move(possible).error();
        if (auto written = write_file_atomically(path.string(), file.text); !written)
            return std::move(written).error();
        if (!quiet &&
            !print("wrote " + path.string() + " (" + report::grouped((file.text.size() + 1023) / 1024) + " KiB)\n"))
            return output_error();
    }
    return ExitCode::success;
}

} // namespace netio::cli
