// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <string>
#include <vector>

#include "report/format.h"
#include "report/text_sections.h"
#include "report/unmeasured.h"

namespace netio::report {
namespace {

/// How much of each call of a bracketed path is the tracer's own.
std::string bookkeeping_of(const Environment& environment) {
    if (environment.bracket_ns)
        return ": " + significant(*environment.bracket_ns) + " ns of each call are the tracer's own";
    return environment.no_bracket.empty() ? "" : ": how much of it is the tracer's own is not known";
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
                    "⊢ bracketed" + bookkeeping_of(run.environment), "– none", "n/a not measured"},
                   Style::dim);
    else
        page.parts({"Not traced: where bytes are copied and where CPU time goes is not known of this run"}, Style::dim);
    const std::vector<Unmeasured> unmeasured = unmeasured_of(run);
    if (unmeasured.empty())
        return;
    page.heading("Not measured, and why");
    for (const Unmeasured& entry : unmeasured)
        page.paragraph("  ", entry.what() + ": " + entry.reason, Style::dim);
}

} // namespace netio::report
