// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/cause_view.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "analysis/machine_load.h"
#include "analysis/message_time.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

using analysis::Group;

const std::string nothing = "–";

void add_row(ValueTable& table, const Group& group, std::string label,
             const std::function<std::string(const Cell&)>& value) {
    ValueRow row{std::move(label), {}};
    for (const analysis::VariantSummary& summary : group.variants)
        row.values.push_back(value(summary.merged));
    const bool empty =
        std::ranges::all_of(row.values, [](const std::string& text) { return text.empty() || text == nothing; });
    if (!empty)
        table.rows.push_back(std::move(row));
}

std::string microseconds(const Figure& figure) {
    if (!figure.available())
        return "n/a";
    if (figure.value == 0.0)
        return nothing;
    return std::string(mark_of(figure.quality)) + significant(figure.value / 1e3);
}

/// "12.3 / 4.56": what the sender has and what the receiver has; "–" where both have nothing.
std::string both(const Cell& cell, const std::function<Figure(const analysis::MessageTime&)>& pick) {
    const std::string sender = microseconds(pick(analysis::message_time(cell, Role::sender)));
    const std::string receiver = microseconds(pick(analysis::message_time(cell, Role::receiver)));
    return sender == nothing && receiver == nothing ? nothing : sender + " / " + receiver;
}

std::string share(const Figure& figure) {
    if (!figure.available())
        return {};
    return figure.value == 0.0 ? nothing : std::string(mark_of(figure.quality)) + percent(figure.value);
}

/// A counter in words, or several that mean one thing.
struct Counter {
    const char* label;
    std::array<const char*, 4> names; ///< null behind the last
};
/// Those that tell of trouble. All that moved are in run.json.
const std::array counters{
    Counter{"delayed ACKs", {"TcpExt.DelayedACKs"}},
    Counter{"segments sent again", {"Tcp.RetransSegs"}},
    Counter{"of those, received twice", {"TcpExt.TCPDSACKRecvSegs"}},
    Counter{"timeouts", {"TcpExt.TCPTimeouts"}},
    Counter{"receive window closed", {"TcpExt.TCPToZeroWindowAdv"}},
    Counter{"received data dropped",
            {"TcpExt.TCPRcvQDrop", "TcpExt.TCPBacklogDrop", "TcpExt.RcvPruned", "TcpExt.OfoPruned"}},
    Counter{"receive queue compressed", {"TcpExt.PruneCalled", "TcpExt.TCPRcvCollapsed"}},
    Counter{"out of order", {"TcpExt.TCPOFOQueue"}},
    Counter{"checksum errors", {"Tcp.InCsumErrors", "IpExt.InCsumErrors"}},
    Counter{"IP fragments", {"Ip.FragCreates", "Ip6.FragCreates"}},
    Counter{"IP datagrams dropped", {"Ip.OutDiscards", "Ip.InDiscards", "Ip6.OutDiscards", "Ip6.InDiscards"}},
};

/// "45, 1.00/msg"
std::string count_text(const Cell& cell, const Counter& counter) {
    if (cell.namespaces.empty())
        return {};
    std::uint64_t sum = 0;
    for (const char* name : counter.names)
        sum += name == nullptr ? 0 : cell.network_count(name).value_or(0);
    if (sum == 0)
        return nothing;
    const double a_message =
        cell.messages() == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(cell.messages());
    return grouped(sum) + ", " + (a_message < 0.001 ? "<0.001" : significant(a_message, 2)) + "/msg";
}

/// "12 – 15 – 90": least, middle and largest over connections; one number when there is one.
std::string spread_text(std::vector<std::uint32_t> values) {
    if (values.empty())
        return {};
    std::ranges::sort(values);
    const std::string middle = grouped(values[values.size() / 2]);
    if (values.front() == values.back())
        return middle;
    return grouped(values.front()) + " – " + middle + " – " + grouped(values.back());
}

std::string limited_text(const Cell& cell, std::optional<std::uint64_t> ConnectionFigures::*limited_us) {
    const auto& connections = cell.sender.connections;
    if (!connections || !((*connections).*limited_us) || cell.duration_s() <= 0.0)
        return {};
    const double limited_s = static_cast<double>(*((*connections).*limited_us)) * 1e-6;
    return limited_s == 0.0 ? nothing : percent(std::min(limited_s / (cell.duration_s() * cell.threads), 1.0));
}

void add_connections(ValueTable& table, const Group& group) {
    const auto list = [&](const char* label, std::vector<std::uint32_t> ConnectionFigures::*member) {
        add_row(table, group, label, [member](const Cell& cell) {
            return cell.sender.connections ? spread_text((*cell.sender.connections).*member) : std::string();
        });
    };
    list("round-trip time, µs", &ConnectionFigures::rtt_us);
    list("its mean deviation, µs", &ConnectionFigures::rtt_variance_us);
    list("congestion window, segments", &ConnectionFigures::congestion_window);
    add_row(table, group, "limited by receive window",
            [](const Cell& cell) { return limited_text(cell, &ConnectionFigures::receive_window_limited_us); });
    add_row(table, group, "limited by send buffer",
            [](const Cell& cell) { return limited_text(cell, &ConnectionFigures::send_buffer_limited_us); });
}

ValueTable message_time_table(const Group& group) {
    ValueTable table{"Time of a message, µs, sender / receiver", {}};
    if (std::ranges::none_of(group.variants,
                             [](const analysis::VariantSummary& summary) { return measured(summary.merged); }))
        return table;
    for (analysis::MessagePart part : analysis::all_message_parts)
        add_row(table, group, std::string(describe(part)), [part](const Cell& cell) {
            return both(cell, [part](const analysis::MessageTime& time) { return time.part(part); });
        });
    add_row(table, group, "in all",
            [](const Cell& cell) { return both(cell, [](const analysis::MessageTime& time) { return time.whole; }); });
    const auto of_machine = [&](const char* label, Figure analysis::Contention::*member) {
        add_row(table, group, label,
                [member](const Cell& cell) { return share(analysis::contention_of(cell).*member); });
    };
    of_machine("CPUs: other tasks", &analysis::Contention::other_tasks);
    of_machine("CPUs: idle", &analysis::Contention::idle);
    of_machine("CPUs: stolen", &analysis::Contention::steal);
    add_row(table, group, "load average",
            [](const Cell& cell) { return cell.machine ? fixed(cell.machine->load_average, 1) : std::string(); });
    return table;
}

ValueTable network_table(const Group& group) {
    ValueTable table{"Network, both ends", {}};
    for (const Counter& counter : counters)
        add_row(table, group, counter.label, [&counter](const Cell& cell) { return count_text(cell, counter); });
    add_connections(table, group);
    add_row(table, group, "packet sockets", [](const Cell& cell) {
        unsigned taps = 0;
        for (const NamespaceActivity& activity : cell.namespaces)
            taps += activity.packet_taps;
        return taps == 0 ? nothing : grouped(taps);
    });
    return table;
}

} // namespace

std::vector<ValueTable> cause_tables(const Group& group) {
    std::vector<ValueTable> tables{message_time_table(group), network_table(group)};
    std::erase_if(tables, [](const ValueTable& table) { return table.rows.empty(); });
    return tables;
}

} // namespace netio::report
