// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The answers to the assignment's questions, or what they lack.
#include "analysis/answers.h"
#include "analysis/assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cells.h"

namespace netio::analysis {
namespace {

using testing::HasSubstr;
using testing::Not;

Answer answer(const Run& run, char letter) {
    for (Answer& one : answer_assignment(run))
        if (one.letter == letter)
            return std::move(one);
    ADD_FAILURE() << letter;
    return {};
}

Cell cell_at(Variant variant, std::uint64_t field_size, unsigned threads, double seconds) {
    Cell cell = sound_cell(variant);
    cell.field_size = field_size;
    cell.threads = threads;
    const std::uint64_t all = 110 * cell.message_size();
    cell.sender.total_payload_bytes = cell.receiver.total_payload_bytes = all;
    cell.receiver.payload_bytes = 100 * cell.message_size();
    cell.receiver.duration_s = seconds;
    set_exact(cell, Role::sender, Path::copy_in, 880, variant == Variant::A3 ? 0 : all);
    set_exact(cell, Role::receiver, Path::copy_out, 880, all);
    for (Path which : {Path::deferred_copy, Path::linearize, Path::skb_copy})
        set_exact(cell, Role::sender, which, 0, 0);
    if (variant == Variant::A3)
        set_exact(cell, Role::sender, Path::deferred_copy, 880, all);
    return cell;
}

/// A2 is the fastest everywhere; A3 copies as much.
std::vector<Cell> copied_cells() {
    std::vector<Cell> cells;
    for (std::uint64_t size : {64U, 4096U})
        for (unsigned threads : {1U, 2U}) {
            cells.push_back(cell_at(Variant::A1, size, threads, 2.0));
            cells.push_back(cell_at(Variant::A2, size, threads, 1.0));
            cells.push_back(cell_at(Variant::A3, size, threads, 1.25));
        }
    return cells;
}

std::vector<Cell> twice(std::vector<Cell> cells) {
    const std::size_t once = cells.size();
    for (std::size_t i = 0; i < once; ++i) {
        cells.push_back(cells[i]);
        cells.back().repeat = 1;
    }
    return cells;
}

void count(std::vector<Cell>& cells, const std::string& event, double a1, double a2, double a3) {
    for (Cell& cell : cells) {
        const double per_byte[] = {a1, a2, a3};
        const double all = per_byte[index_of(cell.variant)] * static_cast<double>(cell.payload_bytes()) / 2.0;
        for (EndResult* end : {&cell.sender, &cell.receiver})
            end->counters.push_back({event, CounterStatus::counted, static_cast<std::uint64_t>(all), all, 1, 1, ""});
    }
}

TEST(Assignment, HasSixQuestions) {
    std::string letters;
    for (const Answer& one : answer_assignment(run_of(copied_cells()))) {
        letters += one.letter;
        EXPECT_FALSE(one.question.empty());
        EXPECT_EQ(one.answered == Answered::yes, one.missing.empty()) << one.letter;
        EXPECT_FALSE(one.text.empty()) << one.letter;
    }
    EXPECT_EQ(letters, "abcdef");
}

TEST(Assignment, OfNothingIsNotAnswered) {
    for (const Answer& one : answer_assignment(netio::Run{})) {
        EXPECT_EQ(one.answered, Answered::no) << one.letter << ": " << one.text;
        EXPECT_FALSE(one.missing.empty()) << one.letter;
    }
}

TEST(WhyNotFastest, SaysThatZeroCopyIsALabelWhereItCopies) {
    const Answer a = answer(run_of(copied_cells()), 'a');
    EXPECT_THAT(
        a.text,
        HasSubstr("A3 against the fastest of the others: not tested with one repeat at 64 B and 4 KiB (0.80 ×)."));
    EXPECT_THAT(a.text, HasSubstr("each byte was copied 2.00 times, as often as in A2 (2.00)"));
    EXPECT_DOUBLE_EQ(evidence(a.evidence, "throughput of A3 / fastest other"), 0.8);
    EXPECT_EQ(a.answered, Answered::in_part) << "what it costs was not timed";
}

TEST(Assignment, DoesNotAnswerFromOneRepeat) {
    for (const char letter : {'d', 'e'}) {
        const Answer one = answer(run_of(copied_cells()), letter);
        EXPECT_EQ(one.answered, Answered::no) << letter;
        EXPECT_THAT(one.text, testing::StartsWith("This run cannot say. No difference is shown between ")) << letter;
        EXPECT_EQ(one.missing, needs_several_repeats) << letter;
        EXPECT_TRUE(one.advice.first) << letter;
        EXPECT_EQ(answer(run_of(twice(copied_cells())), letter).answered, Answered::yes) << letter;
    }
    EXPECT_THAT(answer(run_of(copied_cells()), 'a').missing, testing::StartsWith(std::string(needs_several_repeats)));
}

TEST(WhyNotFastest, AdmitsThatItIs) {
    std::vector<Cell> cells = copied_cells();
    for (Cell& cell : cells)
        if (cell.variant == Variant::A3) {
            cell.receiver.duration_s = 0.5;
            set_exact(cell, Role::sender, Path::deferred_copy, 0, 0);
        }
    const Answer a = answer(run_of(twice(cells)), 'a');
    EXPECT_THAT(a.text, HasSubstr("A3 against the fastest of the others: faster at 64 B and 4 KiB (2.00 ×)."));
    EXPECT_THAT(a.text, HasSubstr("Each byte was copied 1.00 times, in A2 2.00 times."));
}

/// A3 takes so many seconds in either repeat, with small fields and with large ones; A2 takes 1 s.
Run a3_takes(double small_once, double small_again, double large) {
    std::vector<Cell> cells = twice(copied_cells());
    for (Cell& cell : cells)
        if (cell.variant == Variant::A3)
            cell.receiver.duration_s = cell.field_size != 64 ? large : cell.repeat == 0 ? small_once : small_again;
    return run_of(cells);
}

TEST(WhyNotFastest, IsFastestOnlyWhereRepeatsLeaveNoDoubt) {
    EXPECT_THAT(answer(a3_takes(0.5, 0.9, 0.5), 'a').text,
                HasSubstr("others: faster at 4 KiB (2.00 ×); no significant difference at 64 B (1.49 ×)."));
    EXPECT_THAT(answer(a3_takes(1.5, 1.5, 0.5), 'a').text,
                HasSubstr("others: faster at 4 KiB (2.00 ×); slower at 64 B (0.67 ×)."));
    EXPECT_THAT(answer(a3_takes(0.5, 0.9, 1.5), 'a').text,
                HasSubstr("others: slower at 4 KiB (0.67 ×); no significant difference at 64 B (1.49 ×)."));
}

TEST(WhyNotFastest, MarksCopiesThatAreEstimated) {
    std::vector<Cell> cells = copied_cells();
    for (Cell& cell : cells)
        path(cell, Role::receiver, Path::copy_out).bytes.quality = Quality::estimated;
    EXPECT_THAT(answer(run_of(cells), 'a').text, HasSubstr("each byte was copied ≈2.00 times"));
}

/// By tracepoints, without samples; the bytes of A3 that were copied late were seen, or not.
Run without_hooks(bool copies_seen) {
    std::vector<Cell> cells = copied_cells();
    for (Cell& cell : cells) {
        for (Path which : {Path::linearize, Path::skb_copy})
            path(cell, Role::sender, which).bytes = Figure::unavailable("no hook");
        if (Figure& late = path(cell, Role::sender, Path::deferred_copy).bytes; cell.variant == Variant::A3)
            late = Figure::at_least(copies_seen ? late.value : 0.0, "seen on delivery only");
    }
    return run_of(cells);
}

TEST(WhyNotFastest, DoesNotCreditZeroCopyWithCopiesThatNobodyCounts) {
    const std::string unknown = answer(without_hooks(false), 'a').text;
    EXPECT_THAT(unknown,
                HasSubstr("Each byte was copied at least 1.00 times, in A2 at least 2.00 times: not all copies "
                          "are counted here, and whether zero-copy saves one is not known."));
    EXPECT_THAT(answer(without_hooks(false), 'e').text, Not(HasSubstr("label only")));
    EXPECT_THAT(answer(without_hooks(false), 'f').missing + answer(without_hooks(false), 'f').text,
                Not(HasSubstr("copies each byte as often")));
    EXPECT_THAT(answer(without_hooks(true), 'a').text,
                HasSubstr("of the copies that are counted it saves none, and it pays for the attempt"));
}

TEST(WhyNotFastest, NeedsATrace) {
    std::vector<Cell> cells = copied_cells();
    for (Cell& cell : cells)
        cell.trace.reset();
    netio::Run run = run_of(cells);
    run.spec.trace = false;
    EXPECT_THAT(answer(run, 'a').missing, HasSubstr("not traced"));
    EXPECT_THAT(answer(run, 'a').text, Not(HasSubstr("copied")));
}

TEST(CacheLevels, SayExactlyWhichEventsAreMissing) {
    std::vector<Cell> cells = copied_cells();
    count(cells, "cache-misses", 0.03, 0.03, 0.03);
    for (Cell& cell : cells)
        for (EndResult* end : {&cell.sender, &cell.receiver})
            end->counters.push_back({"LLC-load-misses", CounterStatus::not_supported, 0, 0, 0, 0, "no PMU"});
    const Answer b = answer(run_of(cells), 'b');
    EXPECT_EQ(b.answered, Answered::in_part);
    EXPECT_THAT(b.missing, HasSubstr("L1-dcache-load-misses (was not asked for)"));
    EXPECT_THAT(b.missing, HasSubstr("LLC-load-misses (no PMU)"));
    EXPECT_THAT(b.missing, Not(HasSubstr("Not counted: cache-misses")));
    EXPECT_EQ(b.advice.changes, std::vector{Advice::Change::count_cache_misses});
}

TEST(CacheLevels, CompareLevels) {
    std::vector<Cell> cells = copied_cells();
    count(cells, "L1-dcache-load-misses", 0.0625, 0.0625, 0.05);
    count(cells, "LLC-load-misses", 0.02, 0.02, 0.01);
    count(cells, "cache-misses", 0.04, 0.04, 0.04);
    const Answer b = answer(run_of(cells), 'b');
    EXPECT_EQ(b.answered, Answered::yes);
    EXPECT_THAT(b.text, HasSubstr("Misses fall most in the last-level cache (loads): by 50 % a byte"));
    EXPECT_THAT(b.text, HasSubstr("in the L1 data cache, A1 64.0 → A2 64.0 → A3 51.2; in the last-level"));
    EXPECT_THAT(b.text, HasSubstr("A gain cannot come from fewer copies: A1 copies each byte 2.00 times"));
    EXPECT_DOUBLE_EQ(evidence(b.evidence, "LLC-load-misses", {Variant::A3, 4096, 2}), 10.24);
}

TEST(CacheLevels, DoNotGainFromNothing) {
    std::vector<Cell> cells = copied_cells();
    for (const char* event : {"L1-dcache-load-misses", "LLC-load-misses", "cache-misses"})
        count(cells, event, 0.05, 0.05, 0.048);
    EXPECT_THAT(answer(run_of(cells), 'b').text, HasSubstr("No level gains 5 % or more"));
}

TEST(CacheLevels, CannotBeComparedInOneVariant) {
    std::vector<Cell> cells = copied_cells();
    std::erase_if(cells, [](const Cell& cell) { return cell.variant != Variant::A1; });
    for (const char* event : {"L1-dcache-load-misses", "LLC-load-misses", "cache-misses"})
        count(cells, event, 0.05, 0.05, 0.05);
    const Answer b = answer(run_of(cells), 'b');
    EXPECT_EQ(b.answered, Answered::no);
    EXPECT_THAT(b.missing, HasSubstr("It needs at least two variants"));
    EXPECT_THAT(b.text, Not(HasSubstr("gains")));
    EXPECT_THAT(b.text, HasSubstr("in what this processor counts as cache-misses, A1 51.2"));
}

TEST(Threads, NeedSeveralNumbers) {
    std::vector<Cell> cells = copied_cells();
    std::erase_if(cells, [](const Cell& cell) { return cell.threads != 1; });
    const Answer c = answer(run_of(cells), 'c');
    EXPECT_EQ(c.answered, Answered::no);
    EXPECT_THAT(c.advice.changes, testing::Contains(Advice::Change::more_threads));
}

TEST(Threads, CompareTheFewestWithTheMost) {
    std::vector<Cell> cells = copied_cells();
    for (Cell& cell : cells)
        if (cell.threads == 2 && cell.variant == Variant::A1)
            cell.receiver.duration_s = 0.8;
    EXPECT_THAT(answer(run_of(cells), 'c').missing, testing::StartsWith(std::string(needs_several_repeats)));
    netio::Run run = run_of(twice(cells));
    EXPECT_THAT(answer(run, 'c').text,
                HasSubstr("From 1 connection to 2, with fields of 4 KiB, throughput changes by A1 2.50 × [2.50, 2.50], "
                          "A2 1.00 × [1.00, 1.00] and A3 1.00 × [1.00, 1.00], and CPU time a byte by A1 1.00 ×"));
    EXPECT_THAT(answer(run, 'c').text, Not(HasSubstr("share")));
    EXPECT_EQ(answer(run, 'c').answered, Answered::in_part);
    run.environment.cpus = 3;
    EXPECT_THAT(answer(run, 'c').text, HasSubstr("4 worker threads share 3 CPUs: threads may wait for a CPU"));
    count(run.cells, "L1-dcache-load-misses", 0.1, 0.1, 0.1);
    count(run.cells, "LLC-load-misses", 0.1, 0.1, 0.1);
    count(run.cells, "cache-misses", 0.1, 0.1, 0.1);
    EXPECT_EQ(answer(run, 'c').answered, Answered::yes);
    EXPECT_THAT(answer(run, 'c').text, HasSubstr("A1 L1-dcache-load-misses × 1.00"));
}

TEST(Crossovers, SayWhereALabelIsWrong) {
    const Answer d = answer(run_of(twice(copied_cells())), 'd');
    EXPECT_EQ(d.answered, Answered::yes);
    EXPECT_THAT(d.text, HasSubstr("A2 is faster than A1 at 64 B and 4 KiB (2.00 ×)"));
    EXPECT_THAT(d.text, HasSubstr("\"One-copy\" is a label only: A1 copies each byte 2.00 times and A2 2.00 times"));
    const Answer e = answer(run_of(twice(copied_cells())), 'e');
    EXPECT_THAT(e.text, HasSubstr("\"Zero-copy\" is a label only"));
    EXPECT_THAT(e.text, HasSubstr("Against A2, which makes as few calls: A3 is slower than A2"));
}

TEST(Crossovers, NeedSeveralSizes) {
    std::vector<Cell> cells = copied_cells();
    std::erase_if(cells, [](const Cell& cell) { return cell.field_size != 64; });
    for (char letter : {'d', 'e'}) {
        EXPECT_EQ(answer(run_of(cells), letter).answered, Answered::no);
        EXPECT_THAT(answer(run_of(cells), letter).advice.changes, testing::Contains(Advice::Change::more_field_sizes));
    }
}

TEST(Unexpected, IsCopyingBeforeAnythingSmaller) {
    EXPECT_THAT(answer(run_of(copied_cells()), 'f').text,
                testing::StartsWith("MSG_ZEROCOPY promises that pages are not copied. A3 was not zero-copy: 100 %"));
}

std::vector<Cell> expected_cells() {
    std::vector<Cell> cells = copied_cells();
    for (Cell& cell : cells)
        if (cell.variant == Variant::A3) {
            cell.trace->of(Role::sender).zerocopy.copied = cell.sender.zerocopy.copied = 0;
            set_exact(cell, Role::sender, Path::deferred_copy, 0, 0);
        }
    return cells;
}

TEST(Unexpected, IsNothingWhereNothingIs) {
    const Answer f = answer(run_of(expected_cells()), 'f');
    EXPECT_THAT(f.text, testing::StartsWith("Nothing. Checked were"));
    EXPECT_FALSE(f.evidence.empty());
}

TEST(Unexpected, SaysWhatCouldNotBeChecked) {
    const Answer once = answer(run_of(expected_cells()), 'f');
    EXPECT_EQ(once.answered, Answered::in_part);
    EXPECT_EQ(once.text, "Nothing. Checked were: zero-copy sends that were copied after all.");
    EXPECT_THAT(once.missing,
                HasSubstr("Not checked: A3 ahead of A2 with as many copies (it takes at least two repeats"));
    EXPECT_THAT(once.missing, HasSubstr("A2 behind A1 (it takes"));
    EXPECT_THAT(once.missing, HasSubstr("throughput that falls with more connections (it takes at least two repeats"));
    EXPECT_EQ(once.rests_on, std::vector<std::string>{"zc_complete"});

    std::vector<Cell> untraced = twice(expected_cells());
    for (Cell& cell : untraced)
        cell.trace.reset();
    const Answer without_trace = answer(run_of(untraced), 'f');
    EXPECT_EQ(without_trace.answered, Answered::in_part);
    EXPECT_EQ(without_trace.missing, "Not checked: A3 ahead of A2 with as many copies (copies were not counted).");
    EXPECT_EQ(without_trace.advice.changes, std::vector{Advice::Change::trace});

    netio::Run all = run_of(twice(expected_cells()));
    EXPECT_EQ(answer(all, 'f').answered, Answered::yes);
    EXPECT_THAT(answer(all, 'f').text, HasSubstr("A2 behind A1, repeats that differ by more than a factor of 1.5 and "
                                                 "throughput that falls with more connections."));
    EXPECT_THAT(answer(all, 'f').text, Not(HasSubstr("delayed acknowledgements"))) << "they were not counted";
    for (Cell& cell : all.cells)
        cell.namespaces = {{{Role::sender, Role::receiver}, {{"Tcp.OutSegs", 1}}, 0}};
    EXPECT_THAT(answer(all, 'f').text, HasSubstr("Checked were: time lost to delayed acknowledgements, "));
}

TEST(Unexpected, IsNotAnsweredWhereNothingCouldBeChecked) {
    std::vector<Cell> cells = expected_cells();
    std::erase_if(cells, [](const Cell& cell) { return cell.variant != Variant::A1 || cell.threads != 1; });
    const Answer f = answer(run_of(cells), 'f');
    EXPECT_EQ(f.answered, Answered::no);
    EXPECT_THAT(f.missing, HasSubstr("zero-copy sends that were copied after all (A3 was not run)"));
    EXPECT_THAT(f.advice.changes, testing::Contains(Advice::Change::more_threads));
}

TEST(Unexpected, TakesNoTwoRepeatsForATrendOfConnections) {
    std::vector<Cell> cells = twice(expected_cells());
    for (Cell& cell : cells)
        if (cell.threads == 2 && cell.variant == Variant::A1)
            cell.receiver.duration_s = cell.repeat == 0 ? 2.2 : 2.9;
    EXPECT_THAT(answer(run_of(cells), 'f').text, testing::StartsWith("Nothing"))
        << "slower in both, but the interval of two ratios this far apart holds 1";
    std::erase_if(cells, [](const Cell& cell) { return cell.threads == 2 && cell.repeat == 1; });
    EXPECT_THAT(answer(run_of(cells), 'f').text, testing::StartsWith("Nothing")) << "one repeat with more connections";
}

TEST(Unexpected, IsEachOfTheChecked) {
    std::vector<Cell> slower = expected_cells();
    for (Cell& cell : slower)
        if (cell.variant == Variant::A2)
            cell.receiver.duration_s = 3.0;
    EXPECT_THAT(answer(run_of(slower), 'f').text, testing::StartsWith("Nothing")) << "one repeat may be chance";
    EXPECT_THAT(answer(run_of(twice(slower)), 'f').text, HasSubstr("and is slower at 64 B and 4 KiB (0.67 ×)."));

    std::vector<Cell> faster = copied_cells();
    for (Cell& cell : faster)
        if (cell.variant == Variant::A3)
            cell.receiver.duration_s = 0.5;
    EXPECT_THAT(answer(run_of(twice(faster)), 'f').text, HasSubstr("A3 is faster than A2 at 64 B and 4 KiB"));

    std::vector<Cell> unsteady = expected_cells();
    unsteady.push_back(unsteady[0]);
    unsteady.back().repeat = 1;
    unsteady.back().receiver.duration_s = 3.0;
    EXPECT_THAT(answer(run_of(unsteady), 'f').text, testing::StartsWith("Nothing"))
        << "a factor of 1.5 is not more than 1.5";
    unsteady.back().receiver.duration_s = 3.2;
    EXPECT_THAT(answer(run_of(unsteady), 'f').text, HasSubstr("differ by a factor of 1.6: A1, 8 × 64 B, 1 connection"));
    EXPECT_EQ(answer(run_of(unsteady), 'f').advice.changes, std::vector{Advice::Change::pin});
    netio::Run pinned = run_of(unsteady);
    pinned.spec.pin = true;
    EXPECT_TRUE(answer(pinned, 'f').advice.changes.empty()) << "that it was pinned is no news";

    std::vector<Cell> crowded = twice(expected_cells());
    for (Cell& cell : crowded)
        if (cell.threads == 2 && cell.variant == Variant::A1)
            cell.receiver.duration_s = 2.2;
    EXPECT_THAT(answer(run_of(crowded), 'f').text,
                HasSubstr("More connections are slower: A1, 8 × 64 B, 1 connection"));
    EXPECT_NEAR(evidence(answer(run_of(crowded), 'f').evidence, "throughput with more connections / with fewer"),
                2.0 / 2.2, 1e-12);
}

} // namespace
} // namespace netio::analysis
