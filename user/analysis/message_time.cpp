// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/message_time.h"

#include <algorithm>
#include <cmath>

namespace netio::analysis {
namespace {

/// Time on a path for each message of the whole connections.
Figure wait_of(const Cell& cell, Role role, Path path) {
    if (!cell.trace)
        return Figure::unavailable("not traced");
    const Figure& time = cell.trace->of(role).path(path).time_ns;
    const double messages =
        static_cast<double>(cell.sender.total_payload_bytes) / static_cast<double>(cell.message_size());
    return time.per(messages, "no message was sent");
}

double value_of(const Figure& figure) { return figure.available() ? figure.value : 0.0; }

} // namespace

std::string_view describe(MessagePart part) {
    constexpr std::array<std::string_view, all_message_parts.size()> labels{
        "user code",        "kernel, in the thread", "runnable, not running",
        "asleep, for data", "asleep, for space",     "not accounted for"};
    return labels[static_cast<std::size_t>(part)];
}

MessageTime message_time(const Cell& cell, Role role) {
    const double messages = static_cast<double>(cell.messages());
    MessageTime time;
    if (messages <= 0.0 || cell.duration_s() <= 0.0) {
        time.whole = Figure::unavailable("no message was finished in the measured part");
        time.parts.fill(time.whole);
        return time;
    }
    const auto set = [&](MessagePart part, Figure figure) {
        time.parts[static_cast<std::size_t>(part)] = std::move(figure);
    };
    const EndResult& end = role == Role::sender ? cell.sender : cell.receiver;
    const double a_message = 1e9 / messages; // nanoseconds of a message for each second of the cell
    const std::string ticks = "the kernel divides CPU time into user and system by ticks";
    time.whole = Figure::exact(cell.duration_s() * cell.threads * a_message);
    set(MessagePart::user, Figure::estimated(end.cpu_user_s * a_message, ticks));
    set(MessagePart::calls, Figure::estimated(end.cpu_system_s * a_message, ticks));
    set(MessagePart::runnable, end.runnable_s ? Figure::exact(*end.runnable_s * a_message)
                                              : Figure::unavailable("this kernel keeps no account of it"));

    double left = time.whole.value;
    for (MessagePart part : {MessagePart::user, MessagePart::calls, MessagePart::runnable})
        left -= value_of(time.part(part));
    Figure data = wait_of(cell, role, Path::wait_recv);
    Figure space = wait_of(cell, role, Path::wait_send);
    const double waits = value_of(data) + value_of(space);
    const double fit = waits > 0.0 ? std::clamp(left / waits, 0.0, 1.0) : 1.0;
    for (auto [part, wait] : {std::pair{MessagePart::wait_data, &data}, std::pair{MessagePart::wait_space, &space}}) {
        left -= value_of(*wait) * fit;
        set(part, wait->available() ? Figure::estimated(wait->value * fit, "without the time runnable in it")
                                    : std::move(*wait));
    }
    constexpr double rounding = 1e-9;
    set(MessagePart::rest,
        Figure::estimated(std::abs(left) < rounding * time.whole.value ? 0.0 : left, "what the other parts leave"));
    return time;
}

} // namespace netio::analysis
