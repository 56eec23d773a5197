// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/renderers.h"

#include <algorithm>

namespace netio::report {

const Renderer* renderer_of(std::string_view name) {
    const auto* found = std::ranges::find(renderers, name, &Renderer::name);
    return found == renderers.end() ? nullptr : found;
}

std::vector<std::string> renderer_names() {
    const auto names = column(renderers, &Renderer::name);
    return {names.begin(), names.end()};
}

std::vector<std::string> trace_format_names() {
    std::vector<std::string> names;
    for (const Renderer& renderer : renderers)
        if (renderer.make_of_trace != nullptr)
            names.emplace_back(renderer.name);
    return names;
}

std::vector<std::string> run_file_names() {
    std::vector<std::string> names;
    for (const Renderer& renderer : renderers)
        if (renderer.saved_by_run)
            names.emplace_back(renderer.file);
    return names;
}

std::vector<std::string> saved_file_names() {
    std::vector<std::string> names = run_file_names();
    names.emplace_back(recording_file);
    return names;
}

Result<void> keep_only(Run& run, const CellSelection& selection) {
    std::erase_if(run.cells, [&](const Cell& cell) {
        return (selection.variant && cell.variant != *selection.variant) ||
               (selection.field_size && cell.field_size != *selection.field_size) ||
               (selection.threads && cell.threads != *selection.threads);
    });
    if (run.cells.empty())
        return input_error("there is no such cell in the run",
                           "none has this variant, field size and number of threads, or none was finished");
    return {};
}

} // namespace netio::report
