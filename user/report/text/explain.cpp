// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/explain.h"
#include "analysis/assignment.h"
#include "analysis/finding.h"
#include "report/text/evidence.h"
#include "report/text/sections.h"
#include "report/view/advice.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

void put_marks(Page& page) {
    page.blank();
    page.parts({"exact has no mark", "~ sampled, ± or [low, high] is its 95 % interval", "≈ estimated", "⊢ bracketed",
                "n/a not measured", "– none"},
               Style::dim);
}

std::vector<std::string> thresholds_of(const analysis::Finding& finding) {
    std::vector<std::string> parts;
    for (const analysis::Threshold& threshold : finding.thresholds)
        parts.push_back(threshold.name + ": " + evidence_value(Figure::exact(threshold.value), threshold.unit, true));
    return parts;
}

void put_explained(Page& page, const std::vector<analysis::Finding>& findings) {
    page.blank();
    page.heading(findings.empty() ? "No findings" : counted(findings.size(), "finding"));
    for (const analysis::Finding& finding : findings) {
        const bool warning = finding.severity == analysis::Severity::warning;
        page.blank();
        page.paragraph(warning ? " ! " : " · ", text_of(finding) + " [" + finding.id + "]", Style::plain,
                       warning ? Style::warning : Style::dim);
        put_evidence(page, finding.evidence);
        put_labelled(page, "threshold", thresholds_of(finding));
        put_labelled(page, "rests on", finding.rests_on);
    }
    put_marks(page);
}

std::string how_far(const analysis::Answer& answer) {
    return answer.answered == analysis::Answered::no ? "Not answered. " : "Answered in part. ";
}

void put_answer(Page& page, const analysis::Answer& answer) {
    if (const std::string text = text_of(answer); !text.empty())
        page.paragraph("    ", text);
    if (!answer.missing.empty())
        page.paragraph("  ! ", how_far(answer) + missing_of(answer), Style::plain, Style::warning);
    put_evidence(page, answer.evidence);
    put_labelled(page, "rests on", answer.rests_on);
}

void put_brief_answer(Page& page, const analysis::Answer& answer) {
    const bool whole = answer.missing.empty();
    const std::string text = answer.brief.empty() ? answer.missing : answer.brief;
    page.paragraph(whole ? "    " : "  ! ", (whole ? "" : how_far(answer)) + text, Style::plain,
                   whole ? Style::plain : Style::warning);
}

} // namespace

std::string render_findings_text(const Run& run, const TextOptions& options) {
    Page page(options);
    put_header(page, run);
    put_explained(page, analysis::find_insights(run));
    page.paragraph("Next: ", "docs/method.md defines each [id]; --assignment answers the questions of the assignment");
    return std::move(page).take();
}

std::string render_recording_findings_text(const Recording& recording, const TextOptions& options) {
    Page page(options);
    put_header(page, recording);
    put_explained(page, analysis::find_insights(recording));
    page.paragraph("Next: ", "docs/method.md defines each [id]");
    return std::move(page).take();
}

std::string render_answers_text(const Run& run, const TextOptions& options, Detail detail) {
    Page page(options);
    put_header(page, run);
    for (const analysis::Answer& answer : analysis::answer_assignment(run)) {
        page.blank();
        page.paragraph(std::string("(") + answer.letter + ") ", answer.question, Style::bold, Style::bold);
        if (detail == Detail::evidence)
            put_answer(page, answer);
        else
            put_brief_answer(page, answer);
    }
    if (detail == Detail::evidence) {
        put_marks(page);
    } else {
        page.blank();
        page.paragraph("Next: ", "-v adds the figures that each answer rests on, and what would complete it");
    }
    return std::move(page).take();
}

} // namespace netio::report
