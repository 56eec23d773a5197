// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/finding.h"
#include "analysis/subjects.h"
#include "report/html/escape.h"
#include "report/html/page.h"
#include "report/html/template.h"
#include "report/view/advice.h"
#include "report/view/format.h"
#include "report/view/group_view.h"
#include "report/view/log_axis.h"
#include "report/view/path_view.h"
#include "report/view/recording_view.h"

namespace netio::report {
namespace {

/// A page is wider than a terminal; what does not fit is summed.
constexpr std::size_t most_columns = 12;
constexpr std::size_t most_rows = 200;

std::string element(std::string_view tag, std::string_view text, std::string_view attributes = {}) {
    std::string all = "<";
    all += tag;
    if (!attributes.empty())
        all += " " + std::string(attributes);
    all += ">" + escaped(text) + "</" + std::string(tag) + ">";
    return all;
}

/// A figure with its quality below it, and the reason as its title.
std::string figure_cell(const Figure& figure, const std::string& text) {
    const std::string title = figure.reason.empty() ? "" : "title=\"" + escaped(figure.reason) + "\"";
    std::string cell = title.empty() ? "<td>" : "<td " + title + ">";
    cell += escaped(text);
    if (figure.quality != Quality::exact)
        cell += "<span class=\"quality\">" +
                escaped(figure.available() ? name_of(figure.quality)
                        : figure.bounds    ? "range"
                                           : "not measured") +
                "</span>";
    return cell + "</td>";
}

std::string plain_cell(const std::string& text) { return "<td>" + escaped(text) + "</td>"; }

std::string per_byte_text(const Figure& figure) {
    if (!figure.available())
        return figure.bounds ? analysis::bounds_text(*figure.bounds, 3) : "n/a";
    return figure.value > 0.0 && figure.value < 0.0005 ? "<0.001" : fixed(figure.value, 3);
}

using Subjects = std::vector<AttachedSubject>;
using MakeCell = std::function<std::string(const AttachedSubject&)>;

/// A table with a column for each subject.
class SubjectTable {
  public:
    SubjectTable(const Subjects& subjects, std::string_view caption) : subjects_(subjects) {
        text_ = "<div class=\"scroll\" tabindex=\"0\"><table>" + element("caption", caption) + "<thead><tr><th></th>";
        for (const AttachedSubject& subject : subjects)
            text_ += element("th", subject.figures.subject.name, "scope=\"col\"");
        text_ += "</tr></thead><tbody>";
    }
    void row(const std::string& label, const MakeCell& make) {
        text_ += "<tr>" + element("th", label, "scope=\"row\"");
        for (const AttachedSubject& subject : subjects_)
            text_ += make(subject);
        text_ += "</tr>";
    }
    [[nodiscard]] std::string take() && { return std::move(text_) + "</tbody></table></div>"; }

