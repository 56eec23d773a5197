// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <span>
#include <string>

#include "model/recording.h"
#include "model/run_result.h"

namespace netio::report {

/// A run with the name that it is shown under, which is that of its file.
struct NamedRun {
    std::string name;
    Run run;
};

/// One HTML page about the runs that opens without a network: charts, the tables of their data, findings, laws,
/// environment. The data are in the page as JSON, made by this program; the scripts of user/report/html/ and Chart.js
/// draw them. No text of a run can become markup or script (see html_data.h), and the page's Content-Security-Policy
/// allows nothing but the scripts and the style that the build put into it.
[[nodiscard]] std::string render_html(std::span<const NamedRun> runs);
/// The same about one run.
[[nodiscard]] std::string render_page(const Run& run, const std::string& name);

/// One HTML page about an attached trace: tables with a column for each subject, and histograms as SVG. It has no
/// scripts, and its Content-Security-Policy allows nothing but its style.
[[nodiscard]] std::string render_recording_page(const Recording& recording, const std::string& name);

} // namespace netio::report
