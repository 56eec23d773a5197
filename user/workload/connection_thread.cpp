// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/connection_thread.h"

namespace netio::workload {

void add_connection(EndResult& total, const EndResult& connection) {
    total.calls.add(connection.calls);
    total.zerocopy.add(connection.zerocopy);
    total.messages += connection.messages;
    total.payload_bytes += connection.payload_bytes;
    total.total_payload_bytes += connection.total_payload_bytes;
    total.messages_per_thread.push_back(connection.messages);
    total.cpu_user_s += connection.cpu_user_s;
    total.cpu_system_s += connection.cpu_system_s;
    total.bytes_verified += connection.bytes_verified;
    total.latency.merge(connection.latency);
}

} // namespace netio::workload
