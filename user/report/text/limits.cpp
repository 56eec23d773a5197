// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <string>
#include <vector>

#include "report/text/sections.h"
#include "report/view/format.h"
#include "report/view/unmeasured.h"

namespace netio::report {
namespace {

/// How much of each call of a bracketed path is the tracer's own.
std::string bookkeeping_of(const Environment& environment) {
    if (environment.bracket_ns)
        return ": " + significant(*environment.bracket_ns) + " ns of each call are the tracer's own";
    return environment.no_bracket.empty() ? "" : ": the tracer's own share is not known";
}

void put_reasons(Page& page, std::string_view title, const std::vector<Explained>& list, std::size_t at_most) {
    if (list.empty())
        return;
    page.heading(title);
    for (std::size_t i = 0; i < std::min(list.size(), at_most); ++i)
        page.paragraph("  ", list[i].what() + ": " + list[i].reason, Style::dim);
    if (list.size() > at_most)
        page.paragraph("  ", "and " + counted(list.size() - at_most, "more reason") + ": see run.json", Style::dim);
}

} // namespace

void put_limits(Page& page, const Run& run) {
    if (run.cells.empty())
        return;
    page.blank();
    const bool any_traced =
        std::any_of(run.cells.begin(), run.cells.end(), [](const Cell& cell) { return cell.trace; });
    if (any_traced)
        page.parts({"exact has no mark", "~ sampled, ± reaches the farther end of its 95 % interval", "≈ estimated",
                    "⊢ bracketed" + bookkeeping_of(run.environment), "≥2, 2–3 what it lies between", "– none",
                    "n/a not measured"},
                   Style::dim);
    else
        page.parts({"Not traced: copies and where CPU time goes are not known"}, Style::dim);
    put_reasons(page, "Not measured, and why", unmeasured_of(run), std::string::npos);
    constexpr std::size_t enough = 5; // each cell that missed hits has its own
    put_reasons(page, "Estimated, and why", estimated_of(run), enough);
}

} // namespace netio::report
