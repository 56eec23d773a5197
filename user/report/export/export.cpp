// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/export/export.h"

#include <algorithm>
#include <array>

#include "report/export/folded.h"
#include "report/export/hgrm.h"
#include "report/export/perfetto.h"

namespace netio::report {
namespace {

constexpr std::array all_exporters{
    Exporter{"perfetto", "the timeline, as Chrome trace events (ui.perfetto.dev, chrome://tracing, speedscope)",
             export_perfetto},
    Exporter{"folded", "the sampled kernel stacks, a line each (flame graphs, speedscope)", export_folded},
    Exporter{"hgrm", "message latencies, as HdrHistogram's percentile distributions", export_hgrm},
};

} // namespace

std::span<const Exporter> exporters() { return all_exporters; }

const Exporter* exporter_of(std::string_view name) {
    const auto found = std::ranges::find(all_exporters, name, &Exporter::name);
    return found == all_exporters.end() ? nullptr : &*found;
}

Result<void> keep_only(Run& run, const CellSelection& selection) {
    std::erase_if(run.cells, [&](const Cell& cell) {
        return (selection.variant && cell.variant != *selection.variant) ||
               (selection.field_size && cell.field_size != *selection.field_size) ||
               (selection.threads && cell.threads != *selection.threads);
    });
    if (run.cells.empty())
        return input_error("there is no such cell in the run",
                           "none has this variant, field size and number of threads, or none was finished",
                           "netio-trace report without --export shows which there are");
    return {};
}

} // namespace netio::report
