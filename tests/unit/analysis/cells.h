// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/finding.h"
#include "analysis/laws.h"
#include "model/run_result.h"

namespace netio::analysis {

inline PathFigures& path(Cell& cell, Role role, Path path) { return cell.trace->of(role).path(path); }

inline CallTotals& traced(Cell& cell, Role role) { return cell.trace->of(role).calls; }

inline void set_exact(Cell& cell, Role role, Path which, std::uint64_t calls, std::uint64_t bytes) {
    PathFigures& figures = path(cell, role, which);
    figures.backend = Backend::tracepoint;
    figures.calls = Figure::exact(static_cast<double>(calls));
    figures.bytes = Figure::exact(static_cast<double>(bytes));
}

inline void set_time(Cell& cell, Role role, Path which, double inclusive, double exclusive, double preempted) {
    PathFigures& figures = path(cell, role, which);
    figures.time_ns = Figure::exact(inclusive);
    figures.exclusive_ns = Figure::exact(exclusive);
    figures.preempted_ns = Figure::exact(preempted);
}

/// A cell whose figures all add up: 2 threads, 100 messages measured and 10 before that, requests of one send and one
/// receive call, and for A3 110 zero-copy sends that were all copied after all.
inline Cell sound_cell(Variant variant) {
    Cell cell;
    cell.variant = variant;
    cell.field_size = 1024;
    cell.threads = 2;
    const std::uint64_t size = cell.message_size();
    const std::uint64_t all = 110 * size;
    const std::uint64_t sends = variant == Variant::A1 ? 880 : 110;

    cell.sender.role = Role::sender;
    cell.sender.calls = {sends, all, 110, all, 0};
    cell.sender.total_payload_bytes = all;
    cell.sender.cpu_system_s = 0.4;
    cell.receiver.role = Role::receiver;
    cell.receiver.calls = {110, all, 880, all, 0};
    cell.receiver.messages = 100;
    cell.receiver.payload_bytes = 100 * size;
    cell.receiver.total_payload_bytes = all;
    cell.receiver.messages_per_thread = {60, 40};
    cell.receiver.duration_s = 1.0;
    cell.receiver.cpu_system_s = 0.5;
    for (int i = 0; i < 100; ++i)
        cell.receiver.latency.record(20'000);

    cell.trace = Trace::of_both_ends();
    cell.trace->of(Role::sender).calls = cell.sender.calls;
    cell.trace->of(Role::receiver).calls = cell.receiver.calls;
    set_exact(cell, Role::sender, Path::copy_in, sends, all);
    set_exact(cell, Role::receiver, Path::copy_in, 110, all);
    for (Role role : all_roles)
        set_exact(cell, role, Path::copy_out, 880, all);
    set_time(cell, Role::sender, Path::send_syscall, 1000, 900, 40);
    set_time(cell, Role::sender, Path::wait_send, 60, 50, 10);
    set_time(cell, Role::receiver, Path::recv_syscall, 5000, 1000, 0);
    set_time(cell, Role::receiver, Path::wait_recv, 4000, 3900, 100);
    cell.trace->losses = {{"recursion_misses", 0, "calls"}};

    if (variant == Variant::A3) {
        cell.sender.zerocopy = {110, 110, 110, 20, 0, 5};
        cell.sender.calls.errqueue_calls = 25;
        cell.trace->of(Role::sender).calls.errqueue_calls = 25;
        cell.trace->of(Role::sender).zerocopy = {110, 110, 110, 20, 0, 0};
        set_exact(cell, Role::sender, Path::copy_in, 0, 0);
        set_exact(cell, Role::sender, Path::pin, 110, all);
        set_exact(cell, Role::sender, Path::zc_complete, 110, all);
    }
    return cell;
}

/// No skb of the sender's was copied, and all such copies are counted and timed.
inline void without_copies_of_skbs(Cell& cell) {
    for (Path which : paths_where<copies_skb>) {
        set_exact(cell, Role::sender, which, 0, 0);
        set_time(cell, Role::sender, which, 0, 0, 0);
    }
}

/// A run of these cells on a machine with 8 CPUs; their laws are checked.
inline Run run_of(std::vector<Cell> cells) {
    netio::Run run;
    run.environment.cpus = 8;
    run.cells = std::move(cells);
    for (Cell& cell : run.cells)
        cell.laws = check_laws(cell);
    return run;
}

inline std::optional<Finding> find(const Run& run, std::string_view id) {
    for (Finding& finding : find_insights(run))
        if (finding.id == id)
            return std::move(finding);
    return std::nullopt;
}

inline bool finds(const Run& run, std::string_view id) { return find(run, id).has_value(); }

/// The text of a finding that must be there.
inline std::string text_of_finding(const Run& run, std::string_view id) {
    const std::optional<Finding> finding = find(run, id);
    EXPECT_TRUE(finding.has_value()) << id;
    return finding ? finding->text() : std::string();
}

/// The same where it must be there.
inline Finding found(const Run& run, std::string_view id) { return find(run, id).value(); }

/// The value of the first figure of evidence with this name and place; not a number when there is none.
inline double evidence(const std::vector<Evidence>& list, std::string_view name, const Location& place = {}) {
    for (const Evidence& one : list)
        if (one.name == name && (place == Location{} || one.place == place))
            return one.figure.value;
    return std::nan("");
}

inline const LawCheck* find_law(const std::vector<LawCheck>& laws, std::string_view name) {
    const auto law = std::find_if(laws.begin(), laws.end(), [&](const LawCheck& one) { return one.name == name; });
    return law == laws.end() ? nullptr : &*law;
}

} // namespace netio::analysis