  private:
    const Subjects& subjects_;
    std::string text_;
};

std::string bytes_text(std::uint64_t bytes) { return bytes == 0 ? "–" : amount(static_cast<double>(bytes)); }
std::string count_text(std::uint64_t count) { return count == 0 ? "–" : grouped(count); }

std::string count_figure_cell(const Figure& count) {
    const auto least = static_cast<std::uint64_t>(count.bounds ? count.bounds->low : 0.0);
    return figure_cell(count, count.available() ? count_text(static_cast<std::uint64_t>(count.value))
                              : count.bounds    ? "≥" + grouped(least)
                                                : "n/a");
}

std::string main_table(const Recording& recording, const Subjects& subjects) {
    SubjectTable table(subjects, "Totals and calls");
    table.row("Sent", [](const AttachedSubject& one) { return plain_cell(bytes_text(one.figures.calls.send_bytes)); });
    table.row("Received",
              [](const AttachedSubject& one) { return plain_cell(bytes_text(one.figures.calls.recv_bytes)); });
    for (const auto& [direction, label] :
         {std::pair{Direction::sent, "Send calls"}, {Direction::received, "Receive calls"}})
        table.row(label, [direction = direction](const AttachedSubject& one) {
            return count_figure_cell(analysis::calls_of(one.figures, direction));
        });
    for (const auto& [path, name] : {std::pair{Path::send_syscall, "Send call"}, {Path::recv_syscall, "Receive call"}})
        for (const auto& [quantile, label] : {std::pair{0.5, " p50"}, {0.99, " p99"}})
            table.row(std::string(name) + label, [&, path = path, quantile = quantile](const AttachedSubject& one) {
                const Figure time = call_time_ns(one.figures, path, quantile, recording.spec.timing);
                return figure_cell(time, time.available() ? duration(time.value) : "n/a");
            });
    table.row("Zero-copy sends",
              [](const AttachedSubject& one) { return plain_cell(count_text(one.figures.zerocopy.sends)); });
    table.row("copied after all",
              [](const AttachedSubject& one) { return count_figure_cell(analysis::copied_sends(one)); });
    table.row("CPU time", [](const AttachedSubject& one) {
        const Figure& total = one.figures.cpu.total_ns;
        return figure_cell(total, total.available() ? duration(total.value) : "n/a");
    });
    return std::move(table).take();
}

std::string byte_table(const Subjects& subjects) {
    SubjectTable table(subjects, "How often each byte went each way, and was copied");
    for (Path path : ways_taken(subjects))
        table.row(std::string(name_of(path)) + " – " + std::string(describe(path)), [&](const AttachedSubject& one) {
            const Figure figure = analysis::bytes_per_byte(one.figures, path);
            return analysis::bytes_of(one.figures, analysis::direction_of(path)) == 0
                       ? plain_cell("–")
                       : figure_cell(figure, per_byte_text(figure));
        });
    for (const auto& [direction, label] :
         {std::pair{Direction::sent, "Copies per byte sent"}, {Direction::received, "Copies per byte received"}})
        table.row(label, [direction = direction](const AttachedSubject& one) {
            if (analysis::bytes_of(one.figures, direction) == 0)
                return plain_cell("–");
            const Figure figure = analysis::copies_per_byte(one.figures, direction);
            return figure_cell(figure, per_byte_text(figure));
        });
    return std::move(table).take();
}

std::string call_table(const Recording& recording) {
    std::string text = "<div class=\"scroll\" tabindex=\"0\"><table>" + element("caption", "By system call") +
                       "<thead><tr>" + element("th", "Subject", "class=\"words\"") +
                       element("th", "Call", "class=\"words\"") + element("th", "Direction", "class=\"words\"") +
                       element("th", "Calls") + element("th", "Bytes") + element("th", "Bytes a call") +
                       "</tr></thead><tbody>";
    std::size_t rows = 0;
    for (const AttachedSubject& subject : recording.subjects)
        for (const CallFigures& call : subject.calls) {
            if (rows++ == most_rows)
                break;
            text += "<tr>" + element("th", subject.figures.subject.name, "scope=\"row\"") +
                    element("td", call.name, "class=\"words\"") +
                    element("td", name_of(call.direction), "class=\"words\"") + plain_cell(grouped(call.calls)) +
                    plain_cell(grouped(call.bytes)) +
                    plain_cell(call.calls == 0
                                   ? "–"
                                   : amount(static_cast<double>(call.bytes) / static_cast<double>(call.calls))) +
                    "</tr>";
        }
    text += "</tbody></table></div>";
    if (rows > most_rows)
        text += element("p", "The first " + grouped(most_rows) + " rows; all are in trace.json.", "class=\"note\"");
    return text;
}

std::string law_table(const Recording& recording) {
    std::string text = "<div class=\"scroll\" tabindex=\"0\"><table class=\"long\">" +
                       element("caption", "What was checked") + "<thead><tr>" +
                       element("th", "Subject", "class=\"words\"") + element("th", "Law", "class=\"words\"") +
                       element("th", "Expected") + element("th", "Observed") +
                       element("th", "Outcome", "class=\"words\"") + "</tr></thead><tbody>";
    std::size_t rows = 0;
    for (const AttachedSubject& subject : recording.subjects)
        for (const LawCheck& law : subject.laws) {
            if (rows++ == most_rows)
                break;
            const std::string outcome = !law.checked         ? "not checked: " + law.reason
                                        : law.holds          ? "holds"
                                        : law.missed.empty() ? "broken"
                                                             : "not shown: hits were missed";
            text += "<tr>" + element("th", subject.figures.subject.name, "scope=\"row\"") +
                    element("td", law.name + ": " + law.statement, "class=\"words\"") +
                    plain_cell(law.checked ? fixed(law.expected, 0) : "n/a") +
                    plain_cell(law.checked ? fixed(law.observed, 0) : "n/a") +
                    element("td", outcome, "class=\"words\"") + "</tr>";
        }
    return text + "</tbody></table></div>";
}

/// Histograms of one path as bars on a logarithmic axis, one chart below the other.
std::string charts_of(const Subjects& subjects, Path path, std::string_view title) {
    constexpr std::size_t columns = 120;
    constexpr double column_width = 6.0;
    constexpr double height = 60.0;
    std::vector<const Histogram*> histograms;
    for (const AttachedSubject& subject : subjects)
        if (const auto& histogram = subject.figures.path(path).histogram; histogram && !histogram->empty())
            histograms.push_back(&*histogram);
    const auto axis = LogAxis::over(histograms, columns);
    if (!axis)
        return {};
    std::string text = element("h3", title) + "<div class=\"charts\">";
    std::size_t index = 0;
    for (const AttachedSubject& subject : subjects) {
        const auto& histogram = subject.figures.path(path).histogram;
        if (!histogram || histogram->empty())
            continue;
        const std::vector<double> shares = axis->spread(*histogram);
        const double tallest = std::ranges::max(shares);
        const std::string label = subject.figures.subject.name + ": " + counted(histogram->count(), "call") + ", p50 " +
                                  duration(histogram->quantile(0.5)) + ", longest " +
                                  duration(static_cast<double>(histogram->max()));
        text += "<figure><figcaption>" + element("p", label, "class=\"where\"") + "</figcaption><svg viewBox=\"0 0 " +
                fixed(columns * column_width, 0) + " " + fixed(height + 16, 0) + "\" role=\"img\" aria-label=\"" +
                escaped(label) + "\">";
        for (std::size_t i = 0; i < shares.size(); ++i)
            if (shares[i] > 0.0) {
                const double bar = std::max(1.0, shares[i] / tallest * height);
                text += "<rect class=\"series-" + std::to_string(index % 3) + "\" x=\"" +
                        trimmed(static_cast<double>(i) * column_width) + "\" y=\"" + trimmed(height - bar) +
                        "\" width=\"" + trimmed(column_width - 1) + "\" height=\"" + trimmed(bar) + "\"/>";
            }
        for (std::size_t i = 0; i < columns; i += columns / 4)
            text += "<text x=\"" + trimmed(static_cast<double>(i) * column_width) + "\" y=\"" + trimmed(height + 13) +
                    "\">" + escaped(duration(axis->value_at(static_cast<double>(i)))) + "</text>";
        text += "</svg></figure>";
        ++index;
    }
    return text + "</div>";
}

std::string findings_of(const Recording& recording) {
    const std::vector<analysis::Finding> findings = analysis::find_insights(recording);
    if (findings.empty())
        return element("p", "No findings.", "class=\"muted\"");
    std::string text = "<ul class=\"findings\">";
    for (const analysis::Finding& finding : findings) {
        const bool warning = finding.severity == analysis::Severity::warning;
        text += std::string(warning ? "<li class=\"warning\">" : "<li>") +
                element("span", warning ? "Warning: " : "Note: ", "class=\"kind\"") + escaped(finding.fact) + " " +
                element("span", meaning_of(finding), "class=\"muted\"") + " " +
                element("code", "[" + finding.id + "]", "class=\"id\"") + "</li>";
    }
    return text + "</ul>";
}

std::string facts_of(const Recording& recording) {
    const Environment& machine = recording.environment;
    std::string text = "<dl class=\"facts\">";
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty())
            text += element("dt", name) + element("dd", value);
    };
    add("Command line", machine.command_line);
    add("Traced", traced_in_words(recording.spec));
    add("Seconds", trimmed(recording.duration_s));
    add("Times", timing_in_words(recording));
    add("Backends", machine.backends);
    add("Started at", machine.started_at);
    add("Kernel", machine.kernel_release + " " + machine.architecture);
    add("CPUs", grouped(machine.cpus) + (machine.cpu_model.empty() ? "" : " (" + machine.cpu_model + ")"));
    add("Guest of", machine.virtualization);
    for (const std::string& note : recording.notes)
        add("Note", note);
    for (const Loss& loss : recording.losses)
        if (loss.count != 0)
            add("Lost", loss.name + ": " + grouped(loss.count) + " (" + loss.touches + ")");
    return text + "</dl>";
}

} // namespace

