// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/insights.h"
#include "report/text_sections.h"

namespace netio::report {

void put_findings(Page& page, const Run& run) {
    const std::vector<analysis::Finding> findings = analysis::find_insights(run);
    if (findings.empty())
        return;
    page.blank();
    page.heading("Findings");
    for (const analysis::Finding& finding : findings) {
        const bool warning = finding.severity == analysis::Severity::warning;
        page.paragraph(warning ? " ! " : " · ", finding.text() + " [" + finding.id + "]", Style::plain,
                       warning ? Style::warning : Style::dim);
    }
}

} // namespace netio::report
