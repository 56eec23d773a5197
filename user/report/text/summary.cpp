// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <utility>

#include "analysis/finding.h"
#include "analysis/verdict.h"
#include "report/text/sections.h"
#include "report/view/advice.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

constexpr std::size_t most_lines_of_a_finding = 2;
constexpr std::size_t rule_lines = 1;
/// So many are worth more than lines that are blank.
constexpr std::size_t enough_findings = 3;
constexpr std::size_t blank_lines = 3;
/// Of the table of groups: a run has four corners; beside its rows it has three lines of heads, and one on rows that
/// are left out.
constexpr std::size_t least_rows = 4;
constexpr std::size_t heads_of_rows = 4;

/// The fact and its id on at most two lines; what does not fit is left out.
std::string in_two_lines(const analysis::Finding& finding, std::size_t width) {
    const std::string id = " [" + finding.id + "]";
    std::string text = finding.fact + id;
    for (std::size_t end = finding.fact.rfind(' ');
         wrap(text, width).size() > most_lines_of_a_finding && end != std::string::npos && end != 0;
         end = finding.fact.rfind(' ', end - 1))
        text = finding.fact.substr(0, end) + " …" + id;
    return text;
}

/// The first findings, and where the rest is.
Page facts_of(const Page& like, const std::vector<analysis::Finding>& findings, std::size_t count,
              const std::string& saved_to) {
    Page page = like;
    constexpr std::size_t mark_width = 3;
    for (std::size_t i = 0; i < count; ++i) {
        const bool warning = findings[i].severity == analysis::Severity::warning;
        page.paragraph(warning ? " ! " : " · ", in_two_lines(findings[i], page.prose_width() - mark_width),
                       Style::plain, warning ? Style::warning : Style::dim);
    }
    if (findings.empty())
        return page;
    const std::size_t rest = findings.size() - count;
    const std::string more = rest == 0 ? "What they mean: " : counted(rest, "more finding") + ", and what they mean: ";
    page.paragraph("   ", more + (saved_to.empty() ? "above" : "netio-trace explain " + saved_to), Style::dim);
    return page;
}

/// What must be known before any figure is believed.
void put_alerts(Page& page, const Run& run) {
    for (const std::string& alert : alerts_of(run))
        page.paragraph(" ! ", alert, Style::plain, Style::warning);
}

/// The latencies of the only group, where there is room for all of it; returns the lines that it takes.
std::size_t append_plot(Page& page, const std::vector<analysis::Group>& groups, std::size_t lines) {
    Page plot = page.like();
    if (groups.size() == 1)
        put_latency_plot(plot, groups.front());
    const std::size_t needed = plot.lines();
    if (needed > lines)
        return 0;
    page.append(std::move(plot));
    return needed;
}

} // namespace

Page put_facts(const Page& like, const std::vector<analysis::Finding>& findings, std::size_t lines,
               const std::string& saved_to) {
    const auto fitting = [&](std::size_t room) {
        std::size_t count = findings.size();
        while (count > 1 && facts_of(like, findings, count, saved_to).lines() > room)
            --count;
        return count;
    };
    const std::size_t count = fitting(lines - std::min(lines, blank_lines));
    return facts_of(like, findings, std::max(count, std::min(enough_findings, fitting(lines))), saved_to);
}

void put_summary(Page& page, const Run& run, const std::vector<analysis::Group>& groups, const TextOptions& options) {
    const std::size_t lines = std::max(least_height, options.height) - 1; // the last is the shell's
    Page footer = page.like();
    put_footer(footer, run, options);
    Page top = page.column();
    put_alerts(top, run);
    if (const std::string text = verdict_of(groups); !text.empty())
        top.paragraph("", text);
    const std::vector<analysis::Finding> findings = analysis::find_insights(run);
    const Page one = facts_of(page.column(), findings, std::min<std::size_t>(1, findings.size()), options.saved_to);
    const std::size_t around = rule_lines + top.lines() + heads_of_rows + one.lines() + footer.lines();
    Page table = page.column();
    if (groups.size() == 1)
        put_main_figures(table, groups.front());
    else if (!groups.empty())
        put_overview(table, groups, lines - std::min(lines - least_rows, around));

    page.blank();
    page.rule(groups.size() == 1 ? title_of(groups.front()) : "Summary");
    if (page.two_columns()) {
        const std::size_t room = lines - std::min(lines, footer.lines() + 2);
        top.blank();
        top.append(std::move(table));
        append_plot(top, groups, room - std::min(room, top.lines()));
        page.side_by_side(std::move(top), put_facts(page.column(), findings, room, options.saved_to));
        page.blank();
        page.append(std::move(footer));
        return;
    }
    const std::size_t taken = rule_lines + top.lines() + table.lines() + footer.lines();
    Page facts = put_facts(page.column(), findings, lines - std::min(lines, taken), options.saved_to);
    std::size_t spare = lines - std::min(lines, taken + facts.lines());
    const auto blank_if_there_is_room = [&](const Page& before) {
        if (spare != 0 && before.lines() != 0 && spare-- != 0)
            page.blank();
    };
    page.append(std::move(top));
    blank_if_there_is_room(table);
    page.append(std::move(table));
    spare -= append_plot(page, groups, spare - std::min<std::size_t>(spare, 2)); // blank lines around the findings
    blank_if_there_is_room(facts);
    page.append(std::move(facts));
    blank_if_there_is_room(footer);
    page.append(std::move(footer));
}

} // namespace netio::report
