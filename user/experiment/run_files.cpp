// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/run_files.h"

#include <array>
#include <string>
#include <utility>

#include "report/renderers.h"

namespace netio::experiment {
namespace {

Result<OutputFolder> open_folder(const std::filesystem::path& path) {
    auto folder = OutputFolder::open(path);
    if (!folder)
        return std::move(folder).error().or_choose({Choice::other_folder});
    return folder;
}

Result<void> claim(OutputFolder& folder) {
    auto claimed = folder.claim();
    if (!claimed)
        return std::move(claimed).error().or_choose({Choice::other_folder});
    if (!*claimed)
        return input_error("cannot write to " + folder.path().string(), "another run is writing to it",
                           "wait until it ends")
            .or_choose({Choice::other_folder});
    return {};
}

} // namespace

Result<RunFolder> RunFolder::open(const std::filesystem::path& path, Existing run) {
    NETIO_TRY_TO(auto folder, open_folder(path));
    // First this and then a look, so that nobody comes in between.
    NETIO_TRY(claim(folder));
    for (const std::string& name : report::saved_file_names())
        if (run == Existing::kept && folder.has(name))
            return input_error("will not overwrite " + path.string(), "it holds a run (" + name + ")")
                .or_choose({Choice::other_folder, Choice::replace_run});
    return RunFolder{std::move(folder), run};
}

Result<RunFolder> RunFolder::make_new(const std::filesystem::path& parent, std::time_t started) {
    std::tm parts{};
    gmtime_r(&started, &parts);
    std::array<char, 32> name{};
    std::strftime(name.data(), name.size(), "%Y%m%d-%H%M%S", &parts);
    NETIO_TRY_TO(auto around, open_folder(parent));
    NETIO_TRY_TO(auto folder, std::move(around).make_new(name.data()));
    NETIO_TRY(claim(folder));
    return RunFolder{std::move(folder), Existing::kept};
}

Result<void> RunFolder::save(const Run& run) {
    for (const report::Renderer& renderer : report::renderers) {
        if (!renderer.saved_by_run)
            continue;
        const std::string name(renderer.file);
        NETIO_TRY_TO(const auto files, renderer.make(run, {}));
        NETIO_TRY(write(name, files.front().text));
    }
    return {};
}

Result<void> RunFolder::save(const Recording& recording) {
    return write(std::string(report::recording_file), report::render_recording_json(recording));
}

Result<void> RunFolder::write(const std::string& name, const std::string& text) {
    NETIO_TRY(folder_.write(name, text, written_.contains(name) ? Existing::replaced : existing_));
    written_.insert(name);
    return {};
}

} // namespace netio::experiment
