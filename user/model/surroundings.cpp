// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/surroundings.h"

#include <algorithm>

namespace netio {
namespace {

template <class Value>
void append(std::vector<Value>& list, const std::vector<Value>& more) {
    list.insert(list.end(), more.begin(), more.end());
}

/// A sum that is known when both parts are.
void add(std::optional<std::uint64_t>& sum, const std::optional<std::uint64_t>& other) {
    if (sum && other)
        *sum += *other;
    else
        sum.reset();
}

} // namespace

void ConnectionFigures::add(const ConnectionFigures& other) {
    if (rtt_us.empty()) {
        *this = other;
        return;
    }
    if ((", " + congestion_control + ",").find(", " + other.congestion_control + ",") == std::string::npos)
        congestion_control += ", " + other.congestion_control;
    append(rtt_us, other.rtt_us);
    append(rtt_variance_us, other.rtt_variance_us);
    append(congestion_window, other.congestion_window);
    retransmits += other.retransmits;
    netio::add(delivered, other.delivered);
    netio::add(busy_us, other.busy_us);
    netio::add(receive_window_limited_us, other.receive_window_limited_us);
    netio::add(send_buffer_limited_us, other.send_buffer_limited_us);
}

void MachineLoad::add(const MachineLoad& other) {
    cpus = std::max(cpus, other.cpus);
    wall_s += other.wall_s;
    user_s += other.user_s;
    system_s += other.system_s;
    interrupts_s += other.interrupts_s;
    idle_s += other.idle_s;
    steal_s += other.steal_s;
    load_average = std::max(load_average, other.load_average);
}

} // namespace netio
