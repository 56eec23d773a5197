// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/laws.h"
#include "analysis/missed_hits.h"
#include "analysis/phrases.h"
#include "report/renderers.h"
#include "report/text/sections.h"
#include "report/view/format.h"

namespace netio::report {

void put_open_laws(Page& page, const Run& run) {
    constexpr unsigned shown_at_most = 5;
    unsigned open = 0;
    for (const Cell& cell : run.cells)
        for (const LawCheck& law : cell.laws) {
            const LawOutcome outcome = law.outcome();
            if ((outcome != LawOutcome::broken && outcome != LawOutcome::missed_hits) || ++open > shown_at_most)
                continue;
            page.paragraph(" ! ",
                           std::string(name_of(cell.variant)) + ", " + binary_size(cell.field_size) + " fields, " +
                               counted(cell.threads, "connection") + ", repeat " + grouped(cell.repeat + 1) + ": law " +
                               law.name + (outcome == LawOutcome::broken ? " is broken (" : " is not shown (") +
                               law.statement + "): expected " + fixed(law.expected, 0) + ", observed " +
                               fixed(law.observed, 0) +
                               (law.missed.empty() ? "" : ", " + analysis::missed_in_words(law.missed)),
                           Style::plain, Style::warning);
        }
    if (open > shown_at_most)
        page.paragraph(" ! ", "and " + counted(open - shown_at_most, "more law") + ": see laws in run.json",
                       Style::plain, Style::warning);
}

namespace {

/// Something that can be done with this run or after it.
std::string next_step(const Run& run, const std::string& saved_to) {
    if (run.cells.empty())
        return "netio-trace doctor shows what this machine allows";
    if (!run.environment.untraced.empty())
        return "netio-trace doctor shows what tracing needs here, and what to do about what is missing";
    if (!run.spec.trace)
        return "the same as root and without --no-trace shows where the bytes are copied";
    if (run.spec.variants.size() == 1)
        return "the same without --variants compares ways to send";
    if (run.spec.field_sizes.size() == 1)
        return "the same with --field-sizes 64,1K,16K,64K shows where the order of the variants changes";
    const bool counters_missing = std::ranges::any_of(run.cells, [](const Cell& cell) {
        return std::ranges::any_of(cell.sender.counters,
                                   [](const CounterReading& reading) { return !reading.available(); });
    });
    if (counters_missing)
        return "netio-trace doctor shows what this machine cannot measure, and what to do about it";
    if (run.spec.repeats == 1)
        return "the same with --repeats 5 gives intervals";
    return saved_to.empty() ? "netio-trace compare shows the differences between saved runs"
                            : "netio-trace compare " + saved_to + " OTHER shows the differences to another run";
}

} // namespace

void put_footer(Page& page, const Run& run, const TextOptions& options) {
    const std::string& saved_to = options.saved_to;
    std::vector<std::string> parts;
    const analysis::Accounting accounting = analysis::account(run);
    if (accounting.laws_checked != 0) {
        parts.push_back("accounted " + fixed(accounting.percent, 3) + " %");
        parts.push_back(analysis::laws_in_words(accounting));
        parts.push_back(counted(accounting.lost, "event") + " lost");
    } else {
        parts.emplace_back("not accounted: nothing was traced");
    }
    if (run.interrupted)
        parts.emplace_back("interrupted");
    page.parts(parts, sound(accounting) ? Style::bold : Style::warning);
    if (!saved_to.empty())
        page.parts({options.saved_files.empty()
                        ? "read from " + saved_to
                        : "saved to " + saved_to + "/: " + analysis::joined(options.saved_files)});
    if (!saved_to.empty() && !run.cells.empty())
        page.paragraph("Page with charts: ", "netio-trace report " + saved_to);
    page.paragraph("Next: ", next_step(run, saved_to));
}

} // namespace netio::report
