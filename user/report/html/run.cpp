// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <utility>
#include <vector>

#include "analysis/finding.h"
#include "analysis/judge.h"
#include "analysis/laws.h"
#include "analysis/missed_hits.h"
#include "analysis/run_facts.h"
#include "report/html/data.h"
#include "report/view/advice.h"
#include "report/view/format.h"
#include "report/view/group_view.h"
#include "report/view/unmeasured.h"

namespace netio::report {
namespace {

/// A law over all cells.
struct LawSummary {
    const LawCheck* law;
    unsigned held = 0;
    unsigned broken = 0;
    unsigned not_shown = 0;               ///< for missed hits
    const LawCheck* first_open = nullptr; ///< that is broken, or else not shown
    std::vector<MissedHits> missed{};
    std::string reason{}; ///< why it was not checked in some cell
};

void add(LawSummary& summary, const LawCheck& law) {
    switch (law.outcome()) {
    case LawOutcome::unchecked:
        summary.reason = law.reason;
        break;
    case LawOutcome::holds:
        ++summary.held;
        break;
    case LawOutcome::broken:
        if (++summary.broken == 1)
            summary.first_open = &law;
        break;
    case LawOutcome::missed_hits:
        if (++summary.not_shown == 1 && summary.broken == 0)
            summary.first_open = &law;
        analysis::add_up(summary.missed, law.missed);
        break;
    }
}

std::string in_words(const LawSummary& summary) {
    std::string outcome;
    if (summary.broken != 0)
        outcome = "broken in " + counted(summary.broken, "cell");
    if (summary.not_shown != 0)
        outcome += (outcome.empty() ? "" : ", ") + ("not shown in " + counted(summary.not_shown, "cell"));
    if (summary.first_open != nullptr)
        outcome += ": expected " + fixed(summary.first_open->expected, 0) + ", observed " +
                   fixed(summary.first_open->observed, 0);
    else if (summary.held != 0)
        outcome = "holds in " + counted(summary.held, "cell");
    if (!summary.missed.empty())
        outcome += ", " + analysis::missed_in_words(summary.missed);
    if (!summary.reason.empty())
        outcome += (outcome.empty() ? "not checked: " : "; elsewhere not checked: ") + summary.reason;
    return outcome;
}

Json laws_to_page(const Run& run) {
    std::vector<LawSummary> laws;
    for (const Cell& cell : run.cells)
        for (const LawCheck& law : cell.laws) {
            auto found =
                std::ranges::find_if(laws, [&](const LawSummary& known) { return known.law->name == law.name; });
            if (found == laws.end())
                found = laws.insert(laws.end(), LawSummary{&law});
            add(*found, law);
        }
    Json list = Json::array();
    for (const LawSummary& summary : laws)
        list.push_back({{"name", printable(summary.law->name)},
                        {"statement", printable(summary.law->statement)},
                        {"outcome", printable(in_words(summary))},
                        {"broken", summary.broken != 0},
                        {"not_shown", summary.not_shown != 0}});
    return list;
}

Json losses_to_page(const Run& run) {
    Json list = Json::array();
    for (const Loss& loss : run.losses())
        list.push_back({{"name", printable(loss.name)},
                        {"count", grouped(loss.count)},
                        {"any", loss.count != 0},
                        {"touches", printable(loss.touches)}});
    return list;
}

Json accounting_to_page(const Run& run) {
    const analysis::Accounting accounting = analysis::account(run);
    if (accounting.laws_checked == 0)
        return {{"text", "not accounted"}, {"detail", "nothing was traced"}, {"sound", false}};
    return {{"text", "accounted " + fixed(accounting.percent, 3) + " %"},
            {"detail", analysis::laws_in_words(accounting) + ", " + counted(accounting.lost, "event") + " lost"},
            {"sound", sound(accounting)}};
}

Json findings_to_page(const Run& run) {
    Json list = Json::array();
    for (const analysis::Finding& finding : analysis::find_insights(run))
        list.push_back({{"id", printable(finding.id)},
                        {"warning", finding.severity == analysis::Severity::warning},
                        {"fact", printable(finding.fact)},
                        {"meaning", printable(meaning_of(finding))}});
    return list;
}

Json alerts_to_page(const Run& run) {
    Json alerts = Json::array();
    for (const std::string& alert : alerts_of(run))
        alerts.push_back(printable(alert));
    return alerts;
}

Json plan_to_page(const Environment& environment) {
    Json list = Json::array();
    for (const PathPlan& plan : environment.plan)
        list.push_back({{"path", name_of(plan.path)},
                        {"does", describe(plan.path)},
                        {"backend", name_of(plan.backend)},
                        {"calls", name_of(plan.calls)},
                        {"bytes", name_of(plan.bytes)},
                        {"time", name_of(plan.time)},
                        {"why", printable(plan.reason)}});
    return list;
}

Json reasons_to_page(const std::vector<Explained>& reasons) {
    Json list = Json::array();
    for (const Explained& entry : reasons)
        list.push_back({printable(entry.what()), printable(entry.reason)});
    return list;
}

template <class Key, class List>
Json distinct(const List& groups, Key&& key, auto&& label) {
    Json list = Json::array();
    std::vector<std::uint64_t> known;
    known.reserve(groups.size());
    for (const analysis::Group& group : groups)
        known.push_back(key(group));
    std::ranges::sort(known);
    known.erase(std::unique(known.begin(), known.end()), known.end());
    for (std::uint64_t value : known)
        list.push_back({{"value", value}, {"label", label(value)}});
    return list;
}

} // namespace

Json run_to_page(const NamedRun& named) {
    const Run& run = named.run;
    const std::vector<analysis::Group> groups = analysis::summarize(run);
    Json facts = Json::array();
    for (const analysis::RunFact& fact : analysis::facts_of(run))
        if (!fact.value.empty())
            facts.push_back({printable(fact.name), printable(fact.value)});
    Json notes = Json::array();
    for (const std::string& note : run.environment.notes)
        notes.push_back(printable(note));
    const analysis::Advice on_repeats = analysis::advice_on_repeats(groups);
    Json page_groups = Json::array();
    for (const analysis::Group& group : groups)
        page_groups.push_back(group_to_page(group, on_repeats));
    constexpr std::size_t name_columns = 60;
    const std::string name = printable(named.name);
    return {{"name", name},
            {"label", left_in(name, std::min(display_width(name), name_columns)) +
                          (run.environment.started_at.empty() ? "" : " · " + printable(run.environment.started_at))},
            {"verdict", verdict_of(groups)},
            {"alerts", alerts_to_page(run)},
            {"accounting", accounting_to_page(run)},
            {"findings", findings_to_page(run)},
            {"notes", std::move(notes)},
            {"facts", std::move(facts)},
            {"plan", plan_to_page(run.environment)},
            {"laws", laws_to_page(run)},
            {"losses", losses_to_page(run)},
            {"unmeasured", reasons_to_page(unmeasured_of(run))},
            {"estimated", reasons_to_page(estimated_of(run))},
            {"bracket", run.environment.bracket_ns
                            ? Json(significant(*run.environment.bracket_ns) + " ns of each call are the tracer's own")
                            : Json(printable(run.environment.no_bracket))},
            {"field_sizes", distinct(
                                groups, [](const analysis::Group& group) { return group.field_size; }, binary_size)},
            {"threads", distinct(
                            groups, [](const analysis::Group& group) -> std::uint64_t { return group.threads; },
                            [](std::uint64_t threads) { return counted(threads, "connection"); })},
            {"groups", std::move(page_groups)}};
}

Json differences_to_page(std::span<const NamedRun> runs) {
    std::vector<std::vector<analysis::RunFact>> facts;
    for (const NamedRun& named : runs)
        facts.push_back(analysis::facts_of(named.run));
    Json list = Json::array();
    for (const analysis::FactDifference& difference : analysis::differences_of(facts)) {
        Json values = Json::array();
        for (const std::string& value : difference.values)
            values.push_back(value.empty() ? "not recorded" : printable(value));
        list.push_back({{"what", printable(difference.name)}, {"values", std::move(values)}});
    }
    return list;
}

} // namespace netio::report
