// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/run_facts.h"
#include "report/text/sections.h"

namespace netio::report {
void put_header(Page& page, const Run& run) {
    std::vector<std::string> machine;
    std::vector<std::string> method;
    for (const analysis::RunFact& fact : analysis::facts_of(run))
        (fact.of_machine ? machine : method).push_back(fact.brief);
    page.parts(machine, Style::bold);
    page.parts(method);
    if (!run.environment.untraced.empty())
        page.paragraph("! ", "Not traced: " + run.environment.untraced, Style::plain, Style::warning);
    for (const std::string& note : run.environment.notes)
        page.paragraph("note: ", note, Style::dim, Style::dim);
    if (run.failure)
        page.paragraph("! ", "The run ended early: " + *run.failure, Style::plain, Style::warning);
    else if (run.interrupted)
        page.paragraph("! ", "The run was interrupted: figures are of the finished cells.", Style::plain,
                       Style::warning);
    if (run.cells.empty())
        page.paragraph("! ", "No cell was finished.", Style::plain, Style::warning);
}

} // namespace netio::report
