// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The last screen of a run, and terminals of several sizes and colours.
#include <algorithm>
#include <cmath>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/finding.h"
#include "analysis/judge.h"
#include "analysis/verdict.h"
#include "fixed_runs.h"
#include "report/text/page.h"
#include "report/text/run.h"
#include "report/view/advice.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> screen_of(const Run& run, unsigned width, std::size_t height) {
    std::istringstream text(render_text(run, {.width = width, .height = height, .saved_to = "out"}));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    const auto last_rule =
        std::find_if(lines.rbegin(), lines.rend(), [](const auto& line) { return line.starts_with("── "); });
    return {last_rule == lines.rend() ? lines.begin() : last_rule.base() - 1, lines.end()};
}

std::string whole(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

std::string with_single_spaces(const std::string& text) { return std::regex_replace(text, std::regex("\\s+"), " "); }

class Summary : public ::testing::TestWithParam<fixed_runs::FixedRun> {};
INSTANTIATE_TEST_SUITE_P(FixedRuns, Summary, ::testing::ValuesIn(fixed_runs::all),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST_P(Summary, FitsIntoTheTerminalWithTheShellsPrompt) {
    const netio::Run run = GetParam().make();
    for (const auto& [width, height] : {std::pair{80U, 24U}, {100U, 30U}, {120U, 40U}, {200U, 50U}})
        EXPECT_LT(screen_of(run, width, height).size(), height) << width << '\n'
                                                                << whole(screen_of(run, width, height));
}

TEST_P(Summary, HasTheVerdictTheFirstFindingAndTheNextStep) {
    const netio::Run run = GetParam().make();
    const std::string text = with_single_spaces(whole(screen_of(run, 80, 24)));
    EXPECT_THAT(text, HasSubstr(with_single_spaces(verdict_of(analysis::summarize(run)))));
    EXPECT_THAT(text, HasSubstr(" Next: "));
    if (const auto findings = analysis::find_insights(run); !findings.empty()) {
        EXPECT_THAT(text, HasSubstr("[" + findings.front().id + "]"));
    }
    if (!run.cells.empty()) {
        EXPECT_THAT(text, HasSubstr("hroughput"));
    }
}

TEST(SummaryText, HasMoreFindingsOnATallerTerminal) {
    const netio::Run run = fixed_runs::complete_run();
    const auto told = [&](std::size_t height) {
        return std::ranges::count_if(screen_of(run, 80, height), [](const auto& line) {
            return line.starts_with(" ! ") || line.starts_with(" · ");
        });
    };
    EXPECT_GE(told(24), 2);
    EXPECT_GT(told(50), told(24));
    EXPECT_THAT(whole(screen_of(run, 80, 24)), HasSubstr("more findings"));
}

TEST(SummaryText, OfManyGroupsHasTheCornersAndSaysHowManyAreLeftOut) {
    netio::Run run = fixed_runs::crossing_run();
    const std::vector<Cell> cells = run.cells;
    for (unsigned size = 1; size <= 8; ++size)
        for (Cell cell : cells) {
            cell.field_size = cell.field_size * 2 + size;
            run.cells.push_back(std::move(cell));
        }
    const std::vector<analysis::Group> groups = analysis::summarize(run);
    const std::vector<std::string> screen = screen_of(run, 80, 24);
    EXPECT_LT(screen.size(), 24U);
    const std::string text = whole(screen);
    for (const analysis::Group* group : {&groups.front(), &groups.back()})
        EXPECT_THAT(text, HasSubstr("\n" + binary_size(group->field_size) + " "));
    EXPECT_THAT(text, HasSubstr("more rows above"));
}

TEST(Terminal, OfEnoughColumnsHasTablesBesideOneAnother) {
    const netio::Run run = fixed_runs::complete_run();
    std::istringstream text(render_text(run, {.width = 200, .height = 50}));
    bool beside = false;
    std::size_t widest = 0;
    for (std::string line; std::getline(text, line);) {
        widest = std::max(widest, display_width(line));
        beside = beside || (line.find("Latency of a message") != std::string::npos &&
                            line.find("Where the CPU time went") != std::string::npos);
    }
    EXPECT_TRUE(beside);
    EXPECT_LE(widest, 200U);
    EXPECT_GT(widest, 150U);
}

TEST(Terminal, ColumnsStayInLineWhateverIsColoured) {
    const netio::Run run = fixed_runs::complete_run();
    const std::string colored = render_text(run, {.color = true, .width = 200, .height = 50});
    EXPECT_EQ(std::regex_replace(colored, std::regex("\x1b\\[[0-9;]*m"), ""),
              render_text(run, {.width = 200, .height = 50}));
}

/// Relative luminance of a colour of the 256-colour palette (WCAG 2.1), from 16 on.
double luminance_of(int color) {
    const auto linear = [](int level) {
        const double value = level / 255.0;
        return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    if (color >= 232)
        return linear(8 + 10 * (color - 232));
    const auto level = [](int step) { return step == 0 ? 0 : 55 + 40 * step; };
    const int cube = color - 16;
    return 0.2126 * linear(level(cube / 36)) + 0.7152 * linear(level(cube / 6 % 6)) + 0.0722 * linear(level(cube % 6));
}

TEST(Terminal, ColoursStandOutFromBlackAndFromWhite) {
    std::vector<Style> styles{Style::dim, Style::warning, Style::good};
    for (const SeriesColor color : values_of<SeriesColor>)
        styles.push_back(style_of(color));
    for (const Style style : styles) {
        const std::string escape(escape_of(style));
        std::smatch number;
        ASSERT_TRUE(std::regex_search(escape, number, std::regex("38;5;([0-9]+)m"))) << escape.substr(1);
        const double luminance = luminance_of(std::stoi(number[1]));
        EXPECT_GE((luminance + 0.05) / 0.05, 4.5) << "on black: " << number[1];
        EXPECT_GE(1.05 / (luminance + 0.05), 4.5) << "on white: " << number[1];
    }
}

TEST(Verdict, OfOneGroupIsItsHeadline) {
    const netio::Run run = fixed_runs::complete_run();
    const std::vector<analysis::Group> groups = analysis::summarize(run);
    EXPECT_EQ(verdict_of(groups), headline_of(groups.front(), analysis::advice_on_repeats(groups)));
}

TEST(Verdict, OfSeveralGroupsSaysWhereEachVariantIsTheFastest) {
    const netio::Run run = fixed_runs::crossing_run();
    const std::string verdict = verdict_of(analysis::summarize(run));
    EXPECT_THAT(verdict, HasSubstr("A3 is the fastest at 64 KiB ("));
    EXPECT_THAT(verdict, HasSubstr(" × the next)"));
}

TEST(Verdict, OfOneRepeatIsNotShown) {
    netio::Run run = fixed_runs::crossing_run();
    std::erase_if(run.cells, [](const Cell& cell) { return cell.repeat != 0; });
    const std::string verdict = verdict_of(analysis::summarize(run));
    EXPECT_THAT(verdict, HasSubstr("Highest throughput in one repeat, not tested: "));
    EXPECT_THAT(verdict, Not(HasSubstr("is the fastest")));
}

TEST(Verdict, TellsWhatABusyMachineExplainsFromWhatRepeatsWouldSettle) {
    netio::Run run;
    for (unsigned repeat = 0; repeat < 3; ++repeat)
        for (const auto& [variant, messages] :
             {std::pair{Variant::A1, 600U}, {Variant::A2, 1000U + 100 * repeat}, {Variant::A3, 1040U}}) {
            Cell cell;
            cell.variant = variant;
            cell.field_size = 1024;
            cell.threads = 1;
            cell.repeat = repeat;
            cell.receiver.messages = messages;
            cell.receiver.payload_bytes = messages * cell.message_size();
            cell.sender.total_payload_bytes = cell.receiver.payload_bytes;
            cell.receiver.duration_s = 1.0;
            cell.receiver.latency.record(1'000'000);
            const bool waits = variant == Variant::A1;
            cell.machine = MachineLoad{.cpus = 2, .wall_s = 2.0, .user_s = 1.9, .system_s = 0.1};
            cell.sender.runnable_s = cell.receiver.runnable_s = waits ? 0.4 : 0.0;
            run.cells.push_back(std::move(cell));
        }
    const std::string verdict = verdict_of(analysis::summarize(run));
    EXPECT_THAT(verdict, HasSubstr("is not shown to be faster than A3 ("));
    EXPECT_THAT(verdict, HasSubstr("), nor than A1 ("));
    EXPECT_THAT(verdict, HasSubstr("): there the busy machine may explain the difference."));
    EXPECT_THAT(verdict, HasSubstr("idle machine"));
    EXPECT_THAT(verdict, Not(HasSubstr("settle what is open")));
}

TEST(Verdict, OfOneVariantIsNone) {
    const netio::Run run = fixed_runs::one_cell_run();
    EXPECT_EQ(verdict_of(analysis::summarize(run)), "");
}

} // namespace
} // namespace netio::report
