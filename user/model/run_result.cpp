// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/run_result.h"

#include <algorithm>

namespace netio {
namespace {

double ratio(double numerator, double denominator) { return denominator > 0.0 ? numerator / denominator : 0.0; }

} // namespace

LawOutcome LawCheck::outcome() const {
    if (!checked)
        return LawOutcome::unchecked;
    if (holds)
        return LawOutcome::holds;
    return missed.empty() ? LawOutcome::broken : LawOutcome::missed_hits;
}

std::string to_string(const LinkSpec& link) {
    switch (link.kind) {
    case LinkKind::veth:
        return "veth";
    case LinkKind::loopback:
        return "loopback";
    case LinkKind::devices:
        return "dev:" + link.server_device + "," + link.client_device;
    }
    return {};
}

std::optional<LinkSpec> link_from(std::string_view text) {
    if (text == "veth")
        return LinkSpec{LinkKind::veth, "", ""};
    if (text == "loopback")
        return LinkSpec{LinkKind::loopback, "", ""};
    const std::string_view prefix = "dev:";
    const std::size_t comma = text.find(',');
    if (!text.starts_with(prefix) || comma == std::string_view::npos)
        return std::nullopt;
    const std::string_view server = text.substr(prefix.size(), comma - prefix.size());
    const std::string_view client = text.substr(comma + 1);
    if (server.empty() || client.empty() || server == client)
        return std::nullopt;
    return LinkSpec{LinkKind::devices, std::string(server), std::string(client)};
}

EndResult EndResult::nothing_of(Role role) {
    EndResult nothing;
    nothing.role = role;
    nothing.runnable_s = 0.0;
    nothing.connections.emplace();
    return nothing;
}

std::string why_payload_is_copied(const DeviceFacts& sender) {
    const bool no_gathering = sender.scatter_gather == false;
    if (!no_gathering && sender.transmit_checksum != false)
        return {};
    return "the sender's device has " + std::string(no_gathering ? "scatter-gather" : "transmit checksum") +
           " off, so that frames are copied for it";
}

void EndResult::add_work(const EndResult& other) {
    calls.add(other.calls);
    zerocopy.add(other.zerocopy);
    messages += other.messages;
    payload_bytes += other.payload_bytes;
    total_payload_bytes += other.total_payload_bytes;
    messages_per_thread.insert(messages_per_thread.end(), other.messages_per_thread.begin(),
                               other.messages_per_thread.end());
    cpu_user_s += other.cpu_user_s;
    cpu_system_s += other.cpu_system_s;
    if (runnable_s && other.runnable_s)
        *runnable_s += *other.runnable_s;
    else
        runnable_s.reset();
    if (connections && other.connections)
        connections->add(*other.connections);
    else
        connections.reset();
    latency.merge(other.latency);
    bytes_verified += other.bytes_verified;
}

double Cell::throughput_gbps() const { return ratio(static_cast<double>(payload_bytes()) * 8.0, duration_s() * 1e9); }

double Cell::messages_per_second() const { return ratio(static_cast<double>(messages()), duration_s()); }

double Cell::published_latency_us() const { return ratio(duration_s() * 1e6, static_cast<double>(messages())); }

double Cell::cpu_ns_per_byte() const {
    const double seconds = sender.cpu_user_s + sender.cpu_system_s + receiver.cpu_user_s + receiver.cpu_system_s;
    return ratio(seconds * 1e9, static_cast<double>(payload_bytes()));
}

std::optional<std::uint64_t> Cell::network_count(const std::string& counter) const {
    if (namespaces.empty())
        return std::nullopt;
    std::uint64_t sum = 0;
    for (const NamespaceActivity& activity : namespaces)
        if (const auto moved = activity.counters.find(counter); moved != activity.counters.end())
            sum += moved->second;
    return sum;
}

std::optional<std::uint64_t> Cell::network_count(const std::string& counter, Role end) const {
    for (const NamespaceActivity& activity : namespaces)
        if (activity.ends == std::vector{end}) {
            const auto moved = activity.counters.find(counter);
            return moved == activity.counters.end() ? 0 : moved->second;
        }
    return std::nullopt;
}

std::vector<Loss> Run::losses() const {
    std::vector<Loss> sum;
    for (const Cell& cell : cells)
        if (cell.trace)
            add_losses(sum, cell.trace->losses);
    return sum;
}

} // namespace netio
