// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/diagnosis.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/text/page.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

constexpr std::size_t label_width = 32;
constexpr std::size_t command_indent = 4;

/// Lines with a label, a mark and wrapped text.
class Sheet {
  public:
    explicit Sheet(const TextOptions& options) : options_(options) {}

    void heading(std::string_view text) {
        text_ += '\n';
        line(paint(printable(text), Style::bold));
    }
    void line(std::string_view text) { text_.append(text).append("\n"); }

    /// A paragraph with a word that does not fit beside the label, as a command to be copied may have, stands below.
    void entry(std::string_view label, std::optional<Standing> standing,
               const std::vector<std::string_view>& paragraphs) {
        std::string head = "  " + mark(standing) + " " + left_in(printable(label), label_width - 5) + " ";
        for (std::string_view paragraph : paragraphs) {
            if (paragraph.empty())
                continue;
            const std::string text = printable(paragraph);
            const std::size_t left = longest_word(text) <= options_.width - label_width ? label_width : command_indent;
            if (left == command_indent && !head.empty())
                line(std::exchange(head, {}));
            for (const std::string& piece : wrap(text, options_.width - left)) {
                line((head.empty() ? std::string(left, ' ') : head) + piece);
                head.clear();
            }
        }
    }

    [[nodiscard]] std::string take() && { return std::move(text_); }

  private:
    static std::size_t longest_word(const std::string& text) {
        std::size_t longest = 0;
        std::istringstream words(text);
        for (std::string word; words >> word;)
            longest = std::max(longest, display_width(word));
        return longest;
    }

    [[nodiscard]] std::string paint(const std::string& text, Style style) const {
        return options_.color ? std::string(escape_of(style)) + text + "\x1b[0m" : text;
    }

    [[nodiscard]] std::string mark(std::optional<Standing> standing) const {
        if (!standing)
            return " ";
        switch (*standing) {
        case Standing::good:
            return paint("✓", Style::good);
        case Standing::limited:
            return paint("~", style_of(SeriesColor::orange));
        case Standing::missing:
            return paint("✗", Style::warning);
        }
        return " ";
    }

    const TextOptions& options_;
    std::string text_;
};

std::string conclusion(const Diagnosis& diagnosis) {
    if (diagnosis.can_trace)
        return "A run can be traced here, with " + diagnosis.environment.backends + ".";
    if (diagnosis.can_benchmark)
        return "The benchmark can run here (run --no-trace), but nothing can be traced.";
    return "Nothing can run here: no link could be made.";
}

Standing standing_of(const PathPlan& plan) {
    const Quality bytes = moves_bytes(plan.path) ? plan.bytes : plan.calls;
    const Quality best = std::min({plan.calls, bytes, plan.time});
    const Quality worst = std::max({plan.calls, bytes, plan.time});
    if (best == Quality::unavailable)
        return Standing::missing;
    return worst == Quality::exact ? Standing::good : Standing::limited;
}

Standing standing_of(const CounterReading& reading) {
    if (reading.status == CounterStatus::counted)
        return Standing::good;
    return reading.available() ? Standing::limited : Standing::missing;
}

std::string qualities(const PathPlan& plan) {
    return std::string(name_of(plan.backend)) + ": calls " + std::string(name_of(plan.calls)) +
           (moves_bytes(plan.path) ? ", bytes " + std::string(name_of(plan.bytes)) : "") + ", time " +
           std::string(name_of(plan.time));
}

} // namespace

std::string render_diagnosis_text(const Diagnosis& diagnosis, const TextOptions& options) {
    const Environment& environment = diagnosis.environment;
    Sheet sheet(options);
    for (const std::string& line :
         join_parts({"netio-trace " + printable(environment.tool_version),
                     "Linux " + printable(environment.kernel_release) + " " + printable(environment.architecture),
                     counted(environment.cpus, "CPU"), printable(environment.virtualization)},
                    options.width))
        sheet.line(line);
    for (const std::string& line : wrap(printable(conclusion(diagnosis)), options.width))
        sheet.line(line);
    for (const std::string& note : environment.notes)
        for (const std::string& line : wrap(printable(note), options.width))
            sheet.line(line);

    std::string_view group;
    for (const Check& check : diagnosis.checks) {
        if (check.group != group) {
            group = check.group;
            sheet.heading(group);
        }
        const std::string hint = check.hint.empty() ? "" : "→ " + check.hint;
        sheet.entry(check.id, check.standing, {check.evidence, hint});
    }
    sheet.heading("what a run would get for each path");
    for (const PathPlan& plan : environment.plan)
        sheet.entry(name_of(plan.path), standing_of(plan), {qualities(plan), plan.reason});
    sheet.heading("counters");
    for (const CounterReading& reading : diagnosis.counters)
        sheet.entry(reading.event, standing_of(reading), {name_of(reading.status), reading.reason});
    sheet.heading("settings that a run gets");
    for (const auto& [name, value] : environment.settings)
        sheet.entry(name, std::nullopt, {value});
    return std::move(sheet).take();
}

} // namespace netio::report
