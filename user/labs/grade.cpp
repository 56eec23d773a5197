// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "labs/grade.h"

#include <algorithm>
#include <optional>
#include <set>

#include "analysis/phrases.h"
#include "labs/facts.h"
#include "labs/form.h"
#include "report/export/csv_row.h"
#include "report/html/escape.h"
#include "report/view/format.h"

namespace netio::labs {
namespace {

/// Sentences that two students write alike by chance are short.
constexpr std::size_t telling_length = 60;

/// The number that stands for a submission on the page.
std::string number_of(std::size_t index) { return "#" + std::to_string(index + 1); }

void remark_on_copies(std::vector<Submission>& submissions) {
    struct Owner {
        std::size_t index;
        std::string what;
    };
    std::map<std::string, std::vector<Owner>, std::less<>> owners;
    for (std::size_t i = 0; i < submissions.size(); ++i) {
        for (const auto& [id, saved] : submissions[i].runs)
            for (const std::string& print : fingerprints_of(saved))
                owners["run " + print].push_back({i, "run " + id + " is the same measurement as that of "});
        if (submissions[i].lab == nullptr)
            continue;
        for (const Question& question : submissions[i].lab->questions)
            if (question.kind == QuestionKind::text)
                if (const auto given = submissions[i].answers.answers.find(question.id);
                    given != submissions[i].answers.answers.end() && given->second.size() >= telling_length)
                    owners["text " + given->second].push_back(
                        {i, "its answer to " + question.id + " is word for word that of "});
    }
    for (const auto& [print, list] : owners)
        for (const Owner& one : list)
            for (const Owner& other : list)
                if (submissions[one.index].name != submissions[other.index].name) {
                    const std::string remark = one.what + number_of(other.index);
                    std::vector<std::string>& remarks = submissions[one.index].remarks;
                    if (std::ranges::find(remarks, remark) == remarks.end())
                        remarks.push_back(remark);
                }
}

/// Text for a spreadsheet.
std::string harmless(const std::string& text) {
    const bool is_formula = !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
    // A number is none, whatever its sign.
    return is_formula && !number_in(text, "") ? "'" + text : text;
}

std::string joined_remarks(const Submission& submission) {
    std::string text = submission.fault;
    for (const std::string& remark : submission.remarks)
        text += (text.empty() ? "" : "; ") + remark;
    return text;
}

std::optional<double> median(std::vector<double> values) {
    if (values.empty())
        return std::nullopt;
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::string cell(const std::string& text, std::string_view tag = "td") {
    return "<" + std::string(tag) + ">" + report::escaped(text) + "</" + std::string(tag) + ">";
}

std::string median_text(const std::vector<const Submission*>& submissions, std::size_t question) {
    std::vector<double> points;
    std::vector<double> numbers;
    for (const Submission* submission : submissions) {
        const Checked& checked = submission->result.questions[question];
        points.push_back(checked.points);
        if (checked.number)
            numbers.push_back(*checked.number);
    }
    std::string text = analysis::trimmed(median(points).value_or(0.0));
    if (const auto number = median(numbers))
        text += " · given " + analysis::significant(*number);
    return text;
}

/// The table of one lab.
std::string table_of(const Lab& lab, const std::vector<Submission>& submissions) {
    std::vector<const Submission*> graded;
    std::string rows;
    for (std::size_t i = 0; i < submissions.size(); ++i) {
        const Submission& submission = submissions[i];
        if (submission.lab != &lab || !submission.fault.empty())
            continue;
        graded.push_back(&submission);
        rows +=
            "<tr>" + cell(number_of(i), "th") +
            cell(std::to_string(submission.result.points()) + " of " + std::to_string(submission.result.possible()));
        for (const Checked& checked : submission.result.questions)
            rows += "<td class=\"o" + std::to_string(static_cast<int>(checked.outcome)) + "\">" +
                    std::to_string(checked.points) + " · " + std::string(name_of(checked.outcome)) +
                    (checked.given.empty() ? "" : "<br>" + report::escaped(checked.given)) +
                    (checked.expected.empty() || checked.outcome == Outcome::right
                         ? ""
                         : "<br>expected " + report::escaped(checked.expected)) +
                    "</td>";
        rows += cell(submission.remarks.empty() ? "" : joined_remarks(submission)) + "</tr>\n";
    }
    if (graded.empty())
        return {};
    std::string head = "<tr><th></th><th>points</th>";
    std::string medians = "<tr><th>median</th>";
    std::vector<double> sums;
    for (const Submission* submission : graded)
        sums.push_back(submission->result.points());
    medians += cell(analysis::trimmed(median(sums).value_or(0.0)));
    for (std::size_t i = 0; i < lab.questions.size(); ++i) {
        head += cell(lab.questions[i].id + " (" + std::to_string(lab.questions[i].points) + ")", "th");
        medians += cell(median_text(graded, i));
    }
    return "<h2>" + report::escaped("Lab " + std::to_string(lab.number) + ": " + lab.title) + "</h2>\n<table>\n" +
           head + "<th>remarks</th></tr>\n" + rows + medians + "<td></td></tr>\n</table>\n";
}

} // namespace

void grade(std::vector<Submission>& submissions) {
    for (Submission& submission : submissions) {
        if (submission.lab == nullptr || !submission.fault.empty())
            continue;
        submission.result = check(*submission.lab, submission.answers, submission.runs);
        for (const auto& [id, saved] : submission.runs)
            if (const auto* run = std::get_if<Run>(&saved); run != nullptr && run->spec.lab != submission.lab->number)
                submission.remarks.push_back("run " + id + " was not made with --lab " +
                                             std::to_string(submission.lab->number));
    }
    remark_on_copies(submissions);
}

std::string render_grades_csv(const std::vector<Submission>& submissions) {
    report::CsvRow head;
    for (const char* name : {"number", "submission", "name", "lab", "question", "outcome", "points", "possible",
                             "given", "expected", "remarks"})
        head.text(name);
    std::string csv = head.line();
    for (std::size_t i = 0; i < submissions.size(); ++i) {
        const Submission& submission = submissions[i];
        const auto begin = [&] {
            report::CsvRow row;
            row.integer(i + 1).text(harmless(printable(submission.name)));
            row.text(harmless(printable(submission.answers.name)));
            if (submission.lab == nullptr)
                row.nothing();
            else
                row.integer(submission.lab->number);
            return row;
        };
        for (const Checked& checked : submission.result.questions) {
            report::CsvRow row = begin();
            row.text(checked.question->id).text(name_of(checked.outcome)).integer(checked.points);
            row.integer(checked.question->points).text(harmless(printable(checked.given)));
            csv += row.text(harmless(checked.expected)).text("").line();
        }
        report::CsvRow row = begin();
        row.text("total").text(submission.fault.empty() ? "graded" : "refused").integer(submission.result.points());
        row.integer(submission.fault.empty()    ? submission.result.possible()
                    : submission.lab != nullptr ? submission.lab->points()
                                                : 0);
        csv += row.text("").text("").text(harmless(printable(joined_remarks(submission)))).line();
    }
    return csv;
}

std::string render_grades_page(const std::vector<Submission>& submissions) {
    std::string page =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\"><title>Grades</title><style>"
        "body{font:15px/1.4 system-ui,sans-serif;margin:2em}table{border-collapse:collapse}"
        "td,th{border:1px solid #999;padding:.3em .5em;text-align:left;vertical-align:top;max-width:22em;"
        "overflow-wrap:anywhere}.o0{background:#dfd}.o1{background:#fdd}.o4,.o5{background:#ffd}"
        "@media(prefers-color-scheme:dark){body{background:#111;color:#eee}.o0{background:#143}"
        ".o1{background:#522}.o4,.o5{background:#441}}"
        "</style></head><body><h1>Grades</h1>\n<p>Numbers stand for submissions, in the order of "
        "grades.csv. Expected values are those of each student's own run. Remarks are reasons to ask, and no "
        "verdict: what was made up consistently is not found, and a run shows neither who made it nor "
        "who wrote the answers.</p>\n";
    std::set<unsigned> labs;
    for (const Submission& submission : submissions)
        if (submission.lab != nullptr)
            labs.insert(submission.lab->number);
    for (const unsigned number : labs)
        page += table_of(*lab_of(number), submissions);
    std::string refused;
    for (std::size_t i = 0; i < submissions.size(); ++i)
        if (!submissions[i].fault.empty())
            refused += "<tr>" + cell(number_of(i), "th") + cell(submissions[i].fault) + "</tr>\n";
    if (!refused.empty())
        page += "<h2>Not graded</h2>\n<table>\n" + refused + "</table>\n";
    return page + "</body></html>\n";
}

std::string summary_of(const std::vector<Submission>& submissions, std::size_t width) {
    std::string text;
    std::size_t refused = 0;
    std::size_t doubtful = 0;
    for (std::size_t i = 0; i < submissions.size(); ++i) {
        const Submission& submission = submissions[i];
        std::string line = number_of(i) + " " + printable(submission.name);
        if (submission.lab != nullptr)
            line += ", lab " + std::to_string(submission.lab->number);
        if (!submission.fault.empty()) {
            ++refused;
            line += ": not graded";
        } else {
            line += ": " + std::to_string(submission.result.points()) + " of " +
                    analysis::counted(submission.result.possible(), "point");
        }
        text += line + "\n";
        doubtful += submission.remarks.empty() ? 0 : 1;
        const std::string remarks = joined_remarks(submission);
        if (!remarks.empty())
            for (const std::string& part : report::wrap(printable(remarks), width > 24 ? width - 4 : 20))
                text += "    " + part + "\n";
    }
    return text + "\n" + analysis::counted(submissions.size(), "submission") + ", " + std::to_string(refused) +
           " not graded, " + std::to_string(doubtful) + " with remarks\n";
}

} // namespace netio::labs
