// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/finding.h"
#include "report/text/sections.h"
#include "report/view/advice.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

// Warnings are told whole. Of notes the facts, the most important ones first, as long as all of it stays about a dozen
// lines; the rest is a command away.
constexpr std::size_t enough_lines = 14;
constexpr unsigned least_notes = 3;

} // namespace

void put_findings(Page& page, const Run& run, const std::string& saved_to) {
    const std::vector<analysis::Finding> findings = analysis::find_insights(run);
    if (findings.empty())
        return;
    page.blank();
    page.heading("Findings");
    std::size_t lines = 0;
    unsigned notes = 0;
    std::size_t told = 0;
    for (const analysis::Finding& finding : findings) {
        const bool warning = finding.severity == analysis::Severity::warning;
        if (!warning && notes++ >= least_notes && lines >= enough_lines)
            break;
        const std::string text = (warning ? text_of(finding) : finding.fact) + " [" + finding.id + "]";
        constexpr std::size_t mark_width = 3;
        lines += wrap(text, page.width() - mark_width).size();
        page.paragraph(warning ? " ! " : " · ", text, Style::plain, warning ? Style::warning : Style::dim);
        ++told;
    }
    const std::size_t more = findings.size() - told;
    const std::string all = saved_to.empty() ? "to have findings explained, save the run"
                                             : "netio-trace explain " + saved_to + " shows all, with what they rest on";
    page.paragraph("   ", (more == 0 ? "" : counted(more, "more note") + ": ") + all, Style::dim);
}

} // namespace netio::report
