// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/laws.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <set>
#include <utility>

#include "cells.h"

namespace netio::analysis {
namespace {

TEST(Laws, AllHoldForASoundCell) {
    for (Variant variant : all_variants) {
        const std::vector<LawCheck> laws = check_laws(sound_cell(variant));
        EXPECT_GT(laws.size(), 10U);
        for (const LawCheck& law : laws) {
            EXPECT_TRUE(!law.checked || law.holds)
                << name_of(variant) << " " << law.name << ": " << law.expected << " " << law.observed;
            EXPECT_FALSE(law.statement.empty()) << law.name;
            EXPECT_EQ(law.checked, law.reason.empty()) << law.name;
        }
    }
}

TEST(Laws, HaveOneNameEach) {
    std::set<std::string> names;
    for (const LawCheck& law : check_laws(sound_cell(Variant::A3)))
        EXPECT_TRUE(names.insert(law.name).second) << law.name;
}

TEST(Laws, AreNotForUntracedCells) {
    Cell cell = sound_cell(Variant::A1);
    cell.trace.reset();
    EXPECT_TRUE(check_laws(cell).empty());
}

struct Damage {
    const char* law;
    std::function<void(Cell&)> damage;
};

void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.law; }

class BrokenLaw : public testing::TestWithParam<Damage> {};

TEST_P(BrokenLaw, IsFoundAlone) {
    Cell cell = sound_cell(Variant::A3);
    GetParam().damage(cell);
    const std::vector<LawCheck> laws = check_laws(cell);
    const LawCheck* broken = find_law(laws, GetParam().law);
    ASSERT_NE(broken, nullptr);
    EXPECT_TRUE(broken->checked);
    EXPECT_FALSE(broken->holds);
    EXPECT_NE(broken->expected, broken->observed);
    for (const LawCheck& law : laws)
        EXPECT_TRUE(law.name == GetParam().law || !law.checked || law.holds) << law.name << " is broken too";
}

const Damage damages[] = {
    {"send_calls.sender", [](Cell& cell) { traced(cell, Role::sender).send_calls -= 1; }},
    {"send_calls.receiver", [](Cell& cell) { traced(cell, Role::receiver).send_calls += 1; }},
    {"send_bytes.sender", [](Cell& cell) { traced(cell, Role::sender).send_bytes -= 1; }},
    {"send_bytes.receiver", [](Cell& cell) { traced(cell, Role::receiver).send_bytes -= 1; }},
    {"recv_calls.sender", [](Cell& cell) { traced(cell, Role::sender).recv_calls -= 1; }},
    {"recv_calls.receiver", [](Cell& cell) { traced(cell, Role::receiver).recv_calls -= 1; }},
    {"recv_bytes.sender", [](Cell& cell) { traced(cell, Role::sender).recv_bytes -= 1; }},
    {"recv_bytes.receiver", [](Cell& cell) { traced(cell, Role::receiver).recv_bytes -= 1; }},
    {"errqueue_calls.sender", [](Cell& cell) { traced(cell, Role::sender).errqueue_calls -= 1; }},
    {"copy_in_bytes.sender", [](Cell& cell) { path(cell, Role::sender, Path::pin).bytes.value -= 1; }},
    {"copy_in_bytes.receiver", [](Cell& cell) { path(cell, Role::receiver, Path::copy_in).bytes.value += 1; }},
    {"copy_out_bytes.sender", [](Cell& cell) { path(cell, Role::sender, Path::copy_out).bytes.value += 1; }},
    {"copy_out_bytes.receiver", [](Cell& cell) { path(cell, Role::receiver, Path::copy_out).bytes.value -= 1; }},
    {"zerocopy_completions",
     [](Cell& cell) {
         cell.sender.zerocopy.completions -= 1;
         cell.sender.zerocopy.copied -= 1;
     }},
    {"zerocopy_copied", [](Cell& cell) { cell.sender.zerocopy.copied += 1; }},
    {"traced_zerocopy_sends", [](Cell& cell) { cell.trace->of(Role::sender).zerocopy.sends -= 1; }},
    {"traced_zerocopy_completions", [](Cell& cell) { cell.trace->of(Role::sender).zerocopy.completions += 1; }},
    {"traced_zerocopy_copied", [](Cell& cell) { cell.trace->of(Role::sender).zerocopy.copied += 1; }},
    {"copied_bytes",
     [](Cell& cell) {
         for (Path late : paths_where<copies_skb>)
             path(cell, Role::sender, late).bytes = Figure::exact(0.0);
     }},
    {"send_time.sender", [](Cell& cell) { path(cell, Role::sender, Path::wait_send).exclusive_ns.value -= 1; }},
    {"recv_time.receiver", [](Cell& cell) { path(cell, Role::receiver, Path::recv_syscall).time_ns.value += 1; }},
    {"payload_bytes", [](Cell& cell) { cell.receiver.total_payload_bytes -= 1; }},
    {"whole_messages", [](Cell& cell) { cell.receiver.payload_bytes -= 1; }},
    {"latency_count", [](Cell& cell) { cell.receiver.latency.record(1); }},
    {"verified_bytes", [](Cell& cell) { cell.receiver.bytes_verified = cell.receiver.total_payload_bytes - 1; }},
};

INSTANTIATE_TEST_SUITE_P(Each, BrokenLaw, testing::ValuesIn(damages), [](const auto& instance) {
    std::string name = instance.param.law;
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
});

TEST(Laws, SayWhyTheyCannotBeChecked) {
    Cell cell = sound_cell(Variant::A3);
    path(cell, Role::sender, Path::pin).bytes = Figure::unavailable("no tracepoint");
    path(cell, Role::receiver, Path::copy_out).bytes = Figure::estimated(1.0, "all were copied");
    path(cell, Role::sender, Path::zc_complete).calls = Figure::unavailable("no completions seen");
    const std::vector<LawCheck> laws = check_laws(cell);
    const auto reason_of = [&](const char* name) {
        const LawCheck* law = find_law(laws, name);
        return law == nullptr || law->checked ? std::string() : law->reason;
    };
    EXPECT_EQ(reason_of("copy_in_bytes.sender"), "bytes of pin: unavailable, no tracepoint");
    EXPECT_EQ(reason_of("copy_out_bytes.receiver"), "bytes of copy_out: estimated, all were copied");
    EXPECT_EQ(reason_of("traced_zerocopy_sends"), "calls of zc_complete: unavailable, no completions seen");
    EXPECT_EQ(reason_of("send_time.receiver"), "time of send_syscall: unavailable");
}

TEST(Laws, OfATraceAloneRestOnWhatItSawOfCalls) {
    Trace trace = *sound_cell(Variant::A2).trace;
    trace.subjects.push_back(trace.of(Role::receiver));
    trace.subjects.back().subject = {"curl, pid 7", {}, {}};
    const std::vector<LawCheck> sound = check_trace(trace);
    EXPECT_EQ(sound.size(), 12U) << "four of each subject";
    for (const LawCheck& law : sound)
        EXPECT_TRUE(!law.checked || law.holds) << law.name << ": " << law.expected << " " << law.observed;
    ASSERT_NE(find_law(sound, "copy_out_bytes.curl, pid 7"), nullptr);
    trace.subjects.back().calls.recv_bytes -= 1;
    const std::vector<LawCheck> broken = check_trace(trace);
    EXPECT_FALSE(find_law(broken, "copy_out_bytes.curl, pid 7")->holds);
    EXPECT_TRUE(find_law(broken, "copy_out_bytes.receiver")->holds);
}

TEST(Laws, OfCopiedBytesHoldOnWhateverPathTheyWereCopied) {
    Cell cell = sound_cell(Variant::A3);
    for (Path late : paths_where<copies_skb>)
        path(cell, Role::sender, late).bytes = Figure::exact(0.0);
    cell.trace->of(Role::sender).copied_after_all = {{CopyReason::linearized, Path::linearize, 110, 5000, {}}};
    EXPECT_TRUE(find_law(check_laws(cell), "copied_bytes")->holds);
    path(cell, Role::sender, Path::deferred_copy).bytes = Figure::at_least(0.0, "seen on delivery only");
    const LawCheck unknown = *find_law(check_laws(cell), "copied_bytes");
    EXPECT_FALSE(unknown.checked);
    EXPECT_EQ(unknown.reason, "seen on delivery only");
    EXPECT_EQ(find_law(check_laws(sound_cell(Variant::A2)), "copied_bytes"), nullptr);
}

TEST(Laws, NeedNoPinningWhereNothingIsPinned) {
    const std::vector<LawCheck> laws = check_laws(sound_cell(Variant::A2));
    const LawCheck* law = find_law(laws, "copy_in_bytes.sender");
    ASSERT_NE(law, nullptr);
    EXPECT_TRUE(law->checked);
    EXPECT_EQ(find_law(laws, "zerocopy_completions"), nullptr);
}

TEST(Laws, LeaveSampledPathsToThePathAroundThem) {
    Cell cell = sound_cell(Variant::A1);
    path(cell, Role::sender, Path::copy_in).exclusive_ns = Figure::sampled(300, 200, 400);
    const std::vector<LawCheck> laws = check_laws(cell);
    const LawCheck* law = find_law(laws, "send_time.sender");
    ASSERT_NE(law, nullptr);
    EXPECT_TRUE(law->checked);
    EXPECT_TRUE(law->holds) << law->expected << " " << law->observed;
}

/// Hooked as fentry does: everything inside of the calls timed, and skb paths that ran in them on their time.
Cell exactly_traced_cell() {
    Cell cell = sound_cell(Variant::A3);
    set_time(cell, Role::sender, Path::send_syscall, 1000, 100, 0);
    set_time(cell, Role::sender, Path::tcp_sendmsg, 900, 120, 30);
    set_time(cell, Role::sender, Path::copy_in, 50, 50, 0);
    set_time(cell, Role::sender, Path::pin, 200, 190, 10);
    set_time(cell, Role::sender, Path::wait_send, 60, 60, 0);
    path(cell, Role::sender, Path::send_syscall).skb_path_ns = Figure::exact(440);
    set_time(cell, Role::receiver, Path::recv_syscall, 5000, 700, 100);
    set_time(cell, Role::receiver, Path::copy_out, 1100, 1000, 100);
    set_time(cell, Role::receiver, Path::wait_recv, 3000, 3000, 0);
    path(cell, Role::receiver, Path::recv_syscall).skb_path_ns = Figure::exact(100);
    for (auto [role, which] : {std::pair{Role::sender, Path::copy_in}, {Role::receiver, Path::copy_out}})
        for (Figure PathFigures::*figure : {&PathFigures::time_ns, &PathFigures::exclusive_ns})
            (path(cell, role, which).*figure).quality = Quality::bracketed;
    return cell;
}

TEST(Laws, OfTimesAreClosedBySkbPathsInside) {
    const std::vector<LawCheck> laws = check_laws(exactly_traced_cell());
    for (const char* name : {"send_time.sender", "recv_time.receiver"}) {
        const LawCheck* law = find_law(laws, name);
        ASSERT_NE(law, nullptr);
        EXPECT_TRUE(law->checked) << law->reason;
        EXPECT_TRUE(law->holds) << name << ": " << law->expected << " " << law->observed;
    }
}

TEST(Laws, OfTimesMissASingleNanosecond) {
    const auto holds = [](const Cell& cell, const char* name) {
        const std::vector<LawCheck> laws = check_laws(cell);
        const LawCheck* law = find_law(laws, name);
        return law != nullptr && law->checked && law->holds;
    };
    for (double missing : {-1.0, 1.0}) {
        Cell send = exactly_traced_cell();
        path(send, Role::sender, Path::send_syscall).skb_path_ns.value += missing;
        EXPECT_FALSE(holds(send, "send_time.sender"));
        EXPECT_TRUE(holds(send, "recv_time.receiver"));
        Cell recv = exactly_traced_cell();
        path(recv, Role::receiver, Path::recv_syscall).skb_path_ns.value += missing;
        EXPECT_FALSE(holds(recv, "recv_time.receiver"));
        for (Path nested : {Path::tcp_sendmsg, Path::copy_in, Path::pin, Path::wait_send}) {
            Cell cell = exactly_traced_cell();
            path(cell, Role::sender, nested).exclusive_ns.value += missing;
            EXPECT_FALSE(holds(cell, "send_time.sender")) << name_of(nested);
        }
        Cell preempted = exactly_traced_cell();
        path(preempted, Role::receiver, Path::copy_out).preempted_ns.value += missing;
        EXPECT_FALSE(holds(preempted, "recv_time.receiver"));
    }
    Cell without = exactly_traced_cell();
    path(without, Role::sender, Path::send_syscall).skb_path_ns = Figure::unavailable("not hooked");
    EXPECT_FALSE(holds(without, "send_time.sender")) << "it is taken out of the exclusive times";
}

Run run_of(std::vector<Cell> cells) {
    netio::Run run;
    run.cells = std::move(cells);
    for (Cell& cell : run.cells)
        cell.laws = check_laws(cell);
    return run;
}

TEST(Accounting, IsFullExactlyWhenAllLawsHold) {
    const Accounting accounting = account(run_of({sound_cell(Variant::A1), sound_cell(Variant::A3)}));
    EXPECT_EQ(accounting.percent, 100.0);
    EXPECT_GT(accounting.laws_checked, 20U);
    EXPECT_EQ(accounting.laws_broken, 0U);
    EXPECT_EQ(accounting.lost, 0U);
}

/// One byte of 10^17 is less than what a double can tell from 1.
TEST(Accounting, NeverRoundsUpToFull) {
    constexpr std::uint64_t many = 1'000'000'000'000'000;
    Cell cell = sound_cell(Variant::A1);
    cell.sender.calls.send_bytes = many;
    cell.trace->of(Role::sender).calls.send_bytes = many;
    path(cell, Role::sender, Path::copy_in).bytes.value = static_cast<double>(many);
    std::vector<Cell> cells(100, cell);
    path(cells.back(), Role::sender, Path::copy_in).bytes.value -= 1.0;
    const Accounting accounting = account(run_of(std::move(cells)));
    EXPECT_EQ(accounting.laws_broken, 1U);
    EXPECT_EQ(accounting.percent, 99.999);
}

TEST(Accounting, IsThatOfTheWorstLawOverAllCells) {
    Cell half = sound_cell(Variant::A1);
    path(half, Role::sender, Path::copy_in).bytes.value /= 2;
    traced(half, Role::sender).send_calls = half.sender.calls.send_calls * 9 / 10;
    const Accounting one = account(run_of({half}));
    EXPECT_EQ(one.percent, 50.0);
    EXPECT_EQ(one.laws_broken, 2U);
    EXPECT_EQ(account(run_of({half, sound_cell(Variant::A1)})).percent, 75.0);
}

TEST(Accounting, CountsTooMuchAsWellAsTooLittle) {
    Cell cell = sound_cell(Variant::A1);
    path(cell, Role::sender, Path::copy_in).bytes.value *= 3;
    EXPECT_EQ(account(run_of({cell})).percent, 33.333);
}

TEST(Accounting, AddsUpWhatWasLost) {
    Cell cell = sound_cell(Variant::A1);
    cell.trace->losses = {{"recursion_misses", 3, "calls"}, {"map_full", 4, "calls"}};
    const Accounting accounting = account(run_of({cell, cell}));
    EXPECT_EQ(accounting.lost, 14U);
    EXPECT_EQ(accounting.percent, 100.0);
}

TEST(Accounting, ClaimsNothingWithoutLaws) {
    const Accounting accounting = account(netio::Run{});
    EXPECT_EQ(accounting.percent, 0.0);
    EXPECT_EQ(accounting.laws_checked, 0U);
}

} // namespace
} // namespace netio::analysis
