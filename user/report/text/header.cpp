// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/run_facts.h"
#include "report/text/sections.h"
#include "report/view/advice.h"

namespace netio::report {

void put_header(Page& page, const Run& run) {
    std::vector<std::string> machine;
    std::vector<std::string> method;
    for (const analysis::RunFact& fact : analysis::facts_of(run))
        (fact.of_machine ? machine : method).push_back(fact.brief);
    page.parts(machine, Style::bold);
    page.parts(method);
    for (const std::string& note : run.environment.notes)
        page.paragraph("note: ", note, Style::dim, Style::dim);
    for (const std::string& alert : alerts_of(run))
        page.paragraph("! ", alert, Style::plain, Style::warning);
}

} // namespace netio::report
