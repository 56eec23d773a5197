// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <set>

#include "analysis/finders.h"
#include "analysis/missed_hits.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// The laws of a run with one outcome: the first of them, and the names of the others.
struct Found {
    const Cell* first_cell = nullptr;
    const LawCheck* first = nullptr;
    std::uint64_t cells = 0; ///< in which the first has it
    std::set<std::string> others;
    std::vector<MissedHits> missed; ///< in these cells, by any of these laws
};

Found laws_with(LawOutcome outcome, const Run& run) {
    Found found;
    for (const Cell& cell : run.cells) {
        std::vector<MissedHits> of_cell;
        bool here = false;
        for (const LawCheck& law : cell.laws) {
            if (law.outcome() != outcome)
                continue;
            if (found.first == nullptr) {
                found.first = &law;
                found.first_cell = &cell;
            }
            if (law.name == found.first->name)
                here = true;
            else
                found.others.insert(law.name);
            for (const MissedHits& missed : law.missed)
                if (std::ranges::find(of_cell, missed) == of_cell.end())
                    of_cell.push_back(missed);
        }
        found.cells += here ? 1 : 0;
        add_up(found.missed, of_cell);
    }
    return found;
}

std::vector<Evidence> evidence_of(const Found& found, const std::string& what) {
    return {{what + " " + found.first->name, "", Figure::exact(static_cast<double>(found.cells)), {}},
            {"expected", "", Figure::exact(found.first->expected), location_of(*found.first_cell)},
            {"observed", "", Figure::exact(found.first->observed), location_of(*found.first_cell)}};
}

/// "in 2 of 6 cells, first in CELL: expected 10, observed 9."
std::string where(const Found& found, const Run& run) {
    return "in " + grouped(found.cells) + " of " + counted(run.cells.size(), "cell") + ", first in " +
           name_of(*found.first_cell) + ": expected " + fixed(found.first->expected, 0) + ", observed " +
           fixed(found.first->observed, 0) + ".";
}

} // namespace

/// One finding, for one cause often breaks several laws; the laws themselves are all listed with the cells.
std::optional<Finding> find_broken_laws(const FindingInput& input) {
    const Found found = laws_with(LawOutcome::broken, input.run);
    if (found.first == nullptr)
        return std::nullopt;
    Finding finding;
    finding.severity = Severity::warning;
    finding.fact = "The figures do not add up: \"" + found.first->statement + "\" (" + found.first->name + ") fails " +
                   where(found, input.run);
    if (!found.others.empty())
        finding.meaning = "Also broken: " + joined({found.others.begin(), found.others.end()}) + ".";
    finding.evidence = evidence_of(found, "cells that break");
    finding.rests_on = {"laws"};
    return finding;
}

std::optional<Finding> find_laws_with_missed_hits(const FindingInput& input) {
    const Found found = laws_with(LawOutcome::missed_hits, input.run);
    if (found.first == nullptr)
        return std::nullopt;
    Finding finding;
    finding.severity = Severity::warning;
    finding.fact = missed_in_words(found.missed) + ": \"" + found.first->statement + "\" (" + found.first->name +
                   ") is not shown " + where(found, input.run);
    finding.meaning =
        found.others.empty() ? "" : "Also not shown: " + joined({found.others.begin(), found.others.end()}) + ". ";
    finding.meaning += "Figures that rest on them are marked as estimated.";
    finding.evidence = evidence_of(found, "cells that cannot show");
    for (const MissedHits& missed : found.missed)
        finding.evidence.push_back({missed.loss, "", Figure::exact(static_cast<double>(missed.count)), {}});
    finding.rests_on = {"laws", "losses"};
    return finding;
}

} // namespace netio::analysis
