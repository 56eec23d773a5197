// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <string_view>

#include "model/run_result.h"

namespace netio::analysis {

/// Where a thread spends the time of a message.
enum class MessagePart {
    user,       ///< on a CPU, outside the kernel
    calls,      ///< on a CPU, in system calls and what else the kernel does in the thread
    runnable,   ///< runnable, but not running
    wait_data,  ///< asleep until data comes in
    wait_space, ///< asleep until the send buffer has room
    rest        ///< what is left
};
inline constexpr std::array all_message_parts{MessagePart::user,      MessagePart::calls,      MessagePart::runnable,
                                              MessagePart::wait_data, MessagePart::wait_space, MessagePart::rest};
/// For a reader: "runnable, not running".
[[nodiscard]] std::string_view describe(MessagePart part);

/// The wall time of a message, in nanoseconds, and the parts of it at one end. The parts that are available add up to
/// the whole; `rest` has what is not known, and is negative where the others overlap.
struct MessageTime {
    Figure whole;
    std::array<Figure, all_message_parts.size()> parts;

    [[nodiscard]] const Figure& part(MessagePart part) const { return parts[static_cast<std::size_t>(part)]; }
};

/// The whole is the measured part times connections over messages. User and calls are what the kernel accounts to the
/// worker threads, runnable is the scheduler's run delay. Waiting comes from the paths wait_recv and wait_send. A path
/// is left only when the thread runs again, so that it contains some of the runnable time: where both waits together
/// are longer than the thread can have slept, they are shortened alike.
[[nodiscard]] MessageTime message_time(const Cell& cell, Role role);

} // namespace netio::analysis
