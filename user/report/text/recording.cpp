// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/recording.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "analysis/finding.h"
#include "analysis/merge.h"
#include "analysis/missed_hits.h"
#include "analysis/subjects.h"
#include "report/text/sections.h"
#include "report/text/table.h"
#include "report/view/advice.h"
#include "report/view/format.h"
#include "report/view/group_view.h"
#include "report/view/log_axis.h"
#include "report/view/path_view.h"
#include "report/view/recording_view.h"

namespace netio::report {
namespace {

using analysis::others_name;
using Subjects = std::vector<AttachedSubject>;

constexpr std::size_t subject_label_width = 30;
constexpr std::size_t name_width = 15;
constexpr std::size_t column_width = name_width + 1;

/// Colours of subjects, by their place; the last of several is that of the rest.
Style style_of_column(std::size_t index) {
    constexpr SeriesColor colors[] = {SeriesColor::blue, SeriesColor::vermilion, SeriesColor::green,
                                      SeriesColor::purple, SeriesColor::slate};
    return style_of(colors[index % std::size(colors)]);
}

std::size_t columns_that_fit(std::size_t width) {
    return std::max<std::size_t>(2, (width - subject_label_width) / column_width);
}

Table table_of(const Subjects& subjects, std::string_view title) {
    std::vector<TableColumn> columns;
    for (std::size_t i = 0; i < subjects.size(); ++i)
        columns.push_back({short_name(subjects[i], name_width), style_of_column(i)});
    return {title, std::move(columns), {.label = subject_label_width - 1, .column = 20}};
}

std::vector<ColumnCell> cells_of(const Subjects& subjects,
                                 const std::function<ColumnCell(const AttachedSubject&)>& make) {
    std::vector<ColumnCell> cells;
    for (const AttachedSubject& subject : subjects)
        cells.push_back(make(subject));
    return cells;
}

TableCell amount_cell(std::uint64_t bytes) {
    return bytes == 0 ? nothing_there : TableCell{amount(static_cast<double>(bytes))};
}

TableCell count_cell(std::uint64_t count) { return count == 0 ? nothing_there : TableCell{grouped(count)}; }

TableCell count_cell(const Figure& count) {
    return count.available() && count.value == 0.0 ? nothing_there : known_cell(count, 0);
}

bool any_of(const Subjects& subjects, const std::function<bool(const AttachedSubject&)>& is_so) {
    return std::ranges::any_of(subjects, is_so);
}

TableCell rate_cell(std::uint64_t bytes, double seconds) {
    if (seconds <= 0.0)
        return no_figure;
    constexpr double bits = 8.0 / 1e9;
    return bytes == 0 ? nothing_there : TableCell{significant(static_cast<double>(bytes) * bits / seconds)};
}

/// A percentile of the calls of a path.
ColumnCell time_cell(const AttachedSubject& subject, Path path, double quantile, Timing timing) {
    if (const Figure calls = analysis::calls_of(subject.figures, analysis::direction_of(path));
        calls.available() && calls.value == 0.0)
        return nothing_there;
    const Figure time = call_time_ns(subject.figures, path, quantile, timing);
    return time.available() ? TableCell{std::string(mark_of(time.quality)) + duration(time.value)} : no_figure;
}

/// A figure for each byte with three decimals; what is not nothing does not read as nothing.
TableCell per_byte_cell(const Figure& figure, Style style = Style::plain) {
    constexpr double least_shown = 0.0005;
    if (figure.available() && figure.value > 0.0 && figure.value < least_shown)
        return {std::string(mark_of(figure.quality)) + "<0.001", style};
    return known_cell(figure, 3, style);
}

bool any_timed(const Subjects& subjects, Path path) {
    return any_of(subjects, [&](const AttachedSubject& subject) {
        const auto& histogram = subject.figures.path(path).histogram;
        return histogram && !histogram->empty();
    });
}

ColumnCell way_cell(const AttachedSubject& subject, Path path) {
    const Figure& bytes = subject.figures.path(path).bytes;
    if (bytes.available() && bytes.value == 0.0)
        return nothing_there;
    return per_byte_cell(analysis::bytes_per_byte(subject.figures, path));
}

/// The worst quality of a row, in a word.
std::string quality_of_row(const Subjects& subjects, Path path) {
    Quality worst = Quality::exact;
    for (const AttachedSubject& subject : subjects)
        if (const Figure& bytes = subject.figures.path(path).bytes; bytes.available())
            worst = std::max(worst, bytes.quality);
        else if (bytes.bounds)
            return "range";
    return std::string(name_of(worst));
}

void put_copies(Table& table, const Subjects& subjects, Direction direction, const char* label) {
    if (!any_of(subjects, [&](const AttachedSubject& one) { return analysis::bytes_of(one.figures, direction) != 0; }))
        return;
    table.row(label,
              cells_of(subjects,
                       [&](const AttachedSubject& subject) -> ColumnCell {
                           if (analysis::bytes_of(subject.figures, direction) == 0)
                               return nothing_there;
                           return per_byte_cell(analysis::copies_per_byte(subject.figures, direction), Style::bold);
                       }),
              {}, Style::bold);
}

void put_ways(Table& table, const Subjects& subjects, bool with_quality) {
    for (Path path : ways_taken(subjects))
        table.row("  " + labelled_name(path),
                  cells_of(subjects, [&](const AttachedSubject& subject) { return way_cell(subject, path); }),
                  with_quality ? quality_of_row(subjects, path) : "");
}

void put_zero_copy(Table& table, const Subjects& subjects) {
    if (!any_of(subjects, [](const AttachedSubject& one) { return one.figures.zerocopy.sends != 0; }))
        return;
    table.row("Zero-copy sends",
              cells_of(subjects, [](const AttachedSubject& one) { return count_cell(one.figures.zerocopy.sends); }));
    table.row("  of them copied after all",
              cells_of(subjects, [](const AttachedSubject& one) { return count_cell(analysis::copied_sends(one)); }));
}

/// How much of the main figures there is room for: each leaves out what can be spared best of the one before.
enum class Detail { everything, no_rates, no_ways, high_percentiles };
constexpr std::array all_details{Detail::everything, Detail::no_rates, Detail::no_ways, Detail::high_percentiles};

/// The main figures, as they stand in the summary.
void put_main_figures(Page& page, const Recording& recording, const Subjects& subjects, Detail detail) {
    Table table = table_of(subjects, "");
    table.row("Sent",
              cells_of(subjects, [](const AttachedSubject& one) { return amount_cell(one.figures.calls.send_bytes); }));
    table.row("Received",
              cells_of(subjects, [](const AttachedSubject& one) { return amount_cell(one.figures.calls.recv_bytes); }));
    if (detail == Detail::everything) {
        table.row("Both             Gbit/s", cells_of(subjects, [&](const AttachedSubject& one) {
                      return rate_cell(one.bytes(), recording.duration_s);
                  }));
        for (const auto& [direction, label] :
             {std::pair{Direction::sent, "Send calls"}, {Direction::received, "Receive calls"}})
            table.row(label, cells_of(subjects, [direction = direction](const AttachedSubject& one) {
                          return count_cell(analysis::calls_of(one.figures, direction));
                      }));
    }
    put_copies(table, subjects, Direction::sent, "Copies per byte  sent");
    put_copies(table, subjects, Direction::received, "                 received");
    if (detail < Detail::no_ways)
        put_ways(table, subjects, false);
    for (const auto& [path, title] :
         {std::pair{Path::send_syscall, "Send call        p"}, {Path::recv_syscall, "Receive call     p"}}) {
        if (!any_timed(subjects, path))
            continue;
        std::string label = title;
        for (const unsigned percent : {50U, 99U}) {
            if (percent == 50 && detail == Detail::high_percentiles)
                continue;
            table.row(std::exchange(label, "                 p") + std::to_string(percent),
                      cells_of(subjects, [&, path = path](const AttachedSubject& one) {
                          return time_cell(one, path, percent / 100.0, recording.spec.timing);
                      }));
        }
    }
    put_zero_copy(table, subjects);
    table.put(page);
}

/// Every subject in a row.
void put_subjects(Page& page, const Recording& recording) {
    constexpr std::size_t most_rows = 40;
    constexpr std::size_t widest_name = 34;
    const std::vector<AttachedSubject> rows = analysis::busiest(recording, most_rows);
    page.blank();
    Table table("Busiest first",
                {{"sockets", Style::dim},
                 {"sent", Style::dim},
                 {"received", Style::dim},
                 {"calls", Style::dim},
                 {"copies sent", Style::dim},
                 {"received", Style::dim}},
                {.alike = false});
    for (const AttachedSubject& subject : rows) {
        const auto copies = [&](Direction direction) {
            return analysis::bytes_of(subject.figures, direction) == 0
                       ? nothing_there
                       : per_byte_cell(analysis::copies_per_byte(subject.figures, direction));
        };
        const CallTotals& calls = subject.figures.calls;
        table.row("  " + short_name(subject, widest_name),
                  {count_cell(subject.sockets.sockets), amount_cell(calls.send_bytes), amount_cell(calls.recv_bytes),
                   count_cell(analysis::sum_of(analysis::calls_of(subject.figures, Direction::sent),
                                               analysis::calls_of(subject.figures, Direction::received))),
                   copies(Direction::sent), copies(Direction::received)});
    }
    if (rows.size() < recording.subjects.size())
        table.text("  ", "each of the " + counted(recording.subjects.size(), "subject") + ": trace.json", Style::dim);
    table.put(page);
}

void put_byte_table(Page& page, const Subjects& subjects) {
    page.blank();
    Table table = table_of(subjects, "Where each byte was moved");
    table.row("  times for each byte", {}, {}, Style::dim);
    put_ways(table, subjects, true);
    put_copies(table, subjects, Direction::sent, "  = copies per byte sent");
    put_copies(table, subjects, Direction::received, "  = copies per byte received");
    table.put(page);
    std::vector<std::string> meanings;
    for (Path path : ways_taken(subjects))
        meanings.push_back(std::string(name_of(path)) + ": " + std::string(describe(path)));
    for (const std::string& line : join_parts(meanings, page.prose_width() - 2))
        page.pieces({{"  " + line, Style::dim}});
}

void put_system_calls(Page& page, const Subjects& subjects) {
    std::vector<std::pair<Direction, std::string>> names;
    for (const AttachedSubject& subject : subjects)
        for (const CallFigures& call : subject.calls)
            if (std::pair key{call.direction, call.name}; std::ranges::find(names, key) == names.end())
                names.push_back(std::move(key));
    if (names.empty())
        return;
    std::ranges::stable_sort(names, {}, [](const auto& name) { return name.first; });
    page.blank();
    Table table = table_of(subjects, "System calls");
    table.row("  calls, and bytes of one",
              cells_of(subjects,
                       [](const AttachedSubject&) {
                           return std::vector<TableCell>{{"calls", Style::dim}, {"bytes", Style::dim}};
                       }),
              {}, Style::dim);
    for (const auto& [direction, name] : names)
        table.row(
            "  " + left_in(name, 18) + (direction == Direction::sent ? " sends" : " receives"),
            cells_of(subjects, [&, direction = direction, &name = name](const AttachedSubject& one) -> ColumnCell {
                const auto found = std::ranges::find_if(one.calls, [&](const CallFigures& call) {
                    return call.name == name && call.direction == direction;
                });
                if (found == one.calls.end() || found->calls == 0)
                    return nothing_there;
                return std::vector<TableCell>{
                    {grouped(found->calls)},
                    {amount(static_cast<double>(found->bytes) / static_cast<double>(found->calls))}};
            }));
    table.put(page);
}

/// How often and how long: calls, functions in them, waits.
void put_times(Page& page, const Recording& recording, const Subjects& subjects) {
    page.blank();
    if (recording.timed_s <= 0.0) {
        page.paragraph("", recording.spec.sockets_alone
                               ? "Nothing ran at a call: without --no-ways the ways that bytes take are counted."
                           : recording.spec.timing == Timing::none
                               ? "Calls were not timed: --timing all times each, --timing windows a part of them."
                               : "Calls were not timed here; why: at the end.");
        return;
    }
    Table table = table_of(subjects, "Calls and waiting");
    table.row("  number × median", {}, {}, Style::dim);
    for (const PathEntry& entry : path_table) {
        if (!any_timed(subjects, entry.path))
            continue;
        table.row("  " + labelled_name(entry.path), cells_of(subjects, [&](const AttachedSubject& one) -> ColumnCell {
                      const PathFigures& figures = one.figures.path(entry.path);
                      if (!figures.histogram)
                          return no_figure;
                      if (figures.histogram->empty())
                          return nothing_there;
                      return TableCell{grouped(figures.histogram->count()) + " × " +
                                       duration(figures.histogram->quantile(0.5))};
                  }));
    }
    table.row("  share of all time", {}, {}, Style::dim);
    for (Path path : {Path::send_syscall, Path::recv_syscall, Path::wait_send, Path::wait_recv}) {
        if (!any_of(subjects, [&](const AttachedSubject& one) { return one.figures.path(path).time_ns.available(); }))
            continue;
        table.row("  " + labelled_name(path), cells_of(subjects, [&](const AttachedSubject& one) -> ColumnCell {
                      const Figure& time = one.figures.path(path).time_ns;
                      if (!time.available() || recording.timed_s <= 0.0)
                          return no_figure;
                      if (time.value == 0.0)
                          return nothing_there;
                      const double seconds =
                          time.quality == Quality::sampled ? recording.duration_s : recording.timed_s;
                      return TableCell{std::string(mark_of(time.quality)) + percent(time.value / 1e9 / seconds)};
                  }));
    }
    table.text("  ", "of several threads together it may be more than 100%", Style::dim);
    table.put(page);
}

/// How the durations of calls are spread.
void put_plot(Page& page, const Subjects& subjects, Path path, const std::string& title) {
    constexpr std::size_t lines = 2;
    std::vector<const Histogram*> histograms;
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < subjects.size(); ++i)
        if (const auto& histogram = subjects[i].figures.path(path).histogram; histogram && !histogram->empty()) {
            histograms.push_back(&*histogram);
            which.push_back(i);
        }
    const std::string indent(name_width + 3, ' ');
    const auto axis = LogAxis::over(histograms, page.width() - indent.size() - 1);
    if (!axis)
        return;
    page.blank();
    page.heading(title);
    for (std::size_t i = 0; i < histograms.size(); ++i) {
        std::vector<double> shares = axis->spread(*histograms[i]);
        const double tallest = std::ranges::max(shares);
        for (double& share : shares)
            share /= tallest;
        const std::vector<std::string> plot = block_plot(shares, lines);
        const Style style = style_of_column(which[i]);
        for (std::size_t line = 0; line < lines; ++line)
            if (const bool last = line + 1 == lines; last || plot[line].find_first_not_of(' ') != std::string::npos)
                page.pieces(
                    {{last ? "  " + left_in(short_name(subjects[which[i]], name_width), name_width) + " " : indent,
                      style},
                     {plot[line], style}});
    }
    const LogAxis::Scale scale = axis->scale();
    page.pieces({{indent + scale.line, Style::dim}});
    page.pieces({{indent + scale.labels, Style::dim}});
}

void put_cpu(Page& page, const Subjects& subjects) {
    if (!any_of(subjects, [](const AttachedSubject& one) { return one.figures.cpu.samples != 0; }))
        return;
    page.blank();
    Table table = table_of(subjects, "Where the CPU time went");
    table.row("  CPU time, sampled", cells_of(subjects, [](const AttachedSubject& one) -> ColumnCell {
                  const Figure& total = one.figures.cpu.total_ns;
                  return total.available() ? TableCell{std::string(mark_of(total.quality)) + duration(total.value)}
                                           : no_figure;
              }));
    const auto share_row = [&](const std::string& label, const std::function<const Figure&(const CpuProfile&)>& of,
                               Style style = Style::plain) {
        table.row(label,
                  cells_of(subjects,
                           [&](const AttachedSubject& one) -> ColumnCell {
                               const Figure& share = of(one.figures.cpu);
                               if (!share.available())
                                   return no_figure;
                               return std::vector<TableCell>{
                                   {std::string(mark_of(share.quality)) + percent(share.value), style},
                                   {left_in(bar(share.value, 2), 2), style}};
                           }),
                  {}, style);
    };
    for (const CpuClassEntry& entry : cpu_class_table)
        share_row(
            "  " + std::string(entry.label),
            [index = index_of(entry.cpu_class)](const CpuProfile& cpu) -> const Figure& { return cpu.share[index]; });
    share_row("  user space", [](const CpuProfile& cpu) -> const Figure& { return cpu.user_space; });
    share_row(
        "    of it in softirq", [](const CpuProfile& cpu) -> const Figure& { return cpu.softirq; }, Style::dim);
    share_row(
        "    of it in tracing itself", [](const CpuProfile& cpu) -> const Figure& { return cpu.tracing; }, Style::dim);
    table.put(page);
}

void put_sockets(Page& page, const Subjects& subjects) {
    page.blank();
    Table table = table_of(subjects, "By the sockets' own numbers");
    table.row("  sockets",
              cells_of(subjects, [](const AttachedSubject& one) { return count_cell(one.sockets.sockets); }));
    table.row("    open before the trace",
              cells_of(subjects, [](const AttachedSubject& one) { return count_cell(one.sockets.adopted); }));
    table.row("  bytes sent",
              cells_of(subjects, [](const AttachedSubject& one) { return count_cell(one.sockets.bytes_sent); }));
    table.row("  bytes received",
              cells_of(subjects, [](const AttachedSubject& one) { return count_cell(one.sockets.bytes_received); }));
    if (any_of(subjects, [](const AttachedSubject& one) { return one.sockets.uncertain_bytes != 0; }))
        table.row("  wrong by at most", cells_of(subjects, [](const AttachedSubject& one) {
                      return count_cell(one.sockets.uncertain_bytes);
                  }));
    table.put(page);
}

/// What is missing or estimated, by reason, each with the paths and subjects.
void put_limits(Page& page, const Recording& recording) {
    page.blank();
    page.parts({"exact has no mark", "~ sampled", "≈ estimated", "⊢ bracketed", "≥2, 2–3 what it lies between",
                "– none", "n/a not measured"},
               Style::dim);
    std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
    const auto add = [&](const std::string& reason, const std::string& what) {
        const std::string given = reason.empty() ? "no reason was given" : reason;
        auto found = std::ranges::find(reasons, given, [](const auto& entry) { return entry.first; });
        if (found == reasons.end())
            found = reasons.insert(reasons.end(), {given, {}});
        if (std::ranges::find(found->second, what) == found->second.end())
            found->second.push_back(what);
    };
    for (const AttachedSubject& subject : recording.subjects) {
        for (Path path : attach_paths) {
            const PathFigures& figures = subject.figures.path(path);
            const std::string name(name_of(path));
            const bool no_bytes = moves_bytes(path) && !figures.bytes.available();
            if (no_bytes)
                add(figures.bytes.reason, name + " (bytes)");
            else if (!figures.calls.available())
                add(figures.calls.reason, name + " (calls)");
            if ((is_call(path) || is_wait(path)) && !figures.time_ns.available())
                add(figures.time_ns.reason, name + " (time)");
        }
        for (const LawCheck& law : subject.laws)
            if (!law.checked)
                add(law.reason, "law " + law.name);
    }
    if (reasons.empty())
        return;
    page.heading("Not measured, and why");
    for (const auto& [reason, names] : reasons)
        page.paragraph("  ", analysis::joined(names) + ": " + reason, Style::dim);
}

void put_finding(Page& page, const analysis::Finding& finding, const std::string& text) {
    const bool warning = finding.severity == analysis::Severity::warning;
    page.paragraph(warning ? " ! " : " · ", text, Style::plain, warning ? Style::warning : Style::dim);
}

void put_all_findings(Page& page, const std::vector<analysis::Finding>& findings) {
    if (findings.empty())
        return;
    page.blank();
    page.heading("Findings");
    for (const analysis::Finding& finding : findings)
        put_finding(page, finding, text_of(finding) + " [" + finding.id + "]");
}

void put_open_laws(Page& page, const Recording& recording) {
    constexpr unsigned shown_at_most = 5;
    unsigned open = 0;
    for (const AttachedSubject& subject : recording.subjects)
        for (const LawCheck& law : subject.laws) {
            const LawOutcome outcome = law.outcome();
            if ((outcome != LawOutcome::broken && outcome != LawOutcome::missed_hits) || ++open > shown_at_most)
                continue;
            page.paragraph(" ! ",
                           subject.figures.subject.name + ": law " + law.name +
                               (outcome == LawOutcome::broken ? " is broken (" : " is not shown (") + law.statement +
                               "): expected " + fixed(law.expected, 0) + ", observed " + fixed(law.observed, 0) +
                               (law.missed.empty() ? "" : ", " + analysis::missed_in_words(law.missed)),
                           Style::plain, Style::warning);
        }
    if (open > shown_at_most)
        page.paragraph(" ! ", "and " + counted(open - shown_at_most, "more law") + ": see laws in trace.json",
                       Style::plain, Style::warning);
}

std::string next_step(const Recording& recording, const std::string& saved_to) {
    if (!any_of(recording.subjects, analysis::did_anything))
        return "nothing was moved over TCP; netio-trace doctor shows what this machine allows";
    if (recording.spec.timing == Timing::none)
        return "the same with --timing windows shows how long calls take";
    return saved_to.empty() ? "netio-trace compare shows the differences between saved traces"
                            : "netio-trace compare " + saved_to + " OTHER shows the differences to another trace";
}

Page footer_of(const Page& like, const Recording& recording, const TextOptions& options) {
    Page page = like.like();
    std::vector<std::string> parts;
    const analysis::Accounting accounting = analysis::account(recording);
    if (accounting.laws_checked != 0) {
        parts.push_back("accounted " + fixed(accounting.percent, 3) + " %");
        parts.push_back(analysis::laws_in_words(accounting));
    } else {
        parts.emplace_back("not accounted: no law could be checked");
    }
    parts.push_back(counted(accounting.lost, "event") + " lost");
    if (recording.command_exit && *recording.command_exit != 0)
        parts.push_back("the command ended with exit code " + std::to_string(*recording.command_exit));
    page.parts(parts, sound(accounting) ? Style::bold : Style::warning);
    if (!options.saved_to.empty())
        page.parts({options.saved_files.empty()
                        ? "read from " + options.saved_to
                        : "saved to " + options.saved_to + "/: " + analysis::joined(options.saved_files)});
    if (!options.saved_to.empty())
        page.paragraph("Page with charts: ", "netio-trace report " + options.saved_to);
    page.paragraph("Next: ", next_step(recording, options.saved_to));
    return page;
}

void put_summary(Page& page, const Recording& recording, const Subjects& subjects, const TextOptions& options) {
    const std::size_t lines = std::max(least_height, options.height) - 1; // the last is the shell's
    page.blank();
    page.rule("Traced " + traced_in_words(recording.spec));
    Page top = page.like();
    for (const std::string& alert : alerts_of(recording))
        top.paragraph(" ! ", alert, Style::plain, Style::warning);
    top.parts(
        {trimmed(recording.duration_s) + " s", timing_in_words(recording), "by " + recording.environment.backends},
        Style::dim);
    Page table = page.like();
    Page facts = page.like();
    Page footer = footer_of(page, recording, options);
    std::size_t taken = 0;
    for (const Detail detail : all_details) {
        table = page.like();
        if (any_of(recording.subjects, analysis::did_anything))
            put_main_figures(table, recording, subjects, detail);
        else
            table.paragraph("", "No byte was sent or received over TCP by what was traced.");
        taken = 1 + top.lines() + table.lines() + footer.lines();
        facts = put_facts(page.like(), analysis::find_insights(recording), lines - std::min(lines, taken),
                          options.saved_to);
        if (taken + facts.lines() <= lines)
            break;
    }
    std::size_t spare = lines - std::min(lines, taken + facts.lines());
    const auto blank_if_there_is_room = [&](const Page& before) {
        if (before.lines() != 0 && spare != 0 && spare-- != 0)
            page.blank();
    };
    page.append(std::move(top));
    blank_if_there_is_room(table);
    page.append(std::move(table));
    blank_if_there_is_room(facts);
    page.append(std::move(facts));
    blank_if_there_is_room(footer);
    page.append(std::move(footer));
}

} // namespace

