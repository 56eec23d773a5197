// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/renderers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "report/export/csv.h"
#include "report/export/folded.h"
#include "report/export/hgrm.h"
#include "report/export/perfetto.h"
#include "report/html/page.h"
#include "report/run_json/writer.h"

namespace netio::report {
namespace {

using Files = Result<std::vector<ExportedFile>>;

/// A renderer that makes one text of every run.
template <auto Render>
Files one(const Run& run, const RenderOptions& options) {
    if constexpr (requires { Render(run, options); })
        return std::vector<ExportedFile>{{"", Render(run, options)}};
    else
        return std::vector<ExportedFile>{{"", Render(run)}};
}

/// A renderer that may need what a run has not recorded.
template <auto Render>
Files many(const Run& run, const RenderOptions&) {
    return Render(run);
}

std::string text_of(const Run& run, const RenderOptions& options) { return render_text(run, options.text); }

std::string page_of(const Run& run, const RenderOptions& options) {
    const NamedRun named{options.run_name, run};
    return render_html({&named, 1});
}

constexpr std::array all_renderers{
    Renderer{"text", "run.txt", "what run prints", false, one<text_of>},
    Renderer{"html", "report.html", "a page with charts", false, one<page_of>},
    Renderer{"json", "run.json", "everything, as run.json", true, one<render_json>},
    Renderer{"csv", "cells.csv", "a row for each cell", true, one<render_cells_csv>},
    Renderer{"histograms", "histograms.csv", "a row for each bucket of each histogram", true,
             one<render_histograms_csv>},
    Renderer{"perfetto", "timeline.json",
             "the timeline, as Chrome trace events (ui.perfetto.dev, chrome://tracing, speedscope)", false,
             many<export_perfetto>},
    Renderer{"folded", "stacks.folded", "the sampled kernel stacks, a line each (flame graphs, speedscope)", false,
             many<export_folded>},
    Renderer{"hgrm", "", "message latencies, as HdrHistogram's percentile distributions", false, many<export_hgrm>},
};

} // namespace

std::span<const Renderer> renderers() { return all_renderers; }

std::vector<std::string> renderer_names() {
    std::vector<std::string> names;
    for (const Renderer& renderer : all_renderers)
        names.emplace_back(renderer.name);
    return names;
}

std::vector<std::string> run_file_names() {
    std::vector<std::string> names;
    for (const Renderer& renderer : all_renderers)
        if (renderer.saved_by_run)
            names.emplace_back(renderer.file);
    return names;
}

const Renderer* renderer_of(std::string_view name) {
    const auto found = std::ranges::find(all_renderers, name, &Renderer::name);
    return found == all_renderers.end() ? nullptr : &*found;
}

} // namespace netio::report
