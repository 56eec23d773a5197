// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <set>

#include "analysis/finders.h"
#include "analysis/phrases.h"
#include "analysis/places.h"

namespace netio::analysis {

/// One finding, for one cause often breaks several laws; the laws themselves are all listed with the cells.
std::optional<Finding> find_broken_laws(const Material& material) {
    const Run& run = material.run;
    const Cell* first_cell = nullptr;
    const LawCheck* first = nullptr;
    std::set<std::string> others;
    std::uint64_t cells = 0;
    for (const Cell& cell : run.cells) {
        bool fails_here = false;
        for (const LawCheck& law : cell.laws) {
            if (!law.checked || law.holds)
                continue;
            if (first == nullptr) {
                first = &law;
                first_cell = &cell;
            }
            if (law.name == first->name)
                fails_here = true;
            else
                others.insert(law.name);
        }
        cells += fails_here ? 1 : 0;
    }
    if (first == nullptr)
        return std::nullopt;
    Finding finding;
    finding.severity = Severity::warning;
    finding.fact = "The figures do not add up: \"" + first->statement + "\" (" + first->name + ") fails in " +
                   grouped(cells) + " of " + counted(run.cells.size(), "cell") + ", first in " + name_of(*first_cell) +
                   ": expected " + fixed(first->expected, 0) + ", observed " + fixed(first->observed, 0) + ".";
    if (!others.empty())
        finding.meaning = "Also broken: " + joined({others.begin(), others.end()}) + ".";
    finding.evidence = {{"cells that break " + first->name, "", Figure::exact(static_cast<double>(cells)), {}},
                        {"expected", "", Figure::exact(first->expected), place_of(*first_cell)},
                        {"observed", "", Figure::exact(first->observed), place_of(*first_cell)}};
    finding.rests_on = {"laws"};
    return finding;
}

} // namespace netio::analysis