void put_header(Page& page, const Recording& recording) {
    const Environment& machine = recording.environment;
    page.parts({"netio-trace " + machine.tool_version, "Linux " + machine.kernel_release + " " + machine.architecture,
                counted(machine.cpus, "CPU") + (machine.cpu_model.empty() ? "" : " (" + machine.cpu_model + ")"),
                machine.virtualization.empty() ? "" : "guest: " + machine.virtualization},
               Style::bold);
    page.parts({"traced " + traced_in_words(recording.spec), trimmed(recording.duration_s) + " s",
                "a column for each " + std::string(name_of(recording.spec.by)), timing_in_words(recording),
                "by " + machine.backends});
    for (const std::string& note : machine.notes)
        page.paragraph("note: ", note, Style::dim, Style::dim);
    for (const std::string& note : recording.notes)
        page.paragraph("note: ", note, Style::dim, Style::dim);
    for (const std::string& alert : alerts_of(recording))
        page.paragraph("! ", alert, Style::plain, Style::warning);
}

std::string render_recording_text(const Recording& recording, const TextOptions& options) {
    Page page(options);
    const Subjects shown = analysis::busiest(recording, columns_that_fit(page.column().width()));
    put_header(page, recording);
    if (any_of(recording.subjects, analysis::did_anything)) {
        put_subjects(page, recording);
        Page left = page.column();
        Page right = page.column();
        put_byte_table(left, shown);
        put_system_calls(left, shown);
        put_times(right, recording, shown);
        put_plot(left, shown, Path::send_syscall, "Send calls by duration (log scale; · a few)");
        put_plot(left, shown, Path::recv_syscall, "Receive calls by duration, with waiting for data");
        put_cpu(right, shown);
        put_sockets(right, shown);
        page.side_by_side(std::move(left), std::move(right));
        put_limits(page, recording);
    }
    put_all_findings(page, analysis::find_insights(recording));
    put_open_laws(page, recording);
    put_summary(page, recording, analysis::busiest(recording, columns_that_fit(page.width())), options);
    return std::move(page).take();
}

} // namespace netio::report
