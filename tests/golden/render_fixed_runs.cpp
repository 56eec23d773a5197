// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// render_fixed_runs DIRECTORY: writes the files of every fixed run into DIRECTORY/NAME/, for the check of the formats.
// render_fixed_runs --traces DIRECTORY: the same of attached traces.
// render_fixed_runs --show NAME [WIDTH]: prints a run as `run`, `explain` and `explain --assignment` would on a colour
// terminal, or an attached trace as `attach` and `explain` would, to look at it.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "fixed_recordings.h"
#include "fixed_runs.h"
#include "report/explain.h"
#include "report/renderers.h"
#include "report/run_json/writer.h"
#include "report/text/recording.h"
#include "report/text/run.h"

namespace {

using Render = std::string (*)(const netio::Run& run, const netio::report::TextOptions& options);

std::string render_answers(const netio::Run& run, const netio::report::TextOptions& options) {
    return netio::report::render_answers_text(run, options, netio::report::Detail::evidence);
}

bool write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    return static_cast<bool>(file.flush());
}

int show(const char* wanted, unsigned width) {
    for (const auto& [name, make] : netio::fixed_recordings::all)
        if (std::strcmp(name, wanted) == 0)
            std::cout << netio::report::render_recording_text(make(), {.color = true,
                                                                       .width = width,
                                                                       .saved_to = "results/example",
                                                                       .saved_files = {"trace.json"}})
                      << '\n';
    for (const auto& [name, make] : netio::fixed_runs::all)
        if (std::strcmp(name, wanted) == 0)
            for (const Render render : {Render{netio::report::render_text}, Render{netio::report::render_findings_text},
                                        Render{render_answers}})
                std::cout << render(make(), {.color = true,
                                             .width = width,
                                             .saved_to = "results/example",
                                             .saved_files = netio::report::run_file_names()})
                          << '\n';
    return 0;
}

bool write_traces(const std::filesystem::path& parent) {
    for (const auto& [name, make] : netio::fixed_recordings::all) {
        const netio::Recording recording = make();
        const std::filesystem::path folder = parent / name;
        std::filesystem::create_directories(folder);
        if (!write(folder / "trace.json", netio::report::render_recording_json(recording)) ||
            !write(folder / "explain.json", netio::report::render_recording_explanation_json(recording)) ||
            !write(folder / "subjects.csv", netio::report::render_subjects_csv(recording)) ||
            !write(folder / "histograms.csv", netio::report::render_subject_histograms_csv(recording)))
            return false;
    }
    return true;
}

} // namespace

int main(int argument_count, char** arguments) {
    if ((argument_count == 3 || argument_count == 4) && std::strcmp(arguments[1], "--show") == 0)
        return show(arguments[2], argument_count == 4 ? static_cast<unsigned>(std::atoi(arguments[3])) : 100);
    if (argument_count == 3 && std::strcmp(arguments[1], "--traces") == 0)
        return write_traces(arguments[2]) ? 0 : 1;
    if (argument_count != 2) {
        std::cerr << "usage: render_fixed_runs DIRECTORY | --traces DIRECTORY | --show NAME [WIDTH]\n";
        return 2;
    }
    for (const auto& [name, make] : netio::fixed_runs::all) {
        const netio::Run run = make();
        const std::filesystem::path folder = std::filesystem::path(arguments[1]) / name;
        std::filesystem::create_directories(folder);
        if (!write(folder / "run.json", netio::report::render_json(run)) ||
            !write(folder / "explain.json", netio::report::render_explanation_json(run, true)) ||
            !write(folder / "cells.csv", netio::report::render_cells_csv(run)) ||
            !write(folder / "histograms.csv", netio::report::render_histograms_csv(run))) {
            std::cerr << "cannot write to " << folder << '\n';
            return 1;
        }
    }
    return 0;
}
