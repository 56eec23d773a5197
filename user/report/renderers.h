// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/recording.h"
#include "model/run_result.h"
#include "report/html/page.h"
#include "report/run_json/writer.h"
#include "report/text/recording.h"
#include "report/text/run.h"

namespace netio::report {

/// A file that is made of a run.
struct RenderedFile {
    std::string name; ///< what to call it where nobody has named it
    std::string text;
};
using RenderedFiles = Result<std::vector<RenderedFile>>;

/// What a renderer may need to know beside the run.
struct RenderOptions {
    std::string run_name; ///< what the run is called where it has a name
    TextOptions text;
};

/// A way to render a saved run; pure. The error (exit code bad_input) of a run that has not recorded what it needs says
/// how to record it.
struct Renderer {
    std::string_view name;    ///< of --format and --export
    std::string_view file;    ///< what its file is called where nobody has named it; "": files have own names
    std::string_view purpose; ///< what comes out, and for whom
    bool saved_by_run;        ///< each run leaves this file
    RenderedFiles (*make)(const Run& run, const RenderOptions& options);
    /// The same of an attached trace; null: it has nothing of that kind.
    RenderedFiles (*make_of_trace)(const Recording& recording, const RenderOptions& options) = nullptr;
};

/// cells.csv: one row a cell, a header that names units; an unavailable figure is an empty field.
[[nodiscard]] std::string render_cells_csv(const Run& run);

/// histograms.csv: one row for each non-empty bucket of each histogram.
[[nodiscard]] std::string render_histograms_csv(const Run& run);

/// subjects.csv: one row a subject of an attached trace, the same way.
[[nodiscard]] std::string render_subjects_csv(const Recording& recording);
/// The histograms of its paths.
[[nodiscard]] std::string render_subject_histograms_csv(const Recording& recording);

/// The timeline as Chrome trace events (the "Trace Event Format" document of the Chromium project), one JSON object
/// with an event a line. A process for each cell and role, whose clock starts with the cell's window, so that cells lie
/// side by side; in it a track for each worker thread, and for each CPU one of what was copied there in softirq. On
/// every track the complete events ("X") nest: one that would overlap another in part goes to a further track of the
/// same name. Zero-copy sends are asynchronous events ("b", "e"): in flight until their completion, then until their
/// notification is read. Where events were lost there is an instant ("i") with their number. Times are in microseconds
/// with three decimals.
[[nodiscard]] RenderedFiles export_perfetto(const Run& run, const RenderOptions& options = {});

/// The sampled kernel stacks of all cells as folded stacks, sorted: `variant;role;context;outermost;…;innermost count`
/// a line, cells of a variant added up. Samples of user space and of stacks that could not be walked end with the
/// context, so that the counts of a role add up to its samples.
[[nodiscard]] RenderedFiles export_folded(const Run& run, const RenderOptions& options = {});

/// The message latency of each (variant, field size, threads), repeats merged, in the text format of HdrHistogram's
/// outputPercentileDistribution() with 5 ticks for each halving of the distance to 100 %, in microseconds: a file each.
/// Values are those of Histogram::quantile(), and the last is the exact maximum. TotalCount counts all messages of the
/// buckets up to that of the value, with it, so that rows in one bucket have the same. Cells without a message have no
/// file.
[[nodiscard]] RenderedFiles export_hgrm(const Run& run, const RenderOptions& options = {});

/// A renderer that makes one text of every run.
template <auto Render>
[[nodiscard]] RenderedFiles one_text(const Run& run, const RenderOptions& options) {
    if constexpr (requires { Render(run, options.text); })
        return std::vector<RenderedFile>{{"", Render(run, options.text)}};
    else if constexpr (requires { Render(run, options.run_name); })
        return std::vector<RenderedFile>{{"", Render(run, options.run_name)}};
    else
        return std::vector<RenderedFile>{{"", Render(run)}};
}

/// The same of an attached trace, with the name of its file.
template <auto Render, const auto& file>
[[nodiscard]] RenderedFiles one_text_of_trace(const Recording& recording, const RenderOptions& options) {
    if constexpr (requires { Render(recording, options.text); })
        return std::vector<RenderedFile>{{std::string(file), Render(recording, options.text)}};
    else if constexpr (requires { Render(recording, options.run_name); })
        return std::vector<RenderedFile>{{std::string(file), Render(recording, options.run_name)}};
    else
        return std::vector<RenderedFile>{{std::string(file), Render(recording)}};
}
inline constexpr std::string_view text_file = "trace.txt";
inline constexpr std::string_view page_file = "report.html";
inline constexpr std::string_view subjects_file = "subjects.csv";
inline constexpr std::string_view histograms_file = "histograms.csv";

/// All of them, in the order in which they are listed to a user.
inline constexpr std::array renderers{
    Renderer{"text", "run.txt", "what run or attach prints", false, one_text<render_text>,
             one_text_of_trace<render_recording_text, text_file>},
    Renderer{"html", "report.html", "a page with charts", false, one_text<render_page>,
             one_text_of_trace<render_recording_page, page_file>},
    Renderer{"json", "run.json", "everything, as run.json or trace.json", true, one_text<render_json>,
             one_text_of_trace<render_recording_json, recording_file>},
    Renderer{"csv", "cells.csv", "a row for each cell or subject", true, one_text<render_cells_csv>,
             one_text_of_trace<render_subjects_csv, subjects_file>},
    Renderer{"histograms", "histograms.csv", "a row for each bucket of each histogram", true,
             one_text<render_histograms_csv>, one_text_of_trace<render_subject_histograms_csv, histograms_file>},
    Renderer{"perfetto", "timeline.json",
             "the timeline, as Chrome trace events (ui.perfetto.dev, chrome://tracing, speedscope)", false,
             export_perfetto},
    Renderer{"folded", "stacks.folded", "the sampled kernel stacks, a line each (flame graphs, speedscope)", false,
             export_folded},
    Renderer{"hgrm", "", "message latencies, as HdrHistogram's percentile distributions", false, export_hgrm},
};

[[nodiscard]] const Renderer* renderer_of(std::string_view name); ///< null: there is none of this name
[[nodiscard]] std::vector<std::string> renderer_names();
/// Those of the renderers that take attached traces.
[[nodiscard]] std::vector<std::string> trace_format_names();
/// The files that each run leaves.
[[nodiscard]] std::vector<std::string> run_file_names();
/// The same, and that which each attached trace leaves.
[[nodiscard]] std::vector<std::string> saved_file_names();

/// Which cells of a run; what is not named is not restricted.
struct CellSelection {
    std::optional<Variant> variant;
    std::optional<std::uint64_t> field_size;
    std::optional<unsigned> threads;
};

/// Takes all other cells out of the run. An error (bad_input) when none is left.
[[nodiscard]] Result<void> keep_only(Run& run, const CellSelection& selection);

} // namespace netio::report
