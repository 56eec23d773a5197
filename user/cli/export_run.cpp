// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/export_run.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/phrases.h"
#include "base/output.h"
#include "cli/option_values.h"
#include "cli/output_file.h"
#include "cli/spec_options.h"
#include "cli/terminal.h"
#include "report/run_json/reader.h"
#include "report/view/format.h"

namespace netio::cli {
namespace {

namespace fs = std::filesystem;

report::RenderedFiles make_files(const ExportOptions& options, const std::string& run) {
    if (options.format.empty())
        return input_error("cells are chosen but nothing is exported", "", "name a format with --export");
    const report::Renderer* renderer = report::renderer_of(options.format);
    if (renderer == nullptr)
        return unknown_value("format", options.format, report::renderer_names());
    return render_saved(*renderer, options.cells, run, {});
}

bool is_folder(const std::string& path) {
    std::error_code not_there;
    return fs::is_directory(path, not_there);
}

/// What is called by the name of its folder, and the files of it that are there; another file by its own.
report::TextOptions with_files_of(const fs::path& file, report::TextOptions text) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    if (file.filename() != report::file_of_run(folder.string()).filename()) {
        text.saved_to = file.string();
        return text;
    }
    text.saved_to = folder.string();
    for (std::string& name : report::saved_file_names())
        if (std::error_code unknown; fs::is_regular_file(folder / name, unknown))
            text.saved_files.push_back(std::move(name));
    return text;
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
                               "each variant, field size and number of threads has one",
                               "name a folder with -o DIR/, or choose with --variant, --field-size and --threads");
        return std::optional<OutputFolder>{};
    }
    NETIO_TRY_TO(auto opened, OutputFolder::open(folder));
    return std::optional<OutputFolder>(std::move(opened));
}

} // namespace

std::string formats_for_help() {
    std::string formats;
    for (const report::Renderer& renderer : report::renderers)
        formats += (formats.empty() ? "" : "; ") + std::string(renderer.name) + ": " + std::string(renderer.purpose);
    return formats;
}

void CellOptions::add_to(CLI::App& command, const std::string& verb, const std::string& group) {
    command.add_option(variant_names, variant, verb + " the cells of this variant only")
        ->type_name("VARIANT")
        ->group(group);
    command.add_option(field_size_names, field_size, verb + " the cells of this field size only")
        ->transform(number_value({.least = 1, .most = static_cast<double>(most_field_size), .unit = Unit::bytes}))
        ->group(group);
    command.add_option(threads_names, threads, verb + " the cells with this number of connections only")
        ->transform(number_value({.least = 1, .most = most_threads}))
        ->group(group);
}

report::RenderedFiles render_saved(const report::Renderer& renderer, const CellOptions& cells, const std::string& name,
                                   report::TextOptions text) {
    report::CellSelection selection{{}, cells.field_size, cells.threads};
    if (cells.variant) {
        NETIO_TRY_TO(selection.variant, parse_variant(*cells.variant));
    }
    NETIO_TRY_TO(auto saved, report::read_saved_file(name));
    Run* run = std::get_if<Run>(&saved);
    if (run != nullptr && (cells.any() || !run->cells.empty()))
        NETIO_TRY(report::keep_only(*run, selection));
    if (run == nullptr && (cells.any() || renderer.make_of_trace == nullptr))
        return input_error(cells.any() ? "cells are chosen of an attached trace"
                                       : "an attached trace has no " + std::string(renderer.name),
                           cells.any() ? "it has none" : "it records no such thing",
                           "formats of a trace: " + analysis::joined(report::trace_format_names()));
    std::string shown_as = "standard input";
    if (name != standard_stream) {
        const fs::path file = report::file_of_run(name);
        shown_as = file.string();
        if (std::error_code unknown; fs::is_regular_file(file, unknown))
            text = with_files_of(file, std::move(text));
    }
    const report::RenderOptions options{std::move(shown_as), std::move(text)};
    if (run == nullptr)
        return renderer.make_of_trace(std::get<Recording>(saved), options);
    NETIO_TRY_TO(auto files, renderer.make(*run, options));
    if (!renderer.file.empty())
        files.front().name = renderer.file;
    return files;
}

void ExportOptions::add_to(CLI::App& command) {
    const std::string group = "For other programs";
    command.add_option("--export", format, "Write the run in another format instead. " + formats_for_help())
        ->type_name("FORMAT")
        ->group(group);
    cells.add_to(command, "Export", group);
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
    for (const report::RenderedFile& file : files) {
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