std::string render_recording_page(const Recording& recording, const std::string& name) {
    const Subjects subjects = analysis::busiest(recording, most_columns);
    const analysis::Accounting accounting = analysis::account(recording);
    std::string body = "<header class=\"top\"><div><h1>netio-trace: " + escaped(traced_in_words(recording.spec)) +
                       "</h1>" + element("p", name) + "</div></header><main>";
    for (const std::string& alert : alerts_of(recording))
        body += element("p", alert, "class=\"alert\"");
    body += std::string("<p class=\"banner") + (sound(accounting) ? "" : " unsound") + "\">" +
            element("strong", accounting.laws_checked == 0 ? "not accounted: no law could be checked"
                                                           : "accounted " + fixed(accounting.percent, 3) + " %") +
            element("span", (accounting.laws_checked == 0 ? "" : analysis::laws_in_words(accounting) + " · ") +
                                counted(accounting.lost, "event") + " lost") +
            "</p>";
    body += "<section>" + element("h2", "Findings") + findings_of(recording) + "</section>";
    body += "<section>" + element("h2", "A column for each " + std::string(name_of(recording.spec.by))) +
            main_table(recording, subjects) + byte_table(subjects) + "</section>";
    body += "<section>" + element("h2", "How long calls take") +
            element("p", timing_in_words(recording), "class=\"muted small\"") +
            charts_of(subjects, Path::send_syscall, "Send calls") +
            charts_of(subjects, Path::recv_syscall, "Receive calls, with waiting for data") +
            charts_of(subjects, Path::zc_complete, "Zero-copy sends, to their completion") + "</section>";
    body += "<section>" + element("h2", "System calls") + call_table(recording) + "</section>";
    body += "<section>" + element("h2", "What was checked") + law_table(recording) + "</section>";
    body += "<section>" + element("h2", "How it was traced") + facts_of(recording) + "</section>";
    body += "</main><footer>" + element("p", "made by netio-trace " NETIO_VERSION) + "</footer>";
    return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
           "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src " +
           std::string(html_static_style_hash) +
           "; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, "
           "initial-scale=1\">\n<title>netio-trace attach</title>\n<style>" +
           std::string(html_static_style) + "</style>\n</head>\n<body>\n" + body + "\n</body>\n</html>\n";
}

} // namespace netio::report
